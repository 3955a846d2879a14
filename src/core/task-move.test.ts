import { expect, test } from "vitest";
import { after, newTask, next, openShop, SHOP, taskOf, type Script } from "../sim/task-scene.ts";
import { limited, look, order, type Scene } from "../sim/scene.ts";
import { MOVES_MAX } from "./route.ts";
import type { Hold } from "./types.ts";

const HOUR = 3_600_000;

const SPARE = `${SHOP}pipeline = "q"
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
[route]
fallback = [{ backend = "listener", model = "l" }, { backend = "plain" }]
`;
const RUNS: Script = { ends: () => null };
const isAt =
  (stage: string) =>
  (now: Scene): boolean =>
    taskOf(now, "t1").step?.stage === stage;

/** Its agent stands at this screen. */
function met(screen: string, toml = SPARE): Scene {
  const begun = after(openShop(toml, [newTask("t1")]), RUNS, isAt("agent"));
  const up = next(next(begun, RUNS), RUNS);
  return look(up, 1000, { screens: { "t1-do-1": screen } });
}

test("who takes over is told where the work stands", () => {
  let now = met(limited("23:30 (UTC)"));
  const written: string[] = [];
  const asked: unknown[] = [];
  for (let looks = 0; looks < 60 && !(isAt("agent")(now) && looks > 3); looks += 1) {
    now = next(now, RUNS);
    for (const one of now.actions) {
      if (one.do === "write" && one.path.endsWith("handover-1.md")) written.push(one.text ?? "");
      if (one.do === "work" && one.work.is === "worktree") asked.push(one.work.brief?.hands);
      if (one.do === "work" && one.work.is === "diff") asked.push(one.work.aside);
    }
  }
  expect(written).toHaveLength(1);
  expect(written[0]).toContain("Another agent (talker) began do of t1 and had to stop");
  expect(asked).toEqual([
    1,
    [
      {
        what: "What the one before you left",
        path: "/fleet/.agents/state/tasks/t1/1-1-do/handover-1.md",
      },
    ],
  ]);
});

function held(at: number): Hold {
  return { until: at + 9 * HOUR, sure: true, since: at, by: "x", probes: 0, probing: null };
}

test("an agent that a person stopped goes nowhere else, whatever its account does", () => {
  const begun = after(openShop(SPARE, [newTask("t1")]), RUNS, isAt("agent"));
  const said = next(next(next(begun, RUNS), RUNS), RUNS, { orders: [order("down", ["t1-do-1"])] });
  const down = after(said, RUNS, ({ memory }) => memory.agents["t1-do-1"]?.life.is === "down");
  const waits = next(down, RUNS, {
    remember: (memory) => ({ ...memory, holds: { talker: held(down.at) } }),
  });
  expect(taskOf(next(waits, RUNS), "t1")).toMatchObject({
    state: "needs-human",
    because: "a person stopped its agent",
    step: { stage: "agent", agent: "t1-do-1" },
  });
});

test("the first fallback whose account is free takes over", () => {
  const begun = after(openShop(SPARE, [newTask("t1")]), RUNS, isAt("agent"));
  const up = next(next(begun, RUNS), RUNS);
  const stopped = look(up, 1000, {
    screens: { "t1-do-1": limited("23:30 (UTC)") },
    remember: (memory) => ({ ...memory, holds: { listener: held(up.at) } }),
  });
  const now = after(stopped, RUNS, isAt("agent"), 60);
  expect(taskOf(now, "t1").step?.way?.backend).toBe("plain");
});

test("a visit moves so often and no more; then it waits where it is", () => {
  const many = (moves: number): Scene => {
    const stopped = met(limited("23:30 (UTC)"));
    const task = taskOf(stopped, "t1");
    if (task.step === null) throw new Error("no step");
    const step = { ...task.step, stage: "agent", end: null, agent: "t1-do-1", moves } as const;
    return look(stopped, 1000, {
      remember: (memory) => ({ ...memory, tasks: { t1: { ...task, step } } }),
    });
  };
  expect(taskOf(many(MOVES_MAX - 1), "t1").step?.end).toMatchObject({
    is: "moved",
    from: "talker",
  });
  expect(taskOf(many(MOVES_MAX), "t1")).toMatchObject({ state: "waiting", why: "limit" });
});
