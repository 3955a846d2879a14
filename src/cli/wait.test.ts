// What `wait` makes of what the watchdog publishes, look after look.

import { expect, test } from "vitest";
import type { AgentReport } from "../core/report.ts";
import type { Outside } from "./outside.ts";
import type { Standing } from "./standing.ts";
import { wait } from "./wait.ts";

const agent: AgentReport = {
  name: "a",
  kind: "persistent",
  role: null,
  loop: null,
  backend: "b",
  model: "",
  session: "t-a",
  watch: "heal",
  enabled: true,
  wanted: "up",
  paused: false,
  life: "up",
  held: null,
  verdict: "busy",
  since: null,
  until: null,
  because: "",
  pending: null,
  account: null,
  wakes: null,
  queued: 0,
  starts: 1,
  exit: null,
  pid: 1,
  orphan: false,
  usage: null,
};

const loop = { name: "l", phase: "p", index: 0, count: 1, plan: "", done: false, because: "" };

function standing(change: Partial<AgentReport>, complete = false): Standing {
  return {
    schema: "agents.status/1",
    at: "",
    config: { path: "/p/agents.toml", ok: true, problems: [] },
    quarantined: [],
    jobs: [],
    tmux: { socket: "s" },
    watchdog: {
      state: "running",
      pid: 9,
      lastTick: null,
      unsaved: null,
      session: "w",
      interval: 1,
      started: "t",
    },
    loops: [{ ...loop, complete }],
    agents: [{ ...agent, ...change }],
    services: [{ name: "db", session: "t-db", life: "up", since: null, because: "", pid: 2 }],
    budgets: [],
    holds: [],
  };
}

/** Every pause brings the next of these looks; the last one stays. */
async function waited(looks: readonly Standing[], goal: string, ...args: readonly string[]) {
  let now = 1_000_000;
  let at = 0;
  let printed = "";
  const outside = {
    pointer: () => null,
    cwd: "/p",
    env: {},
    home: "/h",
    now: () => now,
    pause: async (ms: number) => {
      now += ms;
      at = Math.min(at + 1, looks.length - 1);
    },
    exists: (path: string) => path === "/p/agents.toml",
    text: (path: string) =>
      path.endsWith(".toml") ? '[defaults]\nlog_dir = "log"\n' : JSON.stringify(looks[at]),
    modified: () => now,
    startOf: () => (looks[at]?.watchdog.pid === null ? null : "t"),
    stop: new AbortController().signal,
    stdout: { write: (text: string) => (printed += text) },
    stderr: { write: () => undefined },
  } as unknown as Outside;
  const options = { for: goal, timeout: "10s" };
  try {
    return `${await wait({ outside, args: args.length > 0 ? args : ["a"], options })} ${printed}`;
  } catch (error) {
    return error;
  }
}

test.each([
  ["idle", [{ verdict: "busy" }, { verdict: "waiting" }], "0 a   waiting\n"],
  ["up", [{ life: "launching" }, { life: "up" }], "0 a   up\n"],
  ["done", [{}, { life: "ended", because: "exited 0" }], "0 a   ended: exited 0\n"],
] as const)("--for %s returns when it has become so", async (goal, changes, said) => {
  expect(
    await waited(
      changes.map((one) => standing(one)),
      goal,
    ),
  ).toBe(said);
});

test("a loop that is complete is done, though its agents are down", async () => {
  const down = { life: "down", wanted: "down", loop: "l" } as const;
  expect(await waited([standing(down), standing(down, true)], "done")).toMatchObject({ code: 1 });
  expect(await waited([standing(down, true)], "done")).toBe("0 a   the loop l is complete\n");
});

test.each([
  ["idle", { life: "parked", because: "log in" }, "a will not be idle by itself: parked: log in"],
  ["up", { life: "ended", because: "exited 1" }, "a will not be up by itself: ended: exited 1"],
  ["up", { life: "down", wanted: "down" }, "a will not be up by itself: down"],
] as const)("--for %s fails at once when it cannot become so", async (goal, change, message) => {
  expect(await waited([standing(change)], goal)).toMatchObject({ code: 1, message });
});

test("time runs out with 8 and says what it is instead", async () => {
  expect(
    await waited([standing({ verdict: "asking", because: "asks: go on?" })], "idle"),
  ).toMatchObject({
    code: 8,
    message: "not idle in time: a is asking: asks: go on?",
  });
});

test("without a watchdog nobody would notice", async () => {
  const alone = { ...standing({}), watchdog: { ...standing({}).watchdog, pid: null } };
  expect(await waited([standing({}), alone], "idle")).toMatchObject({ code: 1 });
});

test("nobody's name is 4, and a service is only waited for --for up", async () => {
  expect(await waited([standing({})], "idle", "b")).toMatchObject({ code: 4 });
  expect(await waited([standing({})], "idle", "db")).toMatchObject({ code: 2 });
  expect(await waited([standing({})], "up", "db", "a")).toBe("0 db   up\na    up\n");
});
