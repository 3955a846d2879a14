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
import { look, order, SCREENS, type Scene } from "../sim/scene.ts";

const RUNS: Script = { ends: () => null };
const at =
  (step: string, stage: string) =>
  (now: Scene): boolean =>
    taskOf(now, "t1").step?.id === step && taskOf(now, "t1").step?.stage === stage;

function working(script: Script = RUNS, step = "plan"): Scene {
  const begun = after(openShop(SHOP, [newTask("t1")]), script, at(step, "agent"));
  return next(next(next(begun, script), script), script);
}

test("a step's agent is an agent of the fleet, in its worktree, with its prompt and nobody else's conversation", () => {
  const now = working();
  const start = after(openShop(SHOP, [newTask("t1", { model: "big" })]), RUNS, ({ actions }) =>
    actions.some((one) => one.do === "start"),
  );
  const launch = start.actions.flatMap((one) => (one.do === "start" ? [one.launch] : []))[0];
  expect(now.agent("t1-plan-1").life.is).toBe("up");
  expect(launch).toMatchObject({
    dir: "/fleet/.agents/worktrees/t1",
    prompt: "do it",
    model: "big",
    conversation: { is: "its own" },
    env: {
      AGENTS_TASK: "t1",
      AGENTS_STEP: "plan",
      AGENTS_REPORT: "/fleet/.agents/state/tasks/t1/1-1-plan/report.md",
    },
  });
});

test("never are there two agents of one task", () => {
  let now = openShop(SHOP, [newTask("t1")]);
  for (let looks = 0; looks < 120 && taskOf(now, "t1").state !== "done"; looks += 1) {
    now = next(now, {});
    const living = Object.entries(now.memory.agents).filter(
      ([name, { run }]) => name.startsWith("t1-") && run !== null,
    );
    expect(living.length).toBeLessThan(2);
  }
  expect(taskOf(now, "t1").state).toBe("done");
});

test("an agent that reports is stopped, and its words are kept", () => {
  const now = working();
  const run = now.agent("t1-plan-1").run?.id ?? "";
  const said = next(now, RUNS, {
    orders: [
      order("task", ["t1-plan-1"], { what: "report", report: "done", run, text: "All planned." }),
    ],
  });
  expect(said.actions.flatMap((one) => (one.do === "write" ? [[one.path, one.text]] : []))).toEqual(
    [["/fleet/.agents/state/tasks/t1/1-1-plan/report.md", "All planned."]],
  );
  const on = after(
    said,
    { ends: (name) => (name === "t1-plan-1" ? { code: 0, signal: null } : null) },
    at("implement", "agent"),
  );
  expect(taskOf(on, "t1").trail).toMatchObject([{ id: "plan", came: "passed" }]);
  expect(on.memory.agents["t1-plan-1"]).toBeUndefined();
});

test("a usage limit spends neither an attempt nor the time of the step", () => {
  const now = working();
  const banner = next(now, RUNS, {
    screens: {
      "t1-plan-1":
        "usage limit reached\n────────────────────────────────────────\n> \n────────────────────────────────────────\n? for shortcuts",
    },
  });
  const held = next(banner, RUNS);
  expect(taskOf(held, "t1")).toMatchObject({
    state: "waiting",
    why: "limit",
    attempt: 1,
    visits: { plan: 1 },
  });
  expect(taskOf(held, "t1").step?.ranFrom).toBeNull();
  // A step may take two hours; it waited three.
  const hours = 3 * 3_600_000;
  const long = look(held, hours, { steadyMs: hours });
  const again = look(long, 1000, { screens: { "t1-plan-1": SCREENS.busy } });
  expect(taskOf(next(again, RUNS), "t1")).toMatchObject({
    state: "running",
    step: { stage: "agent" },
  });
});

test("failure 9: an agent that was ended from outside costs no attempt, and its step begins again", () => {
  let killed = 0;
  const script: Script = {
    ends: () => ((killed += 1) <= 3 ? { code: null, signal: "KILL" } : { code: 0, signal: null }),
  };
  const now = after(openShop(SHOP, [newTask("t1")]), script, at("implement", "worktree"));
  expect(taskOf(now, "t1")).toMatchObject({
    attempt: 1,
    visits: { plan: 1, implement: 1 },
    rounds: 0,
  });
});

