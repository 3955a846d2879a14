// What a budget does: it warns, it holds at the end of a turn or stops, and a person or the next day opens it again.

import { expect, test } from "vitest";
import {
  done,
  EVENING,
  later,
  look,
  order,
  outcomes,
  running,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";
import { after, newTask, next, openShop, SHOP, taskOf } from "../sim/task-scene.ts";
import type { Spent, SpentSeen } from "./usage.ts";

const HOUR = 3_600_000;
const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
const TWO = `${ONE}[[agent]]\nname = "b"\nwatch = "heal"\naccount = "other"\n`;
const TODAY = "2026-03-07";

const used = (usd: number, more: Partial<Spent> = {}): Spent => ({
  usd,
  tokens: 0,
  turns: 0,
  unpriced: 0,
  ...more,
});
const spent = (all: Spent, more: Partial<SpentSeen> = {}): SpentSeen => ({
  day: TODAY,
  all,
  agents: {},
  accounts: {},
  tasks: {},
  steps: {},
  ...more,
});

const levels = ({ memory }: Scene): unknown =>
  Object.fromEntries(
    Object.entries(memory.budgets ?? {}).map(([key, { level, granted }]) => [
      key,
      [level, granted],
    ]),
  );
const said = (now: Scene, event: string): readonly string[] =>
  now.deeds.flatMap((one) => (one.do === "note" && one.event === event ? [one.because] : []));

test("a warning is said once, at 80 percent, and holds nobody", () => {
  const before = running(`${ONE}[budget]\nper_day = "$10"\n`);
  const fine = look(before, 1000, { spent: spent(used(7.99)) });
  const warned = look(fine, 1000, { spent: spent(used(8)) });
  const more = look(warned, 1000, { spent: spent(used(9.99)) });
  expect([levels(fine), levels(warned), said(warned, "budget"), said(more, "budget")]).toEqual([
    {},
    { "day/": ["warned", 0] },
    ["the budget of today: $8.00 of $10.00 is spent"],
    [],
  ]);
  expect([more.memory, more.agent("a").life.is]).toEqual([warned.memory, "up"]);
});

test("where nothing but the figures moves, Memory stays what it is", () => {
  const before = running(`${ONE}[budget]\nper_day = "$10"\n`);
  const first = look(before, 1000, { spent: spent(used(1)) });
  for (const usd of [2, 3, 7])
    expect(look(first, 1000, { spent: spent(used(usd)) }).memory).toBe(first.memory);
  const reached = look(first, 1000, { spent: spent(used(11)) });
  const held = look(reached, 1000, { spent: spent(used(12)) });
  expect(look(held, 1000, { spent: spent(used(13)) }).memory).toBe(held.memory);
});

test("a spent budget lets the turn end and begins no other one, until the next day", () => {
  const before = running(`${ONE}[budget]\nper_agent = "$10"\n`, SCREENS.busy);
  const news = spent(used(10.5), { agents: { a: used(10.5) } });
  const held = look(before, 1000, { spent: news });
  const midnight = Date.UTC(2026, 2, 8);
  const because =
    "the budget of a is spent: $10.50 of $10.00; it goes on tomorrow, or with `agents resume`";
  expect([held.agent("a").life, held.agent("a").because, done(held)]).toEqual([
    { is: "held", since: held.at, until: midnight, why: "budget" },
    because,
    [],
  ]);
  const quiet = later(look(held, 1000, { screens: { a: SCREENS.idle }, spent: news }), 2 * HOUR);
  expect([quiet.agent("a").life.is, done(quiet)]).toEqual(["held", []]);
  const morning = look(quiet, midnight - quiet.at, {
    spent: spent(used(0), { day: "2026-03-08" }),
  });
  expect([morning.agent("a").life.is, levels(morning), said(morning, "budget")]).toEqual([
    "up",
    {},
    ["the budget of a is open again"],
  ]);
});

test("what was not begun is not begun: an agent that ends meanwhile starts when there is something to spend", () => {
  const before = running(`${ONE}[budget]\nper_agent = "2M tokens"\n`, SCREENS.busy);
  const all = used(0, { tokens: 2_000_000 });
  const news = spent(all, { agents: { a: all } });
  const held = look(before, 1000, { spent: news });
  let gone = look(held, 1000, { panes: { a: null }, spent: news });
  for (let looks = 0; looks < 120; looks += 1)
    gone = look(gone, 30_000, { outcomes: outcomes(gone, "a"), spent: news });
  expect([gone.agent("a").life.is, done(gone), gone.agent("a").because]).toEqual([
    "down",
    [],
    "the budget of a is spent: 2,000,000 of 2,000,000 tokens; it goes on tomorrow, or with `agents resume`",
  ]);
  const open = look(gone, 1000, { orders: [order("resume", ["a"])], spent: news });
  expect([done(open), levels(open)]).toEqual([["a: start"], { "agent/a": ["fine", 1] }]);
});

test("stop ends the turn, spares who is parked, and the next day starts it again", () => {
  const before = running(`${ONE}[budget]\nper_agent = "$1"\nat_limit = "stop"\n`, SCREENS.busy);
  const news = spent(used(2), { agents: { a: used(2) } });
  const stops = look(before, 1000, { spent: news });
  expect([stops.agent("a").life.is, stops.agent("a").because.slice(0, 24)]).toEqual([
    "stopping",
    "the budget of a is spent",
  ]);
  const parked = running(`${ONE}[budget]\nper_agent = "$1"\nat_limit = "stop"\n`, SCREENS.auth);
  const stays = look(parked, 1000, { spent: news });
  expect([stays.agent("a").life.is, done(stays)]).toEqual(["parked", []]);
});

test("one word of a person is worth its amount once more, or as much as lets it go on", () => {
  const before = running(`${ONE}[budget]\nper_agent = "$10"\n`);
  const of = (usd: number) => spent(used(usd), { agents: { a: used(usd) } });
  const held = look(before, 1000, { spent: of(10) });
  const open = look(held, 1000, { orders: [order("resume", ["a"])], spent: of(10) });
  expect([levels(open), open.agent("a").life.is]).toEqual([{ "agent/a": ["fine", 1] }, "up"]);
  expect(levels(look(open, 1000, { spent: of(16) }))).toEqual({ "agent/a": ["warned", 1] });
  const again = look(open, 1000, { spent: of(57) });
  expect(levels(again)).toEqual({ "agent/a": ["reached", 1] });
  const far = look(again, 1000, { orders: [order("resume")], spent: of(57) });
  expect([levels(far), said(far, "budget")]).toEqual([
    { "agent/a": ["warned", 5] },
    ["the budget of a: $57.00 of $60.00 is spent", "the budget of a is open again"],
  ]);
});

test("a word holds for its day: the next one begins with the amount of the file", () => {
  const before = running(`${ONE}[budget]\nper_day = "$10"\n`);
  const held = look(before, 1000, { spent: spent(used(10)) });
  const open = look(held, 1000, { orders: [order("resume")], spent: spent(used(10)) });
  const morning = look(open, 1000, { spent: spent(used(10), { day: "2026-03-08" }) });
  expect([levels(open), levels(morning)]).toEqual([
    { "day/": ["fine", 1] },
    { "day/": ["reached", 0] },
  ]);
});

test("one agent's word opens no budget that others share, and says so", () => {
  const before = running(`${TWO}[budget]\nper_day = "$10"\n`);
  const held = look(before, 1000, { spent: spent(used(10)) });
  const named = look(held, 1000, { orders: [order("resume", ["a"])], spent: spent(used(10)) });
  const answer = named.deeds.find((one) => one.do === "answer");
  expect([levels(named), answer?.do === "answer" && answer.outcomes]).toEqual([
    { "day/": ["reached", 0] },
    {
      a: "resumed; the budget of today is spent: $10.00 of $10.00: `agents resume` without names opens it",
    },
  ]);
  const all = look(held, 1000, { orders: [order("resume")], spent: spent(used(10)) });
  expect([all.agent("a").life.is, all.agent("b").life.is]).toEqual(["up", "up"]);
});

test("an account's budget holds those who share it, an own amount takes the place of each", () => {
  const before = running(
    `${TWO}[budget]\nper_account = "$1"\nper_agent = "1 turn"\naccounts = { other = "$5" }\nagents = { a = "9 turns" }\n`,
  );
  const turns = used(3, { turns: 2 });
  const now = look(before, 1000, {
    spent: spent(used(6), {
      accounts: { talker: used(0.5), other: used(4.5) },
      agents: { a: turns, b: used(3) },
    }),
  });
  expect(levels(now)).toEqual({ "account/other": ["warned", 0] });
  const more = look(now, 1000, {
    spent: spent(used(6), { accounts: { other: used(5) }, agents: { a: turns, b: turns } }),
  });
  expect([levels(more), more.agent("a").life.is, more.agent("b").life.is]).toEqual([
    { "account/other": ["reached", 0], "agent/b": ["reached", 0] },
    "up",
    "held",
  ]);
});

test("a higher amount in the file opens a budget, and without the table there is none", () => {
  const of = (amount: string) => `${ONE}[budget]\nper_day = "${amount}"\n`;
  const held = look(running(of("$10")), 1000, { spent: spent(used(10)) });
  const open = look(held, 1000, { config: of("$20"), spent: spent(used(10)) });
  const none = look(held, 1000, { config: ONE });
  expect([levels(open), open.agent("a").life.is]).toEqual([{}, "up"]);
  expect([levels(none), none.agent("a").life.is]).toEqual([{}, "up"]);
});

test("nothing is typed into who is held but a person's own words", () => {
  const before = running(`${ONE}[budget]\nper_day = "$1"\n`);
  const held = look(before, 1000, { spent: spent(used(1)) });
  const words = look(held, 1000, { orders: [order("send", ["a"], { text: "hello" })] });
  expect(done(words)).toEqual(["a: type hello"]);
});

test("a usage limit that ends while the budget is spent is asked by nobody", () => {
  const before = running(`${ONE}[budget]\nper_day = "$1"\n`, SCREENS.limited);
  expect(before.agent("a").life).toMatchObject({ is: "held", why: "limit" });
  const both = look(before, 1000, { spent: spent(used(1)) });
  const after4 = later(both, 4 * HOUR);
  expect([after4.agent("a").life, done(after4)]).toEqual([
    { is: "held", since: both.at, until: Date.UTC(2026, 2, 8), why: "budget" },
    [],
  ]);
});

// ---- tasks ----

const TASKS = `${SHOP}[budget]\nper_task = "$3"\nper_day = "$100"\n`;

test("a task over its budget waits with its step, spends no attempt, and goes on with a word", () => {
  const begun = after(openShop(TASKS, [newTask("t1")]), { ends: () => null }, (now) =>
    Object.values(now.memory.agents).some(({ life }) => life.is === "up"),
  );
  const news = spent(used(4), { tasks: { t1: used(4) } });
  const held = next(next(begun, { ends: () => null }, { spent: news }), { ends: () => null });
  const { step, attempt } = taskOf(begun, "t1");
  expect(taskOf(held, "t1")).toMatchObject({ state: "waiting", why: "budget", attempt });
  expect(taskOf(held, "t1").step).toMatchObject({ id: step?.id, ranFrom: null, retries: 0 });
  const agent = step?.agent ?? "";
  const named = { orders: [order("resume", [agent])], spent: news };
  const open = next(next(held, { ends: () => null }, named), { ends: () => null });
  expect([levels(open), taskOf(open, "t1").state]).toEqual([{ "task/t1": ["fine", 1] }, "running"]);
});

test("a step that ended in the meantime is followed by none, and no task begins on a spent day", () => {
  const begun = after(openShop(TASKS, [newTask("t1")]), { ends: () => null }, (now) =>
    Object.values(now.memory.agents).some(({ life }) => life.is === "up"),
  );
  const news = spent(used(100), { tasks: { t1: used(2) } });
  let now = next(begun, {}, { spent: news, claimed: [newTask("t2")] });
  for (let looks = 0; looks < 60; looks += 1) now = next(now, {}, { spent: news });
  expect([taskOf(now, "t1").state, taskOf(now, "t1").why, taskOf(now, "t1").visits]).toEqual([
    "waiting",
    "budget",
    { plan: 1, implement: 1 },
  ]);
  expect(taskOf(now, "t2")).toMatchObject({ state: "waiting", why: "budget", step: null });
  expect(now.memory).toBe(next(now, {}, { spent: news }).memory);
  const day2 = spent(used(0), { day: "2026-03-08", tasks: { t1: used(2) } });
  const over = after(
    next(now, {}, { spent: day2 }),
    {},
    (one) => taskOf(one, "t2").state === "done",
  );
  expect([taskOf(over, "t1").state, taskOf(over, "t1").attempt]).toEqual(["done", 1]);
});

test("a step has an amount of its own: stop ends its agent, and a word begins it anew", () => {
  const toml = `${SHOP}[budget]\nper_step = "1k tokens"\nat_limit = "stop"\n`;
  const works = { ends: () => null };
  const begun = after(openShop(toml, [newTask("t1")]), works, (now) =>
    Object.values(now.memory.agents).some(({ life }) => life.is === "up"),
  );
  const agent = taskOf(begun, "t1").step?.agent ?? "";
  const tokens = used(0, { tokens: 1000 });
  const news = spent(tokens, { steps: { [agent]: tokens } });
  const stopped = after(next(begun, works, { spent: news }), works, ({ memory }) =>
    Object.values(memory.agents).every(({ life }) => life.is === "down"),
  );
  expect(taskOf(next(stopped, works), "t1")).toMatchObject({
    state: "waiting",
    why: "budget",
    attempt: 1,
    because: `the budget of step ${agent} is spent: 1,000 of 1,000 tokens; it goes on with \`agents resume\``,
  });
  const again = next(stopped, works, { orders: [order("resume", [agent])], spent: news });
  expect(done(again)).toContain(`${agent}: start`);
});

test("the time of a budget's end is that of this machine's calendar", () => {
  const before = running(`${ONE}[budget]\nper_day = "$1"\n`);
  const held = look(before, 1000, { spent: spent(used(1)) });
  expect(held.memory.budgets?.["day/"]?.until).toBe(EVENING + 6 * HOUR);
});
