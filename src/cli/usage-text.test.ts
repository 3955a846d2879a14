// Figures in words and in narrow columns.

import { expect, test } from "vitest";
import {
  contextWords,
  dollars,
  short,
  shortContext,
  shortDollars,
  usedWords,
} from "./usage-text.ts";

const used = { turns: 2, input: 1_234_567, cached: 500, output: 18, usd: 0.0042, unpriced: 0 };

test("what was used is told with what it cost, or with what nobody tells", () => {
  expect([
    usedWords(used),
    usedWords({ ...used, turns: 1, cached: 0, usd: null }),
    usedWords({ ...used, usd: 3.4, unpriced: 1000 }),
    usedWords({ turns: 0, input: 0, cached: 0, output: 0, usd: 0, unpriced: 0 }),
  ]).toEqual([
    "2 turns, 1,234,567 tokens in (500 cached), 18 out, $0.0042",
    "1 turn, 1,234,567 tokens in, 18 out, at a cost that nobody tells",
    "2 turns, 1,234,567 tokens in (500 cached), 18 out, $3.40 and 1,000 tokens without a price",
    "nothing",
  ]);
});

test("columns are never wider than they are", () => {
  const many = [0, 999, 1000, 1049, 9_940, 9_999, 45_000, 999_499, 999_500, 1_250_000, 340_000_000];
  expect(many.map(short).join(" ")).toBe("0 999 1k 1k 9.9k 10k 45k 999k 1M 1.3M 340M");
  const costs = [0, 0.0004, 0.42, 0.994, 0.995, 3.4, 12.345, 999.9, 1234.5];
  expect(costs.map(shortDollars).join(" ")).toBe(
    "$0.00 $0.000 $0.420 $0.994 $0.99 $3.40 $12.3 $999.9 $1235",
  );
  expect(many.map(short).filter((one) => one.length > 4)).toEqual([]);
  expect(costs.map(shortDollars).filter((one) => one.length > 6)).toEqual([]);
  expect([dollars(0), dollars(0.5), dollars(2)]).toEqual(["$0.00", "$0.5000", "$2.00"]);
});

test("a context is a part of what it can hold where that is known", () => {
  const told = [
    { context: null, window: 200_000 },
    { context: 45_200, window: null },
    { context: 45_200, window: 200_000 },
  ];
  expect(told.map(shortContext)).toEqual(["", "45k", "23%"]);
  expect(told.map(contextWords)).toEqual([
    "",
    "its context holds 45,200 tokens",
    "its context holds 45,200 of 200,000 tokens",
  ]);
});
