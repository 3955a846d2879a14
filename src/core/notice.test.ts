// One incident, one notice, one reminder, for each sink; nothing in quiet hours but the digest at their end; none
// lost where the process dies in between.

import { expect, test } from "vitest";
import { EVENING, later, look, running, SCREENS, settingOf, type Scene } from "../sim/scene.ts";
import { FRESH } from "./fresh.ts";
import { NO_NOTICES, type Notice, stepNotices } from "./notice.ts";
import type { Outcome } from "./types.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const AGENTS = ["a", "b", "c", "d", "e"].map((name) => `[[agent]]\nname = "${name}"\n`).join("");
const BELL = `[[notify]]\nto = "bell"\nremind = "1h"\n`;

function noticesOf({ actions }: Scene): readonly Notice[] {
  return actions.flatMap((one) => (one.do === "notify" ? [one.notice] : []));
}

function outcomesOf(before: Scene, ok = true): readonly Outcome[] {
  return before.actions.flatMap(({ do: what, id, target }) =>
    what === "notify" ? [{ id, target, ok, failure: "", left: [], weight: null }] : [],
  );
}

/** Looks now and then, and when due, that say what each of them told; every notice gets to the outbox. */
function watched(
  from: Scene,
  ms: number,
): { readonly now: Scene; readonly told: readonly Notice[] } {
  let now = from;
  const told: Notice[] = [];
  const end = from.at + ms;
  const step = ms > 2 * HOUR ? 10 * MINUTE : 30_000;
  while (now.at < end) {
    const next = Math.min(now.due ?? Infinity, now.at + step, end);
    now = look(now, next - now.at, { outcomes: outcomesOf(now) });
    told.push(...noticesOf(now));
  }
  return { now, told };
}

const brief = ({ sink, kind, items }: Notice): string =>
  `${sink} ${kind}: ${items.map(({ title, over }) => title + (over ? " (over)" : "")).join(", ")}`;

function asking(names: readonly string[], notify = BELL, toml = AGENTS): Scene {
  const screens = Object.fromEntries(names.map((name) => [name, SCREENS.asking]));
  return look(running(toml + notify), 1000, { screens });
}

test("one incident is told once, and once more while it still stands", () => {
  const { told } = watched(asking(["a"]), 24 * HOUR);
  expect(told.map(brief)).toEqual(["bell first: a asks", "bell reminder: still: a asks"]);
  const [first, second] = told;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(HOUR);
  expect(first).toEqual({
    id: `${first?.items[0]?.incident}.bell`,
    at: EVENING + HOUR + 33_000,
    sink: "bell",
    kind: "first",
    level: "warning",
    fleet: "t",
    items: [
      {
        incident: expect.stringMatching(/^asking-/),
        event: "asking",
        subject: "a",
        title: "a asks",
        text: "Do you want to run this command? 1. Yes Esc to cancel",
        clock: "19:00",
        over: false,
      },
    ],
    more: 0,
  });
});

test("what is answered at once is told to nobody, and what moved on is not mentioned again", () => {
  const quick = watched(look(asking(["a"]), 20_000, { screens: { a: SCREENS.busy } }), 3 * HOUR);
  expect(quick.told).toEqual([]);
  const told = watched(asking(["a"]), MINUTE);
  const after = watched(look(told.now, 1000, { screens: { a: SCREENS.busy } }), 10 * MINUTE);
  expect([told.told.length, after.told.length]).toEqual([1, 0]);
  expect(after.now.memory.notices?.incidents).toEqual({});
});

test("what was over by the look that would have told it is told to nobody", () => {
  const over = look(asking(["a"]), MINUTE, { screens: { a: SCREENS.busy } });
  expect([noticesOf(over), watched(over, 10 * MINUTE).told]).toEqual([[], []]);
});

test("each sink hears of its events from its level on", () => {
  const sinks = `
[[notify]]
to = "bell"
level = "alarm"
[[notify]]
to = "desktop"
events = ["asking"]
remind = 0
[[notify]]
to = "command"
command = "true"
remind = "10m"
`;
  const { told } = watched(asking(["a"], sinks), 2 * HOUR);
  expect(told.map(brief)).toEqual([
    "desktop first: a asks",
    "command first: a asks",
    "command reminder: still: a asks",
  ]);
});

test("a login that is lost is told with the account's name, and parked agents with why", () => {
  const lost = look(running(AGENTS + BELL), 1000, { screens: { a: SCREENS.auth } });
  const both = { screens: { b: SCREENS.auth }, outcomes: outcomesOf(lost) };
  const { told, now } = watched(look(lost, 1000, both), MINUTE);
  expect([...noticesOf(lost), ...told].map((one) => [brief(one), one.level])).toEqual([
    ["bell first: login lost: talker", "alarm"],
  ]);
  expect(now.agent("b").life.is).toBe("parked");
});

test("more than three at once are one digest", () => {
  const { told } = watched(asking(["a", "b", "c", "d"]), 10 * MINUTE);
  expect(told.map(brief)).toEqual(["bell digest: a asks, b asks, c asks, d asks"]);
  const three = watched(asking(["a", "b", "c"]), 10 * MINUTE);
  expect(three.told.map(brief)).toEqual([
    "bell first: a asks",
    "bell first: b asks",
    "bell first: c asks",
  ]);
});

