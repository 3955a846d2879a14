// A person's word counts at once, and is not forgotten half way.

import { expect, test } from "vitest";
import { done, look, order, outcomes, running, SCREENS, type Scene } from "../sim/scene.ts";

const ONE = `[[agent]]\nname = "a"\n`;
const TWO = `${ONE}[[agent]]\nname = "b"\n[[service]]\nname = "db"\ncommand = "serve"\n`;
const child = { pid: 7, name: "node" };

/** Everything asked for is done, and these processes are left after each sweep. */
function after(from: Scene, ms: number, left: readonly (typeof child)[]): Scene {
  let now = from;
  const end = from.at + ms;
  while (now.at < end) {
    const next = Math.min(now.due ?? Infinity, now.at + 5_000, end);
    const back = Object.keys(now.memory.agents).flatMap((name) => outcomes(now, name, { left }));
    now = look(now, Math.max(1, next - now.at), { outcomes: back });
  }
  return now;
}

test("`down --now` without names hurries every agent, and services still end last", () => {
  const orders = [order("down", [], { now: "yes" })];
  const down = look(running(TWO, SCREENS.busy), 1000, { orders });
  expect(done(down)).toEqual(["b: TERM", "a: TERM"]);
});

test("what KILL did not end is tried again when a person says down again", () => {
  const down = look(running(ONE, SCREENS.busy), 1000, { orders: [order("down")] });
  const parked = after(down, 120_000, [child]);
  expect(parked.agent("a").life).toMatchObject({ is: "parked", why: "survivors" });
  const again = look(parked, 60_000, { orders: [order("down", ["a"])], panes: { a: null } });
  expect(again.agent("a").life.is).toBe("stopping");
  expect(after(again, 10_000, []).agent("a").life.is).toBe("down");
});

test("the same without names", () => {
  const down = look(running(ONE, SCREENS.busy), 1000, { orders: [order("down")] });
  const parked = after(down, 120_000, [child]);
  const again = look(parked, 60_000, { orders: [order("down")], panes: { a: null } });
  expect(after(again, 10_000, []).agent("a").life.is).toBe("down");
});
