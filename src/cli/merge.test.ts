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

test("a word about landing names tasks that there are, and a dry run says it to nobody", async () => {
  const place = { tasks, verb: merge };
  expect((await typed(place, ["skip"])).refused).toBe(
    "2 skip which task? `agents merge` names them",
  );
  expect((await typed(place, ["nw", "first"])).refused).toMatch(/did you mean "now"/);
  expect((await typed(place, ["now", "frst"])).refused).toMatch(/^4 .*first/);
  expect((await typed(place, ["order", "second", "first"], { dryRun: true })).out).toBe(
    "second   would be told: order\nfirst   would be told: order\n",
  );
});

test("what a person put in front is listed in front", async () => {
  const put = tasks.map((one) => (one.id === "second" ? { ...one, place: -1 } : one));
  const { out } = await typed({ tasks: put, verb: merge }, ["list"], { json: true });
  const { queue }: { queue: readonly { id: string }[] } = JSON.parse(out);
  expect(queue.map(({ id }) => id).slice(0, 3)).toEqual(["now", "second", "first"]);
});
