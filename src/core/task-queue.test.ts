import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { freshTask } from "./task.ts";
import { circleIn, queueOf } from "./task-queue.ts";
import { enter } from "./pipeline.ts";
import type { TaskMemory } from "./types.ts";

const { config } = settingOf("[tasks]\n");
const tasks = config.tasks;
if (tasks === null) throw new Error("no tasks");

function all(...some: readonly TaskMemory[]) {
  return Object.fromEntries(some.map((one) => [one.id, one]));
}

const fresh = (id: string, more: Partial<TaskMemory> = {}): TaskMemory => ({
  ...freshTask(newTask(id, { at: id.charCodeAt(0) })),
  ...more,
});
const running = (id: string, more: Partial<TaskMemory> = {}): TaskMemory =>
  enter(config, fresh(id, more), { index: 0, at: 0 });

test("the oldest begins first, and after those that go on", () => {
  const on = running("c");
  const goesOn = { ...on, state: "waiting" as const, why: "slot" as const };
  const { ready } = queueOf(tasks, all(fresh("b"), fresh("a"), goesOn));
  expect(ready.map(({ id }) => id)).toEqual(["c", "a", "b"]);
});

test("what comes after another one waits for it, and says so once", () => {
  const b = fresh("b", { after: ["a"] });
  const { ready, news } = queueOf(tasks, all(fresh("a"), b));
  expect(ready.map(({ id }) => id)).toEqual(["a"]);
  expect(news).toMatchObject([
    { id: "b", state: "waiting", why: "dependency", because: "comes after a" },
  ]);
  expect(queueOf(tasks, all(fresh("a"), ...news)).news).toEqual([]);
});

test.each([
  ["failed", "comes after a, which failed"],
  ["cancelled", "comes after a, which was cancelled"],
] as const)("a dependency that %s blocks, with the reason", (state, because) => {
  const { ready, news } = queueOf(tasks, all(fresh("a", { state }), fresh("b", { after: ["a"] })));
  expect([ready, news[0]?.because]).toEqual([[], because]);
});

test("a dependency that nobody knows blocks, and one that is done does not", () => {
  expect(queueOf(tasks, all(fresh("b", { after: ["z"] }))).news[0]?.because).toBe(
    "comes after z, which nobody knows",
  );
  const done = queueOf(tasks, all(fresh("a", { state: "done" }), fresh("b", { after: ["a"] })));
  expect(done.ready.map(({ id }) => id)).toEqual(["b"]);
});

test("who would work on the files of one at work waits, unless that is allowed", () => {
  const memory = all(
    running("a", { files: ["src/**"] }),
    fresh("b", { files: ["src/x.ts"] }),
    fresh("c", { files: ["docs"] }),
  );
  const { ready, news } = queueOf(tasks, memory);
  expect(ready.map(({ id }) => id)).toEqual(["c"]);
  expect(news).toMatchObject([
    { id: "b", why: "overlap", because: "works on the same files as a" },
  ]);
  expect(queueOf({ ...tasks, overlap: "allow" }, memory).ready.map(({ id }) => id)).toEqual([
    "b",
    "c",
  ]);
});

test("the same tasks are looked at once", () => {
  const memory = all(fresh("a"));
  expect(queueOf(tasks, memory)).toBe(queueOf(tasks, memory));
});

test("a circle is found from wherever it is entered, and a long way without one is none", () => {
  const ring = {
    a: { after: ["b"] },
    b: { after: ["c"] },
    c: { after: ["a"] },
    d: { after: ["a"] },
  };
  expect([circleIn(ring, "a"), circleIn(ring, "c"), circleIn(ring, "d")]).toEqual(["a", "c", null]);
});
