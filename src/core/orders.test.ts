// What a person's orders change in Memory, and what they leave alone.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { load } from "../config/load.ts";
import { wantOf } from "./case.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import { membersOf } from "./member.ts";
import { takeOrders } from "./orders.ts";
import type { AgentMemory, Memory, Order } from "./types.ts";

const loaded = load({
  path: "/p/agents.toml",
  text: `
[defaults]
log_dir = "log"
session_prefix = "t-"
backend = "shell"
prompt = "true"
[[agent]]
name = "a"
[[agent]]
name = "b"
[[agent]]
name = "off"
enabled = false
[[service]]
name = "db"
command = "true"
`,
  home: "/h",
  env: {},
  look: () => "dir",
  presets: readFileSync(new URL("../config/backends.toml", import.meta.url), "utf8"),
});
if (!loaded.ok) throw new Error(loaded.problems.map((one) => one.message).join("\n"));
const config: Config = loaded.config;

const at = 1_000_000;
const running: AgentMemory = {
  ...freshAgent("a"),
  life: { is: "up", since: 1, quiet: null },
  verdict: { is: "idle" },
  run: {
    id: "r1",
    once: null,
    conversation: { is: "its own" },
    hash: "h",
    phase: null,
    at: 1,
    pane: "%1",
    pid: 7,
    started: "s",
  },
};
const down: AgentMemory = freshAgent("b");
const fleet: Memory = {
  ...FRESH,
  fleet: { ...FRESH.fleet, wanted: "up" },
  agents: { a: running, b: { ...down, wanted: "down" }, off: down, old: running },
};

function order(verb: Order["verb"], ...names: string[]): Order {
  return {
    v: 1,
    id: "o1",
    at,
    by: "me",
    verb,
    names,
    args: { text: "hello" },
    expires: at + 60_000,
  };
}

function given(one: Order, memory: Memory = fleet) {
  return takeOrders(config, memory, { at, zone: "UTC", orders: [one] });
}

function words({ actions }: ReturnType<typeof given>): readonly string[] {
  return actions.flatMap((one) => (one.do === "answer" ? [`${one.state}: ${one.because}`] : []));
}

function lives({ memory }: ReturnType<typeof given>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(memory.agents).map(([name, one]) => [name, `${one.life.is} ${one.wanted}`]),
  );
}

test("restart without names leaves alone what a person stopped, what is disabled and what the file forgot", () => {
  const taken = given(order("restart"));
  expect(lives(taken)).toEqual({
    a: "stopping null",
    b: "down down",
    db: "down null",
    off: "down null",
    old: "up null",
  });
  expect(taken.memory.orders["o1"]?.names).toEqual(["db", "a"]);
});

test("restart by name is a person's word for what was stopped or disabled", () => {
  expect(lives(given(order("restart", "b", "off")))).toEqual({
    a: "up null",
    b: "down up",
    off: "down up",
    old: "up null",
  });
});

test("an agent that the file forgot is not stopped by a restart that could not start it", () => {
  const taken = given(order("restart", "old"));
  expect(words(taken)).toEqual(["refused: no longer in the file, can only be stopped: old"]);
  expect(taken.memory.agents).toEqual(fleet.agents);
});

test("restart of a fleet that is down says so", () => {
  expect(words(given(order("restart"), FRESH))).toEqual([
    "refused: nothing is meant to run; `agents up` starts the fleet",
  ]);
});

test("a restart turns a stop that is under way", () => {
  const stopping = {
    ...running,
    life: { is: "stopping", since: 1, until: 9, rung: 1, now: false, next: "down" },
  } as const;
  const taken = given(order("restart", "a"), { ...fleet, agents: { a: stopping } });
  expect(taken.memory.agents["a"]?.life).toEqual({ ...stopping.life, next: "restart" });
});

test("pause and resume answer for each name", () => {
  const paused = given(order("pause", "a", "b"));
  expect(paused.actions).toMatchObject([
    { event: "order", target: "fleet", because: "pause a b, said me" },
    { state: "done", outcomes: { a: "paused", b: "paused" } },
  ]);
  const resumed = given({ ...order("resume"), id: "o2" }, paused.memory);
  expect(resumed.actions[1]).toMatchObject({
    state: "done",
    outcomes: { a: "resumed", b: "resumed", off: "resumed", db: "resumed" },
  });
  expect(Object.values(resumed.memory.agents).some((one) => one.paused)).toBe(false);
});

test("nothing is queued for an agent that cannot listen", () => {
  const parked = {
    ...running,
    life: { is: "parked", since: 1, why: "auth" },
    because: "log in",
  } as const;
  expect(words(given(order("send", "b")))).toEqual(["refused: b is not running"]);
  expect(words(given(order("send", "a"), { ...fleet, agents: { a: parked } }))).toEqual([
    "refused: a is parked: log in",
  ]);
});

test("of a fleet that is down, a service is up while an agent that needs it is wanted", () => {
  const db = membersOf(config).find((one) => one.name === "db");
  if (db === undefined) throw new Error("db is gone from the file above");
  const upA = given(order("up", "a"), FRESH).memory;
  expect(wantOf(config, db, upA)).toEqual({ is: "up", because: "a needs it" });
  const stopped = given({ ...order("down", "a"), id: "o2" }, upA).memory;
  expect(wantOf(config, db, stopped).is).not.toBe("up");
});

test("the journal tells who asked, and not what was said", () => {
  expect(given(order("send", "a")).actions[0]).toEqual({
    do: "note",
    id: "o1.heard",
    target: "a",
    event: "order",
    because: "send a, said me",
    loud: false,
  });
});
