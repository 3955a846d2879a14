// The words for lengths of time at every place where a unit begins.

import { expect, test } from "vitest";

import { ago, ahead, span } from "./ago.ts";

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [-5 * s, "0s"],
  [0, "0s"],
  [999, "0s"],
  [59 * s, "59s"],
  [m, "1m"],
  [3 * m + 10 * s, "3m 10s"],
  [h - 1, "59m 59s"],
  [2 * h + 5 * m + 59 * s, "2h 5m"],
  [d, "1d"],
  [d + 4 * h, "1d 4h"],
  [d + 59 * m, "1d"],
  [400 * d, "400d"],
])("%d ms is %s", (ms, words) => {
  expect(span(ms)).toBe(words);
});

test("a past instant is ago, a fresh or future one is now", () => {
  expect([ago(0, 3 * m), ago(0, 999), ago(5 * s, 0)]).toEqual(["3m ago", "now", "now"]);
});

test("a coming instant is rounded up, a past one is now", () => {
  expect([ahead(1500, 0), ahead(1, 0), ahead(0, 0), ahead(0, 9 * s)]).toEqual([
    "in 2s",
    "in 1s",
    "now",
    "now",
  ]);
});
