// Times of the past as people name them.

import { expect, test } from "vitest";
import type { Event } from "../engine/events.ts";
import { lastOf, timeOf } from "./why-then.ts";

const now = new Date(2026, 0, 31, 12, 0, 0).getTime();

test.each([
  ["03:12", new Date(2026, 0, 31, 3, 12, 59, 999)],
  ["3:12:05", new Date(2026, 0, 31, 3, 12, 5, 999)],
  ["23:00", new Date(2026, 0, 30, 23, 0, 59, 999)],
  ["2h", new Date(2026, 0, 31, 10, 0, 0)],
  ["2026-01-30T01:02:03Z", new Date("2026-01-30T01:02:03Z")],
])("%s is an instant that has been", (written, instant) => {
  expect(new Date(timeOf(written, now))).toEqual(instant);
});

test.each(["", "25:00", "yesterday", "12", "2026-99-99"])("%j is no time", (written) => {
  expect(() => timeOf(written, now)).toThrow("is no time");
});

const events = (...names: readonly string[]): readonly Event[] =>
  names.map((event) => ({ at: "", agent: "a", event, because: "", seen: "", did: "", id: "" }));

test("a restart is told from its cause, the others from themselves, and none where there was none", () => {
  const journal = events(
    "start",
    "up",
    "limited",
    "type",
    "nudge",
    "sweep",
    "sweep",
    "start",
    "up",
  );
  expect([
    lastOf(journal, "restart"),
    lastOf(journal.slice(0, 5), "restart"),
    lastOf(journal, "hold"),
    lastOf(journal, "ping"),
    lastOf(journal, "phase"),
  ]).toEqual([5, 0, 2, 3, null]);
});
