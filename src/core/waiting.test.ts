// The marker an agent prints when it means to be quiet, and everything that only looks like one.

import { expect, test } from "vitest";
import { LONGEST_WAIT, waitingUntil } from "./waiting.ts";

const at = (iso: string): number => Date.parse(iso);
const seenAt = at("2026-06-10T12:00Z");
const read = (tail: string, lastRowOnly = false): number | null =>
  waitingUntil(tail, { zone: "Europe/Berlin", seenAt, lastRowOnly })?.until ?? null;

test("the newest marker wins, not the oldest (reference defect 28)", () => {
  expect(
    read("WAITING-UNTIL: 2026-06-10T13:00Z\nwork\nWAITING-UNTIL: 2026-06-10T14:00Z\n\n> "),
  ).toBe(at("2026-06-10T14:00Z"));
});

test("a time without a zone is the host's", () => {
  expect(read("WAITING-UNTIL: 2026-06-10T15:00:00")).toBe(at("2026-06-10T13:00Z"));
  expect(read("WAITING-UNTIL: 2026-06-10 15:00:00 UTC")).toBe(at("2026-06-10T15:00Z"));
  expect(read("WAITING-UNTIL: 2026-06-10T15:00:00-04:00")).toBe(at("2026-06-10T19:00Z"));
});

test("a wait is believed for a day from when it was first seen", () => {
  expect(read("WAITING-UNTIL: 2099-01-01T00:00:00Z")).toBe(seenAt + LONGEST_WAIT);
});

test("bullets, edges and quoting may stand before it, words may not", () => {
  const until = at("2026-06-10T13:00Z");
  for (const before of ["● ", "  ", "✦ ", "│ ", "  ┃  ", "- ", "**", "`"]) {
    expect(read(`${before}WAITING-UNTIL: 2026-06-10T13:00:00Z`)).toBe(until);
  }
  expect(read("● WAITING-UNTIL: 2026-06-10T13:00:00Z (CI runs)")).toBe(until);
  expect(read("print WAITING-UNTIL: 2026-06-10T13:00:00Z when you wait")).toBeNull();
});

test("the prompt's own example is no marker (reference defect 28)", () => {
  expect(read("WAITING-UNTIL: <ISO-8601 time>")).toBeNull();
});

test("a newest marker that says no time hides older ones", () => {
  expect(read("WAITING-UNTIL: 2026-06-10T13:00:00Z\nWAITING-UNTIL: soon")).toBeNull();
  expect(read("WAITING-UNTIL: 2026-06-10T13:00 JST")).toBeNull();
  expect(read("WAITING-UNTIL: 2026-02-30T13:00Z")).toBeNull();
});

test("on a screen with a static footer only the last row counts", () => {
  expect(read("WAITING-UNTIL: 2026-06-10T13:00:00Z\nmore\n", true)).toBeNull();
  expect(read("more\nWAITING-UNTIL: 2026-06-10T13:00:00Z\n\n", true)).toBe(at("2026-06-10T13:00Z"));
});
