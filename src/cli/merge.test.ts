// Who lands now, who is next and what landed, as `agents merge` tells it.

import { expect, test } from "vitest";
import { enter } from "../core/pipeline.ts";
import type { TaskMemory } from "../core/types.ts";
import { settingOf } from "../sim/scene.ts";
import { fresh, NOW, PIPELINES, typed } from "../e2e/typed-task.ts";
import { merge } from "./merge.ts";

const { config } = settingOf(PIPELINES);

/** Behind the last step of its pipeline. */
function landing(id: string, ago: number, more: Partial<TaskMemory> = {}): TaskMemory {
  const at = NOW - ago;
  return { ...enter(config, fresh(id, { pipeline: "quick" }), { index: 1, at }), ...more };
}

const second = landing("second", 2000);
const now = landing("now", 1000);
const doing = { id: "w", until: NOW };
const tasks = [
  fresh("queued"),
  second,
  landing("first", 3000),
  landing("asks", 9000, { state: "needs-human", because: "cannot land" }),
  { ...now, step: now.step === null ? null : { ...now.step, doing } },
  fresh("older", { state: "done", landed: "a1", since: NOW - 5000, because: "landed on main" }),
  fresh("newer", { state: "done", landed: "b2", since: NOW - 1000, because: "landed on main" }),
  fresh("branch", { state: "done", because: "its work is on a branch" }),
];

test("who lands comes first, then those behind it by their turn, then questions, then what landed", async () => {
  const { code, out } = await typed({ tasks, verb: merge }, ["list"], { json: true });
  const { queue }: { queue: readonly { id: string; state: string }[] } = JSON.parse(out);
  expect([code, queue.map(({ id, state }) => `${id} ${state}`)]).toEqual([
    0,
    [
      "now landing",
      "first waiting",
      "second waiting",
      "asks asking",
      "newer landed",
      "older landed",
    ],
  ]);
});

test("a table for people, and a word where there is nothing", async () => {
  const { out } = await typed({ tasks, verb: merge }, []);
  expect(out.split("\n")[4]).toMatch(/^asks +asking +9s ago +task\/asks-do-asks +cannot land$/);
  expect(await typed({ verb: merge }, [])).toMatchObject({
    code: 0,
    err: "agents: nothing lands, and nothing has landed\n",
  });
  expect(await typed({ verb: merge }, ["lst"])).toMatchObject({
    refused: '2 unknown: merge lst — did you mean "list"?',
  });
});
