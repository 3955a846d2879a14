// What supervisors of tasks kept failing at (numbers as in failures.test.ts), where no other file is the place for it.

import { expect, test } from "vitest";
import { after, newTask, next, openShop, SHOP, taskOf, type Script } from "../sim/task-scene.ts";
import { look, outcomes, SCREENS, type Scene } from "../sim/scene.ts";
import type { TaskMemory } from "./types.ts";

const RUNS: Script = { ends: () => null };
const MINUTE = 60_000;

/** Its first agent is up and shows this. */
function atWork(screen: string = SCREENS.busy, toml = SHOP): Scene {
  const up = after(
    openShop(toml, [newTask("t1")]),
    RUNS,
    ({ memory }) => memory.agents["t1-plan-1"]?.life.is === "up",
  );
  return look(up, 1000, { screens: { "t1-plan-1": screen } });
}

function standing({ state, attempt, visits, trail, step }: TaskMemory) {
  return { state, attempt, visits, trail, stage: step?.stage };
}

const BEGUN = { attempt: 1, visits: { plan: 1 }, trail: [], stage: "agent" } as const;

test("failure 1: a silent agent of a step whose processes work is left at work", () => {
  let now = atWork("compiling 1 of 900");
  let cpuMs = 0;
  const killed: string[] = [];
  for (let looks = 0; looks < 60; looks += 1) {
    cpuMs += 20_000;
    now = look(now, MINUTE / 2, {
      steadyMs: MINUTE / 2,
      outcomes: outcomes(now, "t1-plan-1", { weight: { cpuMs, processes: 3 } }),
    });
    for (const deed of now.deeds)
      if (deed.do === "sweep" && deed.signal !== null) killed.push(deed.signal);
  }
  expect(killed).toEqual([]);
  expect(standing(taskOf(now, "t1"))).toEqual({ ...BEGUN, state: "running" });
});

test("failure 2: an agent that writes about usage limits is at none", () => {
  const talk = `I raise the text "usage limit reached · resets 9pm" here\n> go on\n${SCREENS.busy}`;
  const now = next(atWork(talk), RUNS);
  expect(now.memory.holds).toEqual({});
  expect(standing(taskOf(now, "t1"))).toEqual({ ...BEGUN, state: "running" });
});

test("failure 10: a session that an earlier process left is stopped before its step begins again", () => {
  const before = atWork();
  const forgot = look(before, 1000, {
    first: true,
    claimed: [newTask("t1")],
    remember: (memory) => ({ ...memory, agents: {}, tasks: {} }),
  });
  expect(forgot.agent("t1-plan-1").wanted).toBe("down");
  let now = forgot;
  const started: string[] = [];
  for (let looks = 0; looks < 20 && started.length === 0; looks += 1) {
    const stops = now.deeds.some((deed) => deed.do === "sweep" && deed.signal !== null);
    now = next(now, RUNS, stops ? { panes: { "t1-plan-1": null } } : {});
    for (const deed of now.deeds) if (deed.do === "start") started.push(deed.target);
    if (started.length > 0) expect(now.panes["t-t1-plan-1"]).toBeUndefined();
  }
  expect(started).toEqual(["t1-plan-1"]);
});

test("failure 11: a tmux that does not answer ends no step", () => {
  let now = atWork();
  for (let looks = 0; looks < 20; looks += 1) now = look(now, MINUTE, { server: "unseen" });
  expect(standing(taskOf(now, "t1"))).toEqual({ ...BEGUN, state: "running" });
});

test("failure 12: a step's agent gets its words when it starts, and nothing is typed into it", () => {
  let now = openShop(SHOP, [newTask("t1")]);
  const typed: string[] = [];
  for (let looks = 0; looks < 40; looks += 1) {
    now = next(now, RUNS);
    for (const deed of now.deeds) if (deed.do === "type") typed.push(deed.text);
  }
  expect(typed).toEqual([]);
});
