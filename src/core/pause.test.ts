// A pause with an end: nobody begins a turn before it, and nobody has to end it.

import { expect, test } from "vitest";
import { done, later, look, order, running, SCREENS } from "../sim/scene.ts";

const MINUTE = 60_000;
const ONE = `[[agent]]\nname = "a"\n`;

test("a hold lets the turn end, begins none, and is over by itself at its time", () => {
  const until = running(ONE).at + 60 * MINUTE;
  const orders = [order("pause", ["a"], { until: String(until) })];
  const held = look(running(ONE, SCREENS.busy), 1000, { orders });
  expect([held.agent("a").life, held.agent("a").because, held.due]).toEqual([
    { is: "held", since: held.at, until, why: "paused" },
    "held by a person",
    until,
  ]);
  const still = later(look(held, 1000, { screens: { a: SCREENS.idle } }), 58 * MINUTE);
  expect([still.agent("a").life.is, done(still)]).toEqual(["held", []]);
  const over = look(still, until - still.at);
  expect([over.agent("a").life.is, over.agent("a").paused, over.agent("a").because]).toEqual([
    "up",
    false,
    "its hold is over",
  ]);
});

test("a hold that is ended by a person, or made a pause, has no end of its own any more", () => {
  const until = String(running(ONE).at + 60 * MINUTE);
  const held = look(running(ONE), 1000, { orders: [order("pause", ["a"], { until })] });
  const paused = look(held, 1000, { orders: [order("pause", ["a"])] });
  const released = look(held, 1000, { orders: [order("resume", ["a"])] });
  expect([later(paused, 120 * MINUTE).agent("a").life, released.agent("a").life.is]).toEqual([
    { is: "held", since: held.at, until: null, why: "paused" },
    "up",
  ]);
});