test("surroundings that fail for ever are a person's business, after growing waits", () => {
  const script: Script = {
    work: (_, work) => (work.is === "worktree" ? "no space left on device" : ""),
  };
  const now = after(
    openShop(SHOP, [newTask("t1")]),
    script,
    (one) => taskOf(one, "t1").state === "needs-human",
    4000,
  );
  expect(taskOf(now, "t1")).toMatchObject({
    attempt: 1,
    visits: { plan: 1 },
    because: "plan: no space left on device; tried 9 times",
  });
});

test("a step that takes longer than its time is ended, and that is a failure of the work", () => {
  const quick = `${SHOP}pipeline = "q"\n[[pipeline]]\nname = "q"\n[[pipeline.step]]\nid = "do"\ntimeout = 20\non_failure = "ask"\n`;
  const now = after(
    openShop(quick, [newTask("t1")]),
    { ends: (name) => (late(now2) && name !== "" ? { code: null, signal: "TERM" } : null) },
    (one) => {
      now2 = one;
      return taskOf(one, "t1").state === "needs-human";
    },
  );
  expect(taskOf(now, "t1").because).toBe("do: do did not end within 20 s");
});
let now2: Scene | null = null;
function late(now: Scene | null): boolean {
  return now !== null && taskOf(now, "t1").step?.stage === "stopping";
}

test("a fleet that goes down stops the agent, and the step goes on when it is up again", () => {
  const down = next(working(), RUNS, { orders: [order("down")] });
  const dies: Script = { ends: () => ({ code: 0, signal: null }) };
  const off = after(down, dies, (now) => now.memory.agents["t1-plan-1"]?.life.is === "down");
  expect(taskOf(next(off, dies), "t1")).toMatchObject({
    state: "waiting",
    because: "the fleet is down",
    attempt: 1,
  });
  const up = next(off, RUNS, { orders: [order("up")] });
  expect(
    after(up, RUNS, (now) => now.memory.agents["t1-plan-1"]?.life.is === "up").agent("t1-plan-1")
      .starts,
  ).toBe(2);
});

test("what needs a person at its agent needs a person at the task", () => {
  const now = next(
    next(working(), RUNS, {
      screens: {
        "t1-plan-1":
          "Please log in again\n────────────────────────────────────────\n> \n────────────────────────────────────────\n? for shortcuts",
      },
    }),
    RUNS,
  );
  expect(taskOf(next(now, RUNS), "t1")).toMatchObject({ state: "needs-human" });
});

test("failure 14: a check that could not be run is not work that failed", () => {
  const checked = `${SHOP}check = "make test"\n`;
  const script: Script = {
    work: (task, work) =>
      work.is === "check" ? { code: "", why: "ended by signal KILL" } : plainWork(task, work),
  };
  const now = after(
    openShop(checked, [newTask("t1")]),
    script,
    (one) => (taskOf(one, "t1").step?.troubles ?? 0) === 2,
  );
  expect(taskOf(now, "t1")).toMatchObject({
    attempt: 1,
    visits: { plan: 1, implement: 1, check: 1 },
  });
});

test("nobody begins while anybody of the same task is remembered", () => {
  const old = working().agent("t1-plan-1");
  const asked = next(openShop(SHOP, [newTask("t1")]), RUNS);
  expect(taskOf(asked, "t1").step).toMatchObject({ stage: "worktree" });
  const now = next(asked, RUNS, {
    remember: (memory) => ({ ...memory, agents: { ...memory.agents, "t1-plan-9": old } }),
  });
  expect(taskOf(now, "t1").step).toMatchObject({ stage: "worktree", agent: null, doing: null });
});

test("what an earlier try committed counts for the next one, which has nothing left to commit", () => {
  const shop = `${SHOP}pipeline = "q"\n[[pipeline]]\nname = "q"\n[[pipeline.step]]\nid = "do"\nretries = 1\nbackoff = 0\n`;
  let tries = 0;
  let trees = 0;
  const script: Script = {
    ends: () => ({ code: (tries += 1) === 1 ? 1 : 0, signal: null }),
    work: (task, work) => {
      if (work.is === "worktree") return { base: "b0", head: (trees += 1) === 1 ? "b0" : "h1" };
      if (work.is === "diff") return { ...plainWork(task, work), head: "h1" };
      return plainWork(task, work);
    },
  };
  const now = after(openShop(shop, [newTask("t1")]), script, (one) =>
    ["done", "failed"].includes(taskOf(one, "t1").state),
  );
  expect(taskOf(now, "t1")).toMatchObject({ state: "done", visits: { do: 2 } });
});
