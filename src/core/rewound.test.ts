// Clocks that jump: a night's timers hang on the wall clock, and that is set by strangers.

import { expect, test } from "vitest";
import {
  done,
  limited,
  look,
  outcomes,
  order,
  running,
  SCREENS,
  type Change,
  type Scene,
} from "../sim/scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
const ONE = `[[agent]]\nname = "a"\n`;

/** The next look, on a clock that was set by so much meanwhile. */
function stepped(before: Scene, byMs: number, change: Change = {}): Scene {
  return look(before, 1000 + byMs, { steadyMs: 1000, ...change });
}

function watch(from: Scene, ms: number, screens: Record<string, string> = {}): Scene {
  let now = from;
  const end = from.at + ms;
  while (now.at < end) {
    const next = Math.min(now.due ?? Infinity, now.at + 30_000, end);
    const back = Object.keys(now.memory.agents).flatMap((name) => outcomes(now, name));
    now = look(now, Math.max(1, next - now.at), { outcomes: back, screens });
  }
  return now;
}

function crashed(): Scene {
  const dead = look(running(ONE, SCREENS.busy), 1000, {
    panes: { a: { dead: { code: 1, signal: null } } },
  });
  const down = watch(dead, 1000);
  expect(down.agent("a").life.is).toBe("backoff");
  return down;
}

test("a clock that was set back a year does not keep a crashed agent down for a year", () => {
  const back = stepped(crashed(), -YEAR);
  expect(watch(back, 20_000).agent("a").starts).toBe(2);
});

test("the same after a restart, when nobody can tell that the clock was set", () => {
  const back = look(crashed(), -YEAR, { first: true });
  expect(watch(back, 20_000).agent("a").starts).toBe(2);
});

test("a message that was typed before the clock was set back is submitted", () => {
  const sent = look(running(ONE), 1000, { orders: [order("send", ["a"], { text: "hello" })] });
  const typed = look(sent, 40, {
    outcomes: outcomes(sent, "a"),
    screens: { a: SCREENS.idle.replace("> ", "> hello") },
  });
  expect(typed.agent("a").says[0]?.state).toBe("typed");
  const back = watch(stepped(typed, -HOUR), 10_000);
  expect(back.agent("a").says[0]?.state ?? "said").not.toBe("typed");
});

test("a stall is noticed although the clock was set back while it began", () => {
  const idle = look(running(ONE, SCREENS.busy), 1000, { screens: { a: SCREENS.idle } });
  const back = watch(stepped(watch(idle, MINUTE), -YEAR), 20 * MINUTE);
  expect(back.agent("a").because).toMatch(/^quiet for|^stall|^restart: stall/);
});

test("progress lifts a hold that was entered before the clock was set back", () => {
  const held = look(running(ONE, SCREENS.busy), 1000, { screens: { a: limited(null) } });
  const back = stepped(held, -YEAR, { screens: { a: SCREENS.busy } });
  expect(watch(back, MINUTE, { a: SCREENS.busy }).memory.holds).toEqual({});
});

test("a hold without a known end is asked about, whatever the clock said when it began", () => {
  const held = look(running(ONE, SCREENS.busy), 1000, { screens: { a: limited(null) } });
  const back = stepped(held, -YEAR);
  expect(watch(back, HOUR).memory.holds["talker"]?.probes).toBeGreaterThan(0);
});

test("sleep is not silence: nobody is asked why it was quiet while the machine slept", () => {
  const idle = look(running(ONE, SCREENS.busy), 1000, { screens: { a: SCREENS.idle } });
  const woken = stepped(watch(idle, MINUTE), 8 * HOUR);
  expect(woken.agent("a").life).toMatchObject({ quiet: { since: woken.at, nudged: 0 } });
  expect(done(watch(woken, 4 * MINUTE))).toEqual([]);
});

test("who waits until an hour of the night in which the machine slept is not asked at once", () => {
  const until = `WAITING-UNTIL: ${new Date(Date.UTC(2026, 2, 7, 20)).toISOString()}`;
  const screens = { a: `${until}\n${SCREENS.idle}` };
  const waits = look(running(ONE, SCREENS.busy), 1000, { screens });
  expect(waits.agent("a").verdict.is).toBe("waiting");
  const woken = stepped(waits, 8 * HOUR);
  expect(done(watch(woken, 100_000))).toEqual([]);
});

test("an agent that worked while nobody looked is not called quiet for that time", () => {
  const idle = watch(
    look(running(ONE, SCREENS.busy), 1000, { screens: { a: SCREENS.idle } }),
    1000,
  );
  const back = look(idle, 8 * HOUR, {
    first: true,
    screens: { a: SCREENS.idle.replace("done", "the whole night's work is done") },
  });
  expect(back.agent("a").life).toMatchObject({ quiet: { since: back.at, nudged: 0 } });
  const same = look(idle, 8 * HOUR, { first: true });
  expect(same.agent("a").life).toMatchObject({ quiet: { since: idle.at - 1000 } });
});
