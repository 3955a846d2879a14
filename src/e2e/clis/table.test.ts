// The table of a run: what was seen, what was left, and what was not tried is not passed.

import { expect, test } from "vitest";
import { table, type Row } from "./table.ts";

const row = (state: string, more: Partial<Row> = {}): Row => ({
  state,
  wanted: "idle",
  seen: "idle",
  ms: 12,
  ok: true,
  left: [],
  outside: [],
  ...more,
});

test("what could not be installed is told as not tried, and counts as nothing", () => {
  const one = { cli: "one", version: "1.0", not: null, rows: [row("idle")] };
  const two = { cli: "two", version: "2.0", not: "npm could not", rows: [] };
  expect(table([one, two])).toBe(
    [
      "cli  state  wanted     seen           ms",
      "one  idle   idle       idle           12  ok",
      "two  2.0    not tried  npm could not",
      "",
      "1 ok, 0 wrong; 1 stops left 0 processes",
      "",
    ].join("\n"),
  );
});

test("who lived on and what wanted out is named", () => {
  const left = row("stop", {
    ok: false,
    left: ["sleep 300 (17)"],
    outside: ["example.invalid:443"],
  });
  const told = table([{ cli: "one", version: "1.0", not: null, rows: [left] }]);
  expect(told.split("\n").slice(1)).toEqual([
    "one  stop   idle    idle  12  WRONG",
    "",
    "0 ok, 1 wrong; 1 stops left 1 processes",
    "left: sleep 300 (17)",
    "refused: example.invalid:443",
    "",
  ]);
});
