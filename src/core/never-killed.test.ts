// The first fear: it kills an agent that is working, or lets a stale suspicion decide.

import { expect, test } from "vitest";
import { done, later, look, running, SCREENS, type Scene } from "../sim/scene.ts";

const MINUTE = 60_000;
const many = (count: number, more = ""): string =>
  Array.from({ length: count }, (_, at) => `[[agent]]\nname = "a${at}"\n${more}`).join("");

function screens(count: number, screen: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, screen]));
}

test("a full context is not taken up again: the next start begins a new conversation", () => {
  const toml = `[backend.keeper]
bin = "keeper"
process_name = "node"
supports_resume = true
[backend.keeper.screen.failed]
context = ['^context is full']
[[agent]]
name = "a"
backend = "keeper"
resume = true
`;
  const files = { "/fleet/.agents/state/a.id": { text: "c0de" } };
  const there = running(toml, "at work", files);
  expect(there.agent("a").run?.conversation).toEqual({ is: "resumed", id: "c0de" });
  const full = look(there, 1000, { screens: { a: "context is full" } });
  const settled = look(full, 15_000);
  const quiet = look(settled, 3000);
  expect([quiet.agent("a").life.is, quiet.agent("a").conversation]).toEqual([
    "stopping",
    { id: null, phase: null },
  ]);
});

test("who is disabled is no suspect any more: old suspicions do not hold the brake on", () => {
  const failing = look(running(many(4), SCREENS.busy), 1000, {
    screens: screens(4, SCREENS.fatal),
  });
  const suspects = (now: Scene): number =>
    Object.values(now.memory.agents).filter(({ suspect }) => suspect !== null).length;
  expect(suspects(failing)).toBe(4);
  const off = look(failing, 1000, { config: many(4, "enabled = false\n") });
  expect(suspects(off)).toBe(0);
});

test("nobody is restarted for an edit because it was silent: only a known idle screen is a safe point", () => {
  const plain = (prompt: string): string =>
    `[[agent]]\nname = "a"\nbackend = "plain"\nprompt = "${prompt}"\n`;
  const silent = look(running(plain("one"), "compiling"), 1000, { config: plain("two") });
  const long = later(silent, 5 * MINUTE);
  expect([done(long), long.agent("a").life.is]).toEqual([[], "up"]);
  expect(long.agent("a").pending?.because).toBe("its launch was edited");
});
