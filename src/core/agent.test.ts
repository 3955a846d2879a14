import { expect, test } from "vitest";
import {
  done,
  later,
  limited,
  look,
  order,
  running,
  scene,
  SCREENS,
  type Change,
} from "../sim/scene.ts";
import { GO_ON } from "./agent.ts";
import type { AgentMemory } from "./types.ts";

const MINUTE = 60_000;
const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
const edited = (toml: string): Change => ({ config: `${toml}prompt = "other work"\n` });
const life = (one: AgentMemory): string => one.life.is;

test("the unseen is left as it is, whatever was wanted", () => {
  const lives = [running(ONE), look(running(ONE), 1000, { screens: { a: SCREENS.limited } })];
  for (const before of lives) {
    const blind = look(before, 1000, { server: "unseen", orders: [order("restart", ["a"])] });
    expect([done(blind), blind.agent("a").verdict]).toEqual([[], { is: "unseen" }]);
  }
});

test("what runs already is left as it is", () => {
  const told = look(running(ONE), 1000, { orders: [order("up")] });
  expect([done(told), life(told.agent("a"))]).toEqual([[], "up"]);
});

test("something of ours that Memory does not know is kept, never started a second time", () => {
  const found = look(scene(ONE), 0, { panes: { a: {} }, orders: [order("up", ["a"])] });
  expect([done(found), found.agent("a").because, found.agent("a").run?.id]).toEqual([
    [],
    "found running, left alone",
    "r",
  ]);
});

test("defect 11: what a person stopped stays stopped", () => {
  const down = { orders: [order("down", ["a"])], panes: { a: null } };
  let now = look(running(ONE), 1000, down);
  for (let looks = 0; looks < 20; looks += 1) {
    const id = now.agent("a").doing?.id ?? "";
    const one = { id, target: "a", ok: true, failure: "", left: [], weight: null };
    now = look(now, 1000, { outcomes: id.includes(".sweep.") ? [one] : [] });
  }
  expect(life(now.agent("a"))).toBe("down");
  const long = later(now, 600 * MINUTE);
  expect([done(long), life(long.agent("a"))]).toEqual([[], "down"]);
});

test("an edit waits for a safe point, and is then one restart", () => {
  const busy = look(running(ONE, SCREENS.busy), 1000, edited(ONE));
  expect([done(busy), busy.agent("a").pending]).toEqual([
    [],
    { since: busy.at, because: "its launch was edited" },
  ]);
  const still = look(later(busy, 60 * MINUTE), 1000, { screens: { a: SCREENS.idle } });
  expect(done(still)).toEqual([]);
  const safe = look(still, 5000);
  expect(safe.agent("a").life).toMatchObject({ is: "stopping", next: "restart" });
});

test("an edit that is taken back costs nothing", () => {
  const busy = look(running(ONE, SCREENS.busy), 1000, edited(ONE));
  const back = look(busy, 1000, { config: ONE });
  expect(back.agent("a").pending).toBe(null);
});

test("an edit of what is no launch costs nothing", () => {
  const more = `[[agent]]\nname = "a"\nwatch = "heal+stall"\nnudges = 5\nrestart = { starts = 9 }\n`;
  const idle = running(ONE);
  expect(look(idle, 10_000, { config: more }).agent("a").pending).toBe(null);
});

test("defect 1: an agent that is taken out of the file keeps running, untouched", () => {
  const two = `${ONE}[[agent]]\nname = "b"\n`;
  const orphan = look(running(two), 1000, { config: ONE });
  expect([done(orphan), life(orphan.agent("b"))]).toEqual([[], "up"]);
  expect(done(look(later(orphan, 60 * MINUTE), 1000, { screens: { b: SCREENS.fatal } }))).toEqual(
    [],
  );
});

test("a question is told to a person, once, and nobody presses anything", () => {
  const asking = look(running(ONE), 1000, { screens: { a: SCREENS.asking } });
  const loud = asking.deeds.filter((deed) => deed.do === "note" && deed.loud);
  expect([loud.length, done(asking)]).toEqual([1, []]);
  const long = later(asking, 120 * MINUTE);
  expect([long.deeds, life(long.agent("a"))]).toEqual([[], "up"]);
});

test("a login that is asked for parks the agent with its words", () => {
  const parked = look(running(ONE), 1000, { screens: { a: SCREENS.auth } });
  expect(parked.agent("a")).toMatchObject({
    life: { is: "parked", since: parked.at, why: "auth" },
    because: "needs a person (auth): Please log in again",
  });
  expect(done(later(parked, 60 * MINUTE))).toEqual([]);
});

test("a person who logged in and set it to work has said enough", () => {
  const parked = look(running(ONE), 1000, { screens: { a: SCREENS.auth } });
  expect(life(look(parked, 1000, { screens: { a: SCREENS.busy } }).agent("a"))).toBe("up");
});

test("a banner that is met after a sleep means the hour after it was written, not the next day's", () => {
  const awake = running(ONE);
  const until = Math.ceil(awake.at / MINUTE) * MINUTE + 60 * MINUTE;
  const reset = new Date(until).toISOString().slice(11, 16);
  const banner = limited(`${reset} (UTC)`);
  const screen = { text: banner, hash: banner, since: awake.at, outputAt: awake.at + MINUTE };
  const woken = look(awake, 120 * MINUTE, { steadyMs: MINUTE, panes: { a: { screen } } });
  expect(woken.agent("a").verdict).toEqual({ is: "limited", until, sure: true });
  expect(woken.agent("a").banner?.at).toBe(awake.at + MINUTE);
});

test("an overloaded model is a brake: it is left alone for a minute, then asked to go on", () => {
  const braked = look(running(ONE), 1000, { screens: { a: SCREENS.overloaded } });
  expect(braked.agent("a").life).toMatchObject({ is: "held", why: "overloaded" });
  expect(done(look(braked, 59_000))).toEqual([]);
  expect(done(look(braked, MINUTE))).toEqual([`a: type ${GO_ON}`]);
});

test("a brake that heals by itself is over without a word", () => {
  const braked = look(running(ONE), 1000, { screens: { a: SCREENS.overloaded } });
  const works = look(braked, 10_000, { screens: { a: SCREENS.busy } });
  expect([done(works), life(works.agent("a"))]).toEqual([[], "up"]);
});

test("a paused agent is neither nudged, woken, restarted for an edit, nor held", () => {
  const all = `[[agent]]\nname = "a"\n`;
  const paused = look(running(all, SCREENS.busy), 1000, {
    orders: [order("pause", ["a"])],
    screens: { a: SCREENS.idle },
  });
  const long = later(look(paused, 1000, edited(all)), 120 * MINUTE);
  expect([done(long), long.agent("a").life]).toEqual([
    [],
    { is: "held", since: paused.at, until: null, why: "paused" },
  ]);
  const back = look(long, 1000, { orders: [order("resume", ["a"])] });
  expect(life(back.agent("a"))).toBe("up");
});

test("a crash while paused is still a crash", () => {
  const paused = look(running(ONE), 1000, { orders: [order("pause", ["a"])] });
  const dead = look(paused, 1000, { panes: { a: { dead: { code: 1, signal: null } } } });
  expect(dead.agent("a").life).toMatchObject({ is: "stopping", next: "charged" });
});
