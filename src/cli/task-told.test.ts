// What `agents task list`, `wait` and `show` make of what the engine published and of what lies on disk.

import { expect, test } from "vitest";
import { enter } from "../core/pipeline.ts";
import type { TaskMemory } from "../core/types.ts";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { fresh, NOW, PIPELINES, typed, type Place } from "../e2e/typed-task.ts";

const { config } = settingOf(PIPELINES);

test("a list of a thousand asks for one file, and shows what waits for a person first", async () => {
  const many = Array.from({ length: 1000 }, (_, index) => fresh(`t${index}`));
  const asks = fresh("asks", { state: "needs-human", because: "review: changes\u001b[31m again" });
  const { code, out, err, texts } = await typed({ tasks: [...many, asks] }, ["list"]);
  expect([code, texts, err]).toEqual([
    0,
    [expect.stringMatching(/tasks\.json$/)],
    "agents: tasks: 1 needs-human, 1000 queued\n",
  ]);
  expect(out.split("\n").slice(0, 3)).toEqual([
    expect.stringMatching(/^TASK +STATE +STEP +SINCE +TITLE +WHY$/),
    expect.stringMatching(/^asks +needs-human +- +1m ago +Do asks +review: changes again$/),
    expect.stringMatching(/^t0 +queued +- +1m ago +Do t0$/),
  ]);
});

test("of a flood that nobody took yet only the first are opened", async () => {
  const { stateDir } = config;
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => {
      const id = `n${String(index).padStart(3, "0")}`;
      return [
        `${stateDir}/tasks/new/${id}.json`,
        JSON.stringify({ schema: "agents.task/1", ...newTask(id), body: "", by: "" }),
      ];
    }),
  );
  const { out, texts } = await typed({ files }, ["list"], { json: true });
  const { tasks, counts } = JSON.parse(out);
  expect([tasks.length, counts, texts.length]).toEqual([300, { queued: 300 }, 51]);
});

test.each([
  ["done", 0],
  ["failed", 1],
  ["cancelled", 1],
] as const)("wait for one that comes to %s answers %i", async (state, code) => {
  const place: Place = {
    tasks: [fresh("a", { state: "needs-human", because: "review: go on?" })],
    watched: true,
    pause: (publish) => publish([fresh("a", { state, because: "so it is" })]),
  };
  expect(await typed(place, ["wait", "a"])).toMatchObject({
    code,
    out: `a   ${state}: so it is\n`,
    err: "agents: a waits for a person: review: go on?\n",
  });
});

test.each([
  ["no such task", ["wait", "b"], { watched: true }, /^4 no task is called "b"/],
  ["time that runs out", ["wait", "a"], { watched: true }, /^8 not over in time: a is queued$/],
  [
    "no watchdog",
    ["wait", "a"],
    {},
    /^1 no watchdog runs, so nothing will come of it; a is queued$/,
  ],
])("wait with %s is refused", async (_name, args, place, message) => {
  const { refused } = await typed({ tasks: [fresh("a")], ...place }, args, { timeout: "20s" });
  expect(refused).toMatch(message);
});

test("its story is told in sentences: its way, where its work is, what can be said to it", async () => {
  const dir = `${config.stateDir}/tasks/a`;
  const begun = enter(config, fresh("a", { pipeline: "quick", after: ["base"] }), {
    index: 0,
    at: NOW - 5000,
  });
  const asks: TaskMemory = {
    ...begun,
    state: "needs-human",
    because: "implement: changes are asked for again",
    since: NOW - 5000,
    rounds: 3,
    base: "0123456789abcdef",
    head: "fedcba9876543210",
    trail: [{ id: "implement", role: "implementer", attempt: 1, visit: 1, came: "failed" }],
  };
  const files = {
    [`${dir}/task.json`]: JSON.stringify({
      schema: "agents.task/1",
      ...newTask("a"),
      body: "All of it.",
      by: "ann",
    }),
    [`${dir}/1-1-implement/result.json`]: JSON.stringify({
      because: "exited 1",
      ranMs: 61_000,
      since: NOW,
    }),
    [`${dir}/1-1-implement/report.md`]: "I tried.\u001b[2J\n",
    [`${dir}/1-1-merge/log`]: "it conflicts in a.txt\n",
  };
  const { out } = await typed({ tasks: [asks, fresh("base", { state: "done" })], files }, [
    "show",
    "a",
  ]);
  expect(out.replaceAll(config.stateDir, "STATE")).toMatchInlineSnapshot(`
    "a  Do a
    It is needs-human for 5s: implement: changes are asked for again.
    It was added 1m ago by ann; pipeline quick; comes after base (done); sent back 3 times.

      All of it.

    its way
      implement failed after 1m 1s: exited 1
        | I tried.
      merge could not land
        | it conflicts in a.txt
    Its work is on task/a-do-a, from 012345678 to fedcba987.
    what to do
      agents task approve a lets it go on; agents task reject a --guidance "…" sends it back
      agents task retry a --guidance "…" tries the step again; agents task cancel a ends it
      agents task diff a · agents task logs a · files in STATE/tasks/a
    "
  `);
});

test("where its agent stands still, its agent is what something can be said to", async () => {
  const begun = enter(config, fresh("a", { pipeline: "quick" }), { index: 0, at: NOW });
  const step = begun.step === null ? null : { ...begun.step, agent: "a-implement-1" };
  const { out } = await typed({ tasks: [{ ...begun, state: "needs-human", step }] }, ["show", "a"]);
  expect(out.split("what to do\n")[1]?.split("\n").slice(0, 2)).toEqual([
    "  agents why a-implement-1 · agents attach a-implement-1",
    "  agents restart a-implement-1 lets it work again; agents task cancel a ends it",
  ]);
});

test("a task that is long over is told from its own file", async () => {
  const { stateDir } = config;
  const end = {
    schema: "agents.task-end/1",
    ...fresh("old", { state: "done", because: "landed on main" }),
  };
  const files = { [`${stateDir}/tasks/old/end.json`]: JSON.stringify(end) };
  const { out } = await typed({ files }, ["show", "old"], { json: true });
  expect(JSON.parse(out)).toMatchObject({
    schema: "agents.task-show/1",
    task: { id: "old", state: "done" },
  });
});
