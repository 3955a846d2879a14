// The second fear: it stops looking after an agent, and nobody knows.

import { expect, test } from "vitest";
import { limited, look, outcomes, running, SCREENS, type Scene } from "../sim/scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ONE = `[[agent]]\nname = "a"\n`;
const TWO = `${ONE}[[agent]]\nname = "b"\n`;

/** Looks until so much later, as often as the engine would; everything asked for is done. */
function watch(from: Scene, ms: number, screens: (now: Scene) => Record<string, string>): Scene {
  let now = from;
  const end = from.at + ms;
  while (now.at < end) {
    const next = Math.min(now.due ?? Infinity, now.at + 30_000, end);
    const back = Object.keys(now.memory.agents).flatMap((name) => outcomes(now, name));
    now = look(now, Math.max(1, next - now.at), { outcomes: back, screens: screens(now) });
  }
  return now;
}

test("an agent that answered the probe too quickly to be seen at work is not held for ever", () => {
  const held = look(running(ONE, SCREENS.busy), 1000, { screens: { a: limited("19:30 (UTC)") } });
  expect(held.agent("a").life.is).toBe("held");
  const typed = (now: Scene): boolean => now.deeds.some(({ do: deed }) => deed === "type");
  let answered = false;
  const after = watch(held, HOUR, (now) => {
    answered ||= typed(now);
    return { a: answered ? SCREENS.idle : limited("19:30 (UTC)") };
  });
  expect([answered, after.agent("a").life.is, after.memory.holds]).toEqual([true, "up", {}]);
});

test("an agent whose turn to be asked was missed is freed when its banner is gone", () => {
  const screens = { a: limited("19:30 (UTC)"), b: limited("19:30 (UTC)") };
  const held = look(running(TWO, SCREENS.busy), 1000, { screens });
  const until = held.memory.holds["talker"]?.until ?? 0;
  const probed = look(held, until - held.at, {});
  const lifted = look(probed, 5000, { screens: { a: SCREENS.busy } });
  expect([lifted.memory.holds, lifted.agent("b").life.is]).toEqual([{}, "held"]);
  // The watchdog was away meanwhile, and a person cleared the screen.
  const back = look(lifted, HOUR, { first: true, screens: { b: SCREENS.idle } });
  expect(watch(back, 5 * MINUTE, () => ({})).agent("b").life.is).toBe("up");
});
