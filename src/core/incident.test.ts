// What is an incident, which are the same, and when one is over.

import { expect, test } from "vitest";
import { look, running, SCREENS, settingOf } from "../sim/scene.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import {
  levelOf,
  followed,
  type Incident,
  isPast,
  ripeAt,
  type Shown,
  titleOf,
} from "./incident.ts";
import type { BudgetMemory } from "./budget.ts";
import type { TaskMemory, AgentMemory, Memory } from "./types.ts";
import { newTask } from "../sim/task-scene.ts";
import { freshTask } from "./task.ts";

const AT = 1_000_000;
const { config } = settingOf(`
[[agent]]
name = "a"
account = "team"
[[agent]]
name = "b"
account = "team"
[[agent]]
name = "c"
kind = "loop"
role = "r"
[loop]
phases = [{ id = "1", status = "S.md" }]
`);

type Incidents = Readonly<Record<string, Incident>>;

function shown(
  agents: Readonly<Record<string, Partial<AgentMemory>>>,
  at = AT,
  more: Partial<Memory> = {},
): Shown {
  const whole = Object.entries(agents).map(
    ([name, one]) => [name, { ...freshAgent(`t-${name}`), ...one }] as const,
  );
  const memory = { ...FRESH, ...more, agents: Object.fromEntries(whole) };
  return { config, memory, seen: { at, server: "none" } };
}

const asks = (text: string): Partial<AgentMemory> => ({
  life: { is: "up", since: 0, quiet: null },
  verdict: { is: "asking", what: "a dialog", text },
});
const parked = (why: string): Partial<AgentMemory> => ({
  life: { is: "parked", since: 0, why },
  because: `because of ${why}`,
});
const short = (all: Incidents) =>
  Object.values(all).map(({ event, subject, text, over }) => [event, subject, text, over]);

test("who asks, is parked, lost the login or spent the credit, and a loop that is done, stand still", () => {
  const loop = { index: 0, complete: true, completedRun: true, sha: null, inboxes: {} };
  const all = followed(
    {},
    shown({ a: asks("May I?"), b: parked("restarts"), c: parked("credit") }, AT, {
      loops: { loop: { ...loop, missing: "", because: "the last phase is done" } },
    }),
  );
  expect(short(all)).toEqual([
    ["asking", "a", "May I?", null],
    ["parked", "b", "because of restarts", null],
    ["budget", config.agents[2]?.account, "c: because of credit", null],
    ["done", "loop", "the last phase is done", null],
  ]);
  expect(Object.values(all).map(titleOf)).toEqual([
    "a asks",
    "b is parked",
    `budget: ${config.agents[2]?.account}`,
    "loop loop is done",
  ]);
});

test("a budget that is nearly spent is news, one that is spent an alarm, and one more than that is over", () => {
  const of = (level: BudgetMemory["level"]) => {
    const one: BudgetMemory = {
      scope: "day",
      name: "",
      day: "2026-03-07",
      level,
      since: 0,
      until: null,
      granted: 0,
      of: "$1.00",
      because: `it is ${level}`,
    };
    return { budgets: { "day/": one } };
  };
  const warned = followed({}, shown({}, AT, of("warned")));
  const reached = followed(warned, shown({}, AT + 1000, of("reached")));
  const told = Object.values(reached).map((one) => [
    titleOf(one),
    one.text,
    levelOf(one),
    one.over,
  ]);
  expect(told).toEqual([
    ["budget: today", "it is warned", "info", AT + 1000],
    ["budget: today", "it is reached", "alarm", null],
  ]);
  expect(followed({}, shown({}, AT, of("fine")))).toEqual({});
});

test("what moves on by itself is no incident: a limit, a backoff, a pause, work", () => {
  const lives: readonly Partial<AgentMemory>[] = [
    { life: { is: "held", since: 0, until: null, why: "limit" } },
    { ...asks("x"), life: { is: "held", since: 0, until: null, why: "paused" } },
    { life: { is: "backoff", since: 0, until: 9 } },
    { life: { is: "up", since: 0, quiet: null }, verdict: { is: "busy" } },
    { ...asks("x"), life: { is: "down" } },
  ];
  for (const life of lives) expect(followed({}, shown({ a: life }))).toEqual({});
});

test("a login that two agents share is lost once", () => {
  const all = followed({}, shown({ a: parked("auth"), b: parked("auth") }));
  expect(short(all)).toEqual([["auth", "team", "a: because of auth", null]]);
});

