// Lines of a conversation: cut, washed, without secrets, and summed up.

import picocolors from "picocolors";
import { expect, test } from "vitest";
import type { Entry } from "./transcript-record.ts";
import { entryLines, NOTHING, tallied, totalLine } from "./transcript-text.ts";

const look = { paint: picocolors.createColors(false), now: 0 };
const unspent = { input: 0, cached: 0, output: 0, cost: null };
const entry = (change: Partial<Entry>): Entry => ({
  as: "agent",
  at: null,
  name: "",
  text: "hello",
  spent: unspent,
  ...change,
});

test("what an agent wrote cannot move the cursor, and shows no secret", () => {
  const text =
    "a\u001b[2Jb\u001b]0;title\u0007\r\n\u202ec\nAPI_KEY=abcdefgh123 sk-abcdefghijklmnopqrstuv";
  expect(entryLines(entry({ as: "tool", name: "sh", text }), look)).toEqual([
    "          tool     sh  ab",
    "                   c",
    "                   API_KEY=[redacted] [redacted]",
  ]);
});

test("a long result keeps its beginning and its end", () => {
  const text = Array.from({ length: 100 }, (_, index) => `row ${index}`).join("\n");
  const lines = entryLines(entry({ as: "result", text }), look).map((line) => line.trim());
  expect([lines.length, lines[0], lines[5], lines.at(-1)]).toEqual([
    11,
    "→      row 0",
    "… 90 more lines",
    "row 99",
  ]);
});

test("a single line has an end", () => {
  const [line = ""] = entryLines(entry({ text: "x".repeat(1e6) }), look);
  expect(line.length).toBeLessThan(2_100);
});

test("the sum names what there was, and cost where somebody said it", () => {
  const spent = { input: 1_234_567, cached: 1_000, output: 18, cost: 0.0123 };
  const all = [
    entry({ as: "user" }),
    entry({ as: "tool" }),
    entry({ as: "tool" }),
    entry({ as: "usage", spent }),
    entry({ as: "usage", spent: { ...unspent, input: 1 } }),
  ];
  expect(totalLine(all.reduce(tallied, NOTHING))).toBe(
    "1 prompt, 2 tools, 1,234,568 tokens in (1,000 cached), 18 out, $0.0123",
  );
  expect(totalLine(NOTHING)).toBe("");
});
