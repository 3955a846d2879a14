import { expect, test } from "vitest";
import { done, drafted, later, look, order, running, SCREENS } from "../sim/scene.ts";
import { newSay } from "./say.ts";
import type { Memory } from "./types.ts";

const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;

test("a person's words wait for a dialog and a half-typed line, and for nothing else that is on the screen", () => {
  const screens = { ...SCREENS, drafted: drafted("please al") };
  const typed = Object.entries(screens).filter(([, screen]) => {
    const shown = look(running(ONE), 1000, { screens: { a: screen } });
    const asked = look(shown, 1000, { orders: [order("send", ["a"], { text: "hello" })] });
    return done(asked).includes("a: type hello");
  });
  expect(typed.map(([name]) => name)).toEqual(["idle", "busy", "limited", "overloaded", "fatal"]);
});

test("news waits for the end of a hold", () => {
  const braked = look(running(ONE), 1000, { screens: { a: SCREENS.overloaded } });
  const news = newSay({ kind: "claim", text: "news", at: braked.at, order: null });
  const remember = (memory: Memory): Memory => {
    const { a } = memory.agents;
    return a === undefined ? memory : { ...memory, agents: { a: { ...a, says: [news] } } };
  };
  const told = later(look(braked, 1000, { remember }), 1000);
  expect([told.agent("a").life.is, done(told)]).toEqual(["held", []]);
  const idle = look(told, 60_000, { screens: { a: SCREENS.idle } });
  expect(done(later(idle, 1000))).toContain("a: type news");
});