test("the same question is the same incident while a clock ticks in it, the next one is another", () => {
  const first = followed({}, shown({ a: asks("Run it? 12s") }));
  expect(followed(first, shown({ a: asks("Run it? 13s") }, AT + 1000))).toEqual(first);
  const next = followed(first, shown({ a: asks("Delete it?") }, AT + 2000));
  expect(short(next)).toEqual([
    ["asking", "a", "Run it? 12s", AT + 2000],
    ["asking", "a", "Delete it?", null],
  ]);
});

test("a flicker ends nothing, and who is not seen has not moved on", () => {
  const first = followed({}, shown({ a: asks("Run it?") }));
  const unseen = { ...asks(""), verdict: { is: "unseen" } } as const;
  expect(followed(first, shown({ a: unseen }, AT + 60_000))).toEqual(first);
  const gone = followed(first, shown({ a: { verdict: { is: "busy" } } }, AT + 60_000));
  expect(short(gone)).toEqual([["asking", "a", "Run it?", AT + 60_000]]);
  expect(followed(gone, shown({ a: asks("Run it?") }, AT + 70_000))).toEqual(first);
  const [again] = Object.values(followed(gone, shown({ a: asks("Run it?") }, AT + 70_001)));
  expect(again).toEqual({
    event: "asking",
    subject: "a",
    text: "Run it?",
    id: expect.stringMatching(/^asking-[0-9a-f]{16}$/),
    since: AT + 70_001,
    over: null,
    told: {},
  });
  expect(again?.id).not.toBe(Object.values(first)[0]?.id);
});

test("of a question that the look has cut, the last word is left out", () => {
  const cut = `${"word ".repeat(58)}sk-halfsecr`.slice(0, 300).padEnd(300, "e");
  const [asked] = Object.values(followed({}, shown({ a: asks(cut) })));
  expect(asked?.text).toBe(`${"word ".repeat(58).trimEnd()} …`);
});

test("a question that is answered at once needs nobody", () => {
  const [asked] = Object.values(followed({}, shown({ a: asks("Run it?") })));
  if (asked === undefined) throw new Error("no incident");
  expect(ripeAt(asked)).toBe(AT + 30_000);
  expect(ripeAt({ ...asked, over: AT + 29_999 })).toBe(null);
  expect(ripeAt({ ...asked, over: AT + 30_000 })).toBe(AT + 30_000);
  expect([isPast(asked, AT), isPast({ ...asked, over: AT }, AT + 10_001)]).toEqual([false, true]);
});

test("a tmux that does not answer, and doubt in what is seen, are the watchdog's own", () => {
  const all = followed(
    {},
    {
      ...shown({}, AT, { fleet: { ...FRESH.fleet, brakeAt: AT - 1 } }),
      seen: { at: AT, server: "unseen" },
    },
  );
  expect(Object.values(all).map((one) => [one.event, titleOf(one), ripeAt(one)])).toEqual([
    ["degraded", "the watchdog is degraded", AT + 180_000],
    ["degraded", "the watchdog is degraded", AT + 180_000],
  ]);
});

test("a real dialog's words are the incident's text", () => {
  const sink = `[[notify]]\nto = "bell"\n`;
  const asking = look(running(`[[agent]]\nname = "a"\n${sink}`), 1000, {
    screens: { a: SCREENS.asking },
  });
  expect(short(asking.memory.notices?.incidents ?? {})).toEqual([
    ["asking", "a", "Do you want to run this command? 1. Yes Esc to cancel", null],
  ]);
});

test("a task that waits for a person, and one that failed, are told; those that go on are not", () => {
  const one = (id: string, state: TaskMemory["state"]): TaskMemory => ({
    ...freshTask(newTask(id)),
    state,
    because: `${id} is so`,
  });
  const states = ["queued", "running", "waiting", "done", "cancelled"] as const;
  const tasks = [one("a", "needs-human"), one("b", "failed"), ...states.map((is) => one(is, is))];
  const memory = { tasks: Object.fromEntries(tasks.map((task) => [task.id, task])) };
  const all = Object.values(followed({}, shown({}, AT, memory)));
  expect(all.map(({ event, subject, text }) => ({ event, subject, text }))).toEqual([
    { event: "asking", subject: "task a", text: "a is so" },
    { event: "parked", subject: "task b", text: "b is so" },
  ]);
});
