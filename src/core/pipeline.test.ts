import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { answererOf, enter, pipelineOf, stepOf } from "./pipeline.ts";
import { freshTask } from "./task.ts";

const { config } = settingOf(`[tasks]
merge = "queue"
[[pipeline]]
name = "gated"
[[pipeline.step]]
id = "do"
visits = 2
[[pipeline.step]]
id = "ok"
kind = "gate"
`);
const task = freshTask(newTask("t1", { pipeline: "gated" }));

test("a task has the pipeline that it names, or the one of [tasks]", () => {
  const of = (name: string) => pipelineOf(config, { pipeline: name })?.name ?? null;
  expect([of(""), of("gated"), of("none")]).toEqual(["default", "gated", null]);
});

test("visits are counted over the whole life of a task, and the cap gives way to a person only", () => {
  const once = enter(config, task, { index: 0, at: 1 });
  const twice = enter(config, { ...once, attempt: 7, rounds: 9 }, { index: 0, at: 2 });
  const asked = enter(config, twice, { index: 0, at: 3 });
  expect([once.step?.visit, twice.step?.visit]).toEqual([1, 2]);
  expect(asked).toMatchObject({
    state: "needs-human",
    because: "it came to do 2 times already",
    visits: { do: 2 },
  });
  expect(enter(config, { ...twice, granted: 1 }, { index: 0, at: 3 })).toMatchObject({
    state: "running",
    visits: { do: 3 },
  });
});

test("a gate waits for a person, and behind the last step is the landing", () => {
  expect(enter(config, task, { index: 1, at: 1 })).toMatchObject({
    state: "needs-human",
    step: { id: "ok", stage: "gate" },
  });
  expect(enter(config, task, { index: 2, at: 1 })).toMatchObject({
    state: "running",
    step: { id: "merge", stage: "land" },
  });
});

test("failure 18: a step that the file no longer has is none", () => {
  const here = enter(config, task, { index: 0, at: 1 });
  expect(stepOf(config, here)?.id).toBe("do");
  expect(stepOf(settingOf("[tasks]\n").config, here)).toBeNull();
});

test("findings go to the nearest step before that commits", () => {
  const pipeline = pipelineOf(config, { pipeline: "default" });
  expect([answererOf(pipeline, 2), answererOf(pipeline, 1), answererOf(null, 1)]).toEqual([
    1,
    null,
    null,
  ]);
});