test("a digest names twenty, and counts the others", () => {
  const names = Array.from({ length: 25 }, (_, at) => `n${at}`);
  const many = names.map((name) => `[[agent]]\nname = "${name}"\n`).join("");
  const { told } = watched(asking(names, BELL, many), 10 * MINUTE);
  expect(told.map(({ items, more }) => [items.length, more])).toEqual([[20, 5]]);
});

const NIGHT = `[[notify]]
to = "bell"
remind = "1h"
quiet = { from = "18:30", to = "07:00", zone = "UTC" }
`;

test("in quiet hours nothing is told, and at their end one digest of what stands and what came and went", () => {
  const night = watched(asking(["a", "b"], NIGHT), 6 * HOUR);
  const answered = look(night.now, 1000, { screens: { b: SCREENS.busy } });
  const rest = watched(answered, 20 * HOUR);
  expect([...night.told, ...noticesOf(answered)]).toEqual([]);
  expect(rest.told.map((one) => [brief(one), new Date(one.at).toISOString()])).toEqual([
    ["bell digest: a asks, b asks (over)", "2026-03-08T07:00:00.000Z"],
    ["bell reminder: still: a asks", "2026-03-08T08:00:00.000Z"],
  ]);
});

test("a quiet night without incidents ends without a word", () => {
  expect(watched(asking([], NIGHT), 20 * HOUR).told).toEqual([]);
});

test("a reminder that is due in quiet hours waits for the digest", () => {
  const sink = NIGHT.replace("18:30", "19:30");
  const { told } = watched(asking(["a"], sink), 20 * HOUR);
  expect(told.map((one) => [brief(one), new Date(one.at).toISOString().slice(11, 16)])).toEqual([
    ["bell first: a asks", "19:00"],
    ["bell digest: still: a asks", "07:00"],
  ]);
});

test("beyond its rate a sink hears the rest as a digest, when an hour has passed", () => {
  const sink = `${BELL}rate = 2\n`.replace("1h", "0");
  let now = asking(["a"], sink);
  const told: Notice[] = [];
  for (const name of ["b", "c", "d", "e"]) {
    const some = watched(now, 5 * MINUTE);
    told.push(...some.told);
    now = look(some.now, 1000, { screens: { [name]: SCREENS.asking } });
    told.push(...noticesOf(now));
  }
  const rest = watched(now, 3 * HOUR);
  expect([...told, ...rest.told].map(brief)).toEqual([
    "bell first: a asks",
    "bell first: b asks",
    "bell digest: c asks, d asks, e asks",
  ]);
});

test("a notice whose outcome nobody saw is laid out again by the next process, under the same id", () => {
  const told = later(asking(["a"]), MINUTE);
  const [first] = Object.values(told.memory.notices?.out ?? {});
  const restarted = look(told, 1000, { first: true });
  expect(noticesOf(restarted)).toEqual([first?.notice]);
  const lost = look(restarted, 1000, { outcomes: outcomesOf(restarted, false) });
  expect(noticesOf(lost)).toEqual([first?.notice]);
  const there = look(lost, 1000, { outcomes: outcomesOf(lost) });
  expect([noticesOf(there), there.memory.notices?.out]).toEqual([[], {}]);
  expect(noticesOf(look(there, 1000, { first: true }))).toEqual([]);
});

test("a clock that is set back a year repeats nothing and keeps nothing waiting for a year", () => {
  const { now } = watched(asking(["a"]), MINUTE);
  const back = look(now, -365 * 24 * HOUR, { steadyMs: 1000 });
  const { told } = watched(back, 2 * HOUR);
  expect([...noticesOf(back), ...told].map(brief)).toEqual(["bell reminder: still: a asks"]);
});

test("without a sink nothing is followed, and with its last sink everything is forgotten", () => {
  const none = asking(["a"], "");
  expect(none.memory.notices).toBe(undefined);
  const { now } = watched(asking(["a"]), MINUTE);
  const gone = look(now, 1000, { config: AGENTS });
  expect(gone.memory.notices).toEqual(NO_NOTICES);
});

test("a sink that went out of the file is told nothing more", () => {
  const desktop = `[[notify]]\nto = "desktop"\n`;
  const told = later(asking(["a"], BELL + desktop), MINUTE);
  const left = look(told, HOUR / 2, { config: AGENTS + desktop });
  expect([
    Object.values(left.memory.notices?.out ?? {}).map(({ notice }) => notice.sink),
    noticesOf(left).map(({ sink }) => sink),
  ]).toEqual([["desktop"], ["desktop"]]);
});

test("a sink that comes into the file hears what stands already", () => {
  const { now } = watched(asking(["a"], ""), HOUR);
  const { told } = watched(look(now, 1000, { config: AGENTS + BELL }), HOUR / 2);
  expect(told.map(brief)).toEqual(["bell first: a asks"]);
});

test("while nothing happens Memory stays the same object", () => {
  const { config } = settingOf(AGENTS + BELL);
  const memory = {
    ...FRESH,
    notices: { ...NO_NOTICES, sinks: { bell: { sent: [], holding: false } } },
  };
  const { now } = watched(asking(["a"]), MINUTE);
  const still = look(now, 30_000);
  expect(look(still, 30_000).memory.notices).toBe(still.memory.notices);
  const seen = { at: 5, zone: "UTC", since: null, outcomes: [], server: "none" } as const;
  const empty = { panes: {}, files: {}, repos: {}, ready: [], orders: [], stateWritable: true };
  expect(stepNotices(config, memory, { ...empty, ...seen })).toEqual({
    memory,
    actions: [],
    due: null,
  });
});
