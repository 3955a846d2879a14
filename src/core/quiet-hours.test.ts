// Quiet hours by the clock on the wall, also in the two nights of the year that are not as long as others.

import { expect, test } from "vitest";
import type { QuietHours } from "../config/config.ts";
import { clockAt, quietUntil } from "./quiet-hours.ts";

const HOUR = 3_600_000;
const berlin = (from: number, to: number): QuietHours => ({
  fromMs: from * HOUR,
  toMs: to * HOUR,
  zone: "Europe/Berlin",
});
const at = (iso: string): number => Date.parse(iso);
const until = (quiet: QuietHours | null, iso: string, host = "UTC"): string | null => {
  const end = quietUntil(quiet, at(iso), host);
  return end === null ? null : new Date(end).toISOString();
};

test("a night that begins before midnight is one night", () => {
  const night = berlin(22, 7);
  expect(until(night, "2026-01-10T20:59:59Z")).toBe(null);
  expect(until(night, "2026-01-10T21:00:00Z")).toBe("2026-01-11T06:00:00.000Z");
  expect(until(night, "2026-01-10T23:30:00Z")).toBe("2026-01-11T06:00:00.000Z");
  expect(until(night, "2026-01-11T05:59:59Z")).toBe("2026-01-11T06:00:00.000Z");
  expect(until(night, "2026-01-11T06:00:00Z")).toBe(null);
});

test("a rest within one day ends on the same day", () => {
  const noon = berlin(12, 14);
  expect(until(noon, "2026-01-10T11:30:00Z")).toBe("2026-01-10T13:00:00.000Z");
  expect(until(noon, "2026-01-10T13:00:00Z")).toBe(null);
});

test("the night in which clocks go forward ends at seven all the same, an hour sooner", () => {
  expect(until(berlin(22, 7), "2026-03-28T21:00:00Z")).toBe("2026-03-29T05:00:00.000Z");
});

test("the night in which clocks go back ends at seven all the same, an hour later", () => {
  expect(until(berlin(22, 7), "2026-10-24T20:00:00Z")).toBe("2026-10-25T06:00:00.000Z");
});

test("an end that the clocks skip comes with the hour behind the gap", () => {
  const end = until({ ...berlin(22, 2), toMs: 2.5 * HOUR }, "2026-03-29T00:30:00Z");
  expect(end).toBe("2026-03-29T01:30:00.000Z");
  expect(until({ ...berlin(22, 2), toMs: 2.5 * HOUR }, "2026-03-29T01:30:00Z")).toBe(null);
});

test("an end that comes twice ends the rest each time", () => {
  const quiet = { ...berlin(22, 2), toMs: 2.5 * HOUR };
  expect(until(quiet, "2026-10-25T00:15:00Z")).toBe("2026-10-25T00:30:00.000Z");
  expect(until(quiet, "2026-10-25T00:45:00Z")).toBe(null);
  expect(until(quiet, "2026-10-25T01:15:00Z")).toBe("2026-10-25T01:30:00.000Z");
});

test("no rest outlasts a day, and none ends where it is not over", () => {
  for (const day of [10, 85, 86, 87, 88, 200, 295, 296, 297, 298]) {
    for (const quiet of [berlin(22, 7), berlin(1, 3), berlin(2, 1)]) {
      for (let hour = 0; hour < 24; hour += 1) {
        const now = at("2026-01-01T00:00:00Z") + (day * 24 + hour) * HOUR + 60_000;
        const end = quietUntil(quiet, now, "UTC");
        if (end === null) continue;
        expect(end - now).toBeLessThanOrEqual(25 * HOUR);
        const [before, after] = [end - 1, end].map((when) => quietUntil(quiet, when, "UTC"));
        expect(before).not.toBe(null);
        // In the night in which an hour comes twice, a rest that ends in it begins again.
        if (after !== null) expect(new Date(now).getUTCMonth()).toBe(9);
      }
    }
  }
});

test("without a zone of its own the machine's counts, and an unknown one keeps nothing back", () => {
  const quiet = { ...berlin(22, 7), zone: null };
  expect(until(quiet, "2026-01-10T22:30:00Z", "America/New_York")).toBe(null);
  expect(until(quiet, "2026-01-10T22:30:00Z", "UTC")).toBe("2026-01-11T07:00:00.000Z");
  expect(until({ ...quiet, zone: "Mars/Base" }, "2026-01-10T22:30:00Z")).toBe(null);
  expect(until(null, "2026-01-10T22:30:00Z")).toBe(null);
});

test("an instant is written as the sink's clock shows it", () => {
  const now = at("2026-07-10T22:05:40Z");
  expect([clockAt(berlin(1, 2), now, "UTC"), clockAt(null, now, "UTC")]).toEqual([
    "00:05",
    "22:05",
  ]);
  expect(clockAt(null, now, "Mars/Base")).toBe("");
});
