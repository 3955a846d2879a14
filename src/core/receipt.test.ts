// The receipts that say.test.ts does not meet on its way.

import { expect, test } from "vitest";
import { drafted, look, order, outcomes, running, SCREENS, type Scene } from "../sim/scene.ts";
import type { Pane } from "./types.ts";

const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
const LONG = "x".repeat(70_000);

function pressed(text: string): Scene {
  const asked = look(running(ONE), 1000, { orders: [order("send", ["a"], { text })] });
  const screens = { a: drafted(text.slice(0, 60)) };
  return look(look(asked, 40, { screens, outcomes: outcomes(asked, "a") }), 400);
}

function receipt(before: Scene, pane: Partial<Pane>): readonly string[] {
  const { deeds } = look(before, 400, { screens: { a: SCREENS.idle }, panes: { a: pane } });
  return deeds.flatMap((deed) => (deed.do === "answer" ? [deed.because] : []));
}

test("a record that was cut is a receipt for the text that begins so", () => {
  const before = pressed(LONG);
  const prompts = [{ from: "jsonl_tail", at: before.at, text: LONG.slice(0, 65_536) }] as const;
  expect(receipt(before, { signals: { sources: [], id: null, prompts } })).toEqual([
    "person message accepted: its log has the same words",
  ]);
});

test("a record of less than the text is no receipt for it", () => {
  const before = pressed("hello there");
  const prompts = [{ from: "jsonl_tail", at: before.at, text: "hello" }] as const;
  expect(receipt(before, { signals: { sources: [], id: null, prompts } })).toEqual([
    "person message accepted: its input line is empty again",
  ]);
});

test("without an input line a screen that stands still is no receipt, and one that moves is", () => {
  const toml = `[backend.bare]\nbin = "bare"\n[backend.bare.screen]\nidle = ["shortcuts"]\n`;
  const bare = running(`${toml}${ONE}backend = "bare"\n`);
  const asked = look(bare, 1000, { orders: [order("send", ["a"], { text: "hi" })] });
  const there = { screens: { a: `hi\n${SCREENS.idle}` }, outcomes: outcomes(asked, "a") };
  const sent = look(look(asked, 40, there), 400);
  const answers = ({ deeds }: Scene): number => deeds.filter((one) => one.do === "answer").length;
  const moved = look(sent, 400, { screens: { a: `hi\nheard\n${SCREENS.idle}` } });
  expect([answers(look(sent, 400)), answers(moved)]).toEqual([0, 1]);
});

test("that it went to work is told with the source that says so", () => {
  const told = { value: "busy", text: null, until: null, cause: null, at: 0, silent: false };
  const sources = [{ ...told, from: "json_file", is: "fresh", says: "busy" }] as const;
  expect(receipt(pressed("hi"), { signals: { sources, id: null, prompts: [] } })).toEqual([
    "person message accepted: it went to work, says its json_file",
  ]);
});
