import { expect, test } from "vitest";
import {
  after,
  newTask,
  next,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import { order, type Scene } from "../sim/scene.ts";
import type { Work } from "./types.ts";

const RUNS: Script = { ends: () => null };
const stage = (is: string) => (now: Scene) => taskOf(now, "t1").step?.stage === is;
const state = (is: string) => (now: Scene) => taskOf(now, "t1").state === is;

/** What is answered, and what became of the task. */
function said(
  now: Scene,
  args: Readonly<Record<string, string>>,
  script: Script = RUNS,
  name = "t1",
) {
  const looked = next(now, script, { orders: [order("task", [name], args)] });
  const answers = looked.actions.flatMap((one) =>
    one.do === "answer" ? [`${one.state}: ${one.because}`] : [],
  );
  return { later: looked, answer: answers[0] ?? "" };
}

const unsure: Script = {
  work: (task: string, work: Work) =>
    work.is === "diff" ? { ...plainWork(task, work), verdict: "" } : plainWork(task, work),
};
const asked = (): Scene => after(openShop(SHOP, [newTask("t1")]), unsure, state("needs-human"));

test("approve goes on behind what was asked, reject goes back with the words", () => {
  const yes = said(asked(), { what: "approve" }, unsure);
  expect(yes.answer).toBe("done: t1 goes on");
  expect(after(yes.later, unsure, state("done")).memory.tasks?.["t1"]).toMatchObject({
    state: "done",
    visits: { review: 1, merge: 1 },
  });
  const no = said(asked(), { what: "reject", text: "Not so." }, unsure);
  expect(no.later.actions.flatMap((one) => (one.do === "write" ? [one.text] : []))).toEqual([
    "Not so.",
  ]);
  const back = after(no.later, unsure, (now) => taskOf(now, "t1").visits["implement"] === 2);
  expect(taskOf(back, "t1")).toMatchObject({
    findings: "/fleet/.agents/state/tasks/t1/guidance-1.md",
    rounds: 1,
  });
});

test("a gate opens by approve", () => {
  const gated = `${SHOP}pipeline = "q"\n[[pipeline]]\nname = "q"\n[[pipeline.step]]\nid = "ok"\nkind = "gate"\n`;
  const now = openShop(gated, [newTask("t1")]);
  expect(taskOf(now, "t1")).toMatchObject({
    state: "needs-human",
    because: "ok: waits for a person to approve it",
  });
  expect(taskOf(after(said(now, { what: "approve" }).later, {}, state("done")), "t1").state).toBe(
    "done",
  );
});

test("retry begins a task that failed anew, with every cap moved by one and no count set back", () => {
  const failing: Script = { ends: () => ({ code: 1, signal: null }) };
  const failed = after(openShop(SHOP, [newTask("t1")]), failing, state("failed"));
  expect(taskOf(failed, "t1")).toMatchObject({ attempt: 2, visits: { plan: 2 } });
  const { later, answer } = said(failed, { what: "retry", text: "Think." }, failing);
  expect(answer).toBe("done: t1 is queued again");
  expect(
    later.actions.flatMap((one) =>
      one.do === "write" ? [[one.path.split("/").at(-1), one.text]] : [],
    ),
  ).toEqual([
    ["guidance-1.md", "Think."],
    ["end.json", null],
  ]);
  const done = taskOf(after(later, {}, state("done")), "t1");
  expect(done).toMatchObject({ state: "done", attempt: 3, granted: 1, visits: { plan: 3 } });
});

test("retry of what needs a person tries the same step again, when there is a worker", () => {
  const { later } = said(asked(), { what: "retry" }, unsure);
  const again = after(later, {}, state("done"));
  expect(taskOf(again, "t1")).toMatchObject({ state: "done", visits: { review: 1 }, granted: 1 });
});

test("cancel stops the agent first, looks what it left, and is the end", () => {
  const now = next(after(openShop(SHOP, [newTask("t1")]), RUNS, stage("agent")), RUNS);
  const working = next(next(now, RUNS), RUNS);
  const { later, answer } = said(working, { what: "cancel" });
  expect(answer).toBe("done: cancelled by a person");
  const dies: Script = { ends: () => ({ code: 0, signal: null }) };
  const works: string[] = [];
  const over = after(later, dies, (one) => {
    for (const action of one.actions) if (action.do === "work") works.push(action.work.is);
    return taskOf(one, "t1").state === "cancelled";
  });
  expect(works).toEqual(["diff"]);
  expect(over.memory.agents["t1-plan-1"]).toBeUndefined();
});

test("a queued one is cancelled at once, and close puts the worktree of what is over away", () => {
  const now = openShop("[tasks]\nmax = 1\n", [newTask("t0"), newTask("t1")]);
  const off = said(now, { what: "cancel" });
  expect(taskOf(off.later, "t1").state).toBe("cancelled");
  const closed = said(off.later, { what: "close" });
  expect(taskOf(after(closed.later, {}, state("cancelled")), "t1").state).toBe("cancelled");
});

test("what does not fit is refused with the reason, and changes nothing", () => {
  const now = openShop(SHOP, [newTask("t1")]);
  const refusals = [
    said(now, { what: "approve" }).answer,
    said(now, { what: "reject" }).answer,
    said(now, { what: "retry" }).answer,
    said(now, { what: "close" }).answer,
    said(now, { what: "dance" }).answer,
    said(now, { what: "cancel" }, RUNS, "t9").answer,
    said(now, { what: "report", report: "approve" }, RUNS, "t1-plan-1").answer,
    said(now, { what: "report", report: "perhaps" }, RUNS, "t1-plan-1").answer,
  ];
  expect(refusals).toEqual([
    "refused: t1 waits for nobody's approval: it is running",
    "refused: t1 waits for nobody's word: it is running",
    "refused: t1 is running: there is nothing to retry",
    "refused: t1 is running: cancel it first",
    "refused: dance is nothing that can be said about a task",
    "refused: there is no task t9",
    "refused: t1-plan-1 is at no task's step",
    "refused: a report is one of approve, changes, stuck and done",
  ]);
});

test("a report of an earlier incarnation, or a second one, is refused", () => {
  const now = next(next(after(openShop(SHOP, [newTask("t1")]), RUNS, stage("agent")), RUNS), RUNS);
  const report = { what: "report", report: "done" };
  expect(said(now, { ...report, run: "another" }, RUNS, "t1-plan-1").answer).toBe(
    "refused: t1-plan-1 is another incarnation by now",
  );
  const once = said(now, report, RUNS, "t1-plan-1");
  expect(once.answer).toBe("done: t1: done");
  expect(said(once.later, report, RUNS, "t1-plan-1").answer).toBe(
    "refused: t1-plan-1 has reported already",
  );
});

test("a cancelled task says why at once, also while the fleet is down", () => {
  let now = after(
    openShop(SHOP, [newTask("t1")]),
    RUNS,
    ({ memory }) => memory.agents["t1-plan-1"]?.life.is === "up",
  );
  now = next(now, RUNS, { orders: [order("down")] });
  now = next(now, RUNS, { orders: [order("task", ["t1"], { what: "cancel", text: "no use" })] });
  expect(taskOf(now, "t1").because).toBe("cancelled: no use");
  const over = after(now, {}, (one) => taskOf(one, "t1").state === "cancelled");
  expect(taskOf(over, "t1")).toMatchObject({ state: "cancelled", because: "cancelled: no use" });
});
