import { expect, test } from "vitest";
import { later, look, order, running, SCREENS, screenOf, type Scene } from "../sim/scene.ts";
import type { Screen } from "./types.ts";

const TWO = `[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`;

/** A screen that nobody can look at without falling over. */
const CURSED: Screen = Object.defineProperty(screenOf("", 0), "text", {
  get: (): string => {
    throw new TypeError("cursed");
  },
});

function cursed(before: Scene): Scene {
  return look(before, 1000, { panes: { a: { screen: CURSED } }, screens: { b: SCREENS.busy } });
}

test("a throw in one agent's step parks that agent, and the others go on", () => {
  const now = cursed(running(TWO));
  expect(now.agent("a")).toMatchObject({
    life: { is: "parked", since: now.at, why: "bug" },
    because: "a bug of agents, left alone until `agents restart a`: cursed",
  });
  expect(now.agent("b").verdict).toEqual({ is: "busy" });
});

test("what was decided from is kept with the throw, once, however long it lasts", () => {
  const before = running(TWO);
  const now = cursed(before);
  const kept = now.actions.flatMap((one) => (one.do === "evidence" ? [one] : []));
  expect(kept.map(({ target, because }) => [target, because])).toEqual([["a", "cursed"]]);
  const { memory, pane, error } = kept[0]?.details ?? {};
  expect([memory, pane === now.panes["t-a"]]).toEqual([before.agent("a"), true]);
  expect(error).toContain("TypeError: cursed");
  expect(now.deeds).toContainEqual(
    expect.objectContaining({ do: "note", target: "a", event: "parked", loud: true }),
  );
  const long = later(now, 60_000);
  const more = long.actions.filter(({ target }) => target === "a");
  expect([long.agent("a") === now.agent("a"), more]).toEqual([true, []]);
});

test("once the cause is gone, a person's word brings the agent back", () => {
  const healed = look(cursed(running(TWO)), 1000, { screens: { a: SCREENS.idle } });
  expect(healed.agent("a").life.is).toBe("parked");
  expect(look(healed, 1000, { orders: [order("up", ["a"])] }).agent("a").life.is).toBe("up");
});
