// What was used, and what it costs.

import { expect, test } from "vitest";
import type { Price } from "../config/usage.ts";
import { grown, largest, NO_FIGURES, spentSeen, usdOf, type UsageRow } from "./usage.ts";

const figures = {
  input: 1_000_000,
  cached: 400_000,
  written: 100_000,
  output: 200_000,
  cost: null,
};
const price = (model: string, input: number): Price => ({
  model,
  input,
  cached: input / 10,
  written: input * 2,
  output: input * 5,
});

test("a price counts what a cache knew, what was put into it, the rest, and what came out", () => {
  expect(usdOf(figures, "big", [price("big", 10)])).toBeCloseTo(
    0.5 * 10 + 0.4 * 1 + 0.1 * 20 + 0.2 * 50,
  );
});

test("the program's own word counts before any price, and without both nobody knows", () => {
  expect(usdOf({ ...figures, cost: 7 }, "big", [price("big", 10)])).toBe(7);
  expect(usdOf(figures, "big", [price("bigger", 10)])).toBe(null);
  expect(usdOf(figures, "", [])).toBe(null);
});

test("the name itself counts before its longest beginning, wherever they stand", () => {
  const prices = [price("big*", 1), price("big-2", 3), price("big-*", 2)];
  const one = { ...NO_FIGURES, input: 1_000_000 };
  expect(["big-2", "big-3", "bigger", "small"].map((name) => usdOf(one, name, prices))).toEqual([
    3,
    2,
    1,
    null,
  ]);
});

test("a message that grew counts with what it grew by, one that is told again with nothing", () => {
  const before = { ...NO_FIGURES, input: 10, output: 1, cost: 0.5 };
  const now = { ...NO_FIGURES, input: 10, output: 7, cost: 0.75 };
  expect(grown(now, before)).toEqual({ ...NO_FIGURES, output: 6, cost: 0.25 });
  expect(grown(before, now)).toEqual({ ...NO_FIGURES, cost: 0 });
  expect(largest(before, now)).toEqual(now);
});

test("budgets are held against today, and those of tasks against all their life", () => {
  const row = (more: Partial<UsageRow>): UsageRow => ({
    ...NO_FIGURES,
    day: "2026-11-20",
    agent: "a",
    task: null,
    account: "x",
    model: "big",
    turns: 1,
    input: 90,
    output: 10,
    cost: 1,
    ...more,
  });
  const rows = [
    row({}),
    row({ day: "2026-11-19" }),
    row({ agent: "t-plan-1", task: "t", day: "2026-11-19" }),
    row({ agent: "t-code-2", task: "t", cost: null }),
  ];
  const once = { usd: 1, tokens: 100, turns: 1, unpriced: 0 };
  const free = { usd: 0, tokens: 100, turns: 1, unpriced: 100 };
  const twice = { usd: 1, tokens: 200, turns: 2, unpriced: 100 };
  expect(spentSeen(rows, [], "2026-11-20")).toEqual({
    day: "2026-11-20",
    all: twice,
    agents: { a: once },
    accounts: { x: twice },
    tasks: { t: twice },
    steps: { "t-plan-1": once, "t-code-2": free },
  });
});
