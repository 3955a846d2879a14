import { expect, test } from "vitest";
import { done, drafted, look, order, running, SCREENS } from "../sim/scene.ts";

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
