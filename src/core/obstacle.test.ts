import { expect, test } from "vitest";
import { done, drafted, later, look, order, running, SCREENS, type Scene } from "../sim/scene.ts";
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

const TWO = `${ONE}[[agent]]\nname = "b"\nwatch = "heal"\n`;
const NEWS = "a: type news";

/** News for the first agent. */
function toldNews({ at }: Scene): { readonly remember: (memory: Memory) => Memory } {
  const says = [newSay({ kind: "claim", text: "news", at, order: null })];
  const remember = (memory: Memory): Memory => {
    const { a, ...others } = memory.agents;
    return a === undefined ? memory : { ...memory, agents: { a: { ...a, says }, ...others } };
  };
  return { remember };
}

test("news waits for the end of a hold", () => {
  const braked = look(running(ONE), 1000, { screens: { a: SCREENS.overloaded } });
  const told = later(look(braked, 1000, toldNews(braked)), 1000);
  expect([told.agent("a").life.is, done(told)]).toEqual(["held", []]);
  const idle = look(told, 60_000, { screens: { a: SCREENS.idle } });
  expect(done(later(idle, 1000))).toContain(NEWS);
});

test("news waits while another agent of the account waits for a usage limit", () => {
  const held = look(running(TWO), 1000, { screens: { b: SCREENS.limited } });
  const told = look(held, 1000, toldNews(held));
  expect([told.agent("a").life.is, done(told), done(later(told, 1000))]).toEqual(["up", [], []]);
  const alone = look(running(TWO), 1000);
  expect(done(look(alone, 1000, toldNews(alone)))).toEqual([NEWS]);
});

test("news waits for the end of a turn, but not for ever", () => {
  const works = look(running(ONE), 1000, { screens: { a: SCREENS.busy } });
  const told = look(works, 1000, toldNews(works));
  const late = later(told, told.setting.config.watchdog.stallGraceMs);
  expect([done(told), done(late)]).toEqual([[], [NEWS]]);
});

test("who is only thought busy, because it wrote, hears its news at once", () => {
  const plain = running(`[[agent]]\nname = "a"\nbackend = "plain"\n`, "$");
  const wrote = look(plain, 1000, { screens: { a: "$ step" } });
  expect(wrote.agent("a").verdict.is).toBe("busy");
  expect(done(look(wrote, 1000, toldNews(wrote)))).toEqual([NEWS]);
});

test("nothing is typed while the screen cannot be read, whatever its program says", () => {
  const told = { value: "", text: null, until: null, cause: null, at: 0, silent: false };
  const sources = [{ ...told, from: "hook_file", is: "fresh", says: "idle" }] as const;
  const signals = { sources, id: null, prompts: [] };
  const asked = (screen: string | null): readonly string[] => {
    const orders = [order("send", ["a"], { text: "hello" })];
    const idle = look(running(ONE), 1000, { panes: { a: { signals } } });
    const unread = screen === null ? { panes: { a: { screen } } } : {};
    return done(look(idle, 1000, { orders, ...unread }));
  };
  expect([asked(null), asked(SCREENS.idle)]).toEqual([[], ["a: type hello"]]);
});
