import { expect, test } from "vitest";
import { done, later, look, order, running, scene, SCREENS, type Scene } from "../sim/scene.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];
const SIX = NAMES.map((name) => `[[agent]]\nname = "${name}"\nwatch = "heal"\n`).join("");
const all = (screen: string): Record<string, string> =>
  Object.fromEntries(NAMES.map((name) => [name, screen]));
const lives = (now: Scene): readonly string[] => [
  ...new Set(NAMES.map((name) => now.agent(name).life.is)),
];

test("when many look broken at once, it is the detector that is doubted", () => {
  const broken = look(running(SIX), 1000, { screens: all(SCREENS.fatal) });
  const again = look(broken, 3000);
  expect([lives(again), done(again)]).toEqual([["up"], []]);
  expect(again.deeds).toContainEqual({
    do: "note",
    target: "fleet",
    event: "brake",
    loud: true,
    because: "6 agents look wrong at once: nothing is killed for ten minutes; please look",
  });
});

test("two that look broken are two that are broken", () => {
  const broken = look(running(SIX), 1000, {
    screens: { a: SCREENS.fatal, b: SCREENS.fatal },
  });
  const again = look(broken, 3000);
  expect(NAMES.map((name) => again.agent(name).life.is)).toEqual([
    "stopping",
    "stopping",
    "up",
    "up",
    "up",
    "up",
  ]);
});

test("what is gone is started again, however many are", () => {
  const lost = look(running(SIX), 1000, { server: "none" });
  expect(lives(lost)).toEqual(["stopping"]);
});

test("after a suspend nothing is killed for two minutes", () => {
  const slept = look(running(SIX), 8 * 3_600_000, {
    steadyMs: 30_000,
    screens: { a: SCREENS.fatal },
  });
  const soon = look(slept, 60_000);
  expect([soon.agent("a").life.is, soon.agent("a").because]).toEqual([
    "up",
    "fatal error on its screen: API Error: 400 broken; not killed: the machine has just woken up or its clock jumped",
  ]);
  expect(look(look(soon, 30_000), 31_000).agent("a").life.is).toBe("stopping");
});

test("a clock that was set back does not hold the fire for an hour", () => {
  const back = look(running(SIX), -3_600_000, { steadyMs: 30_000 });
  expect(back.memory.fleet.resumedAt).toBe(back.at);
  const broken = look(later(back, 121_000), 1000, { screens: { a: SCREENS.fatal } });
  expect(look(broken, 3000).agent("a").life.is).toBe("stopping");
});

test("a lost Memory stops nobody: who lives is kept, and the fleet is up", () => {
  const panes = Object.fromEntries(NAMES.map((name) => [name, {}]));
  const found = look(scene(SIX), 0, { panes, first: true });
  expect([found.memory.fleet.wanted, lives(found), done(found)]).toEqual(["up", ["up"], []]);
});

test("a down that is said to a lost Memory is a down", () => {
  const panes = Object.fromEntries(NAMES.map((name) => [name, {}]));
  const told = look(scene(SIX), 0, { panes, first: true, orders: [order("down")] });
  expect([told.memory.fleet.wanted, lives(told)]).toEqual(["down", ["stopping"]]);
});
