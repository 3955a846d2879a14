import fc from "fast-check";
import { expect, test } from "vitest";
import { readCron, type Cron } from "../config/cron.ts";
import { nextTime, timesWithin } from "./calendar.ts";
import { DAY, MINUTE, wallAt } from "./zone.ts";

const BERLIN = "Europe/Berlin";

function cron(written: string): { readonly is: "cron"; readonly cron: Cron } {
  const read = readCron(written);
  if (!read.ok) throw new Error(read.why);
  return { is: "cron", cron: read.cron };
}

/** The next so many times. */
function times(written: string, from: string, zone: string, count: number): readonly string[] {
  const when = cron(written);
  let at = Date.parse(from);
  return Array.from({ length: count }, () => {
    at = nextTime(when, at, zone) ?? Number.NaN;
    return new Date(at).toISOString();
  });
}

test.each([
  ["0 9 * * 1-5", "2026-11-20T08:00:00Z", BERLIN, ["2026-11-23T08:00:00.000Z"]],
  [
    "*/20 8-9 * * *",
    "2026-11-20T08:30:00Z",
    "UTC",
    ["2026-11-20T08:40:00.000Z", "2026-11-20T09:00:00.000Z"],
  ],
  [
    "0 0 29 2 *",
    "2026-01-01T00:00:00Z",
    "UTC",
    ["2028-02-29T00:00:00.000Z", "2032-02-29T00:00:00.000Z"],
  ],
  [
    "0 12 13 * fri",
    "2026-11-10T00:00:00Z",
    "UTC",
    ["2026-11-13T12:00:00.000Z", "2026-11-20T12:00:00.000Z"],
  ],
  [
    "@monthly",
    "2026-12-31T23:59:59Z",
    "UTC",
    ["2027-01-01T00:00:00.000Z", "2027-02-01T00:00:00.000Z"],
  ],
  ["30 23 * * 7", "2026-11-20T00:00:00Z", "+05:30", ["2026-11-22T18:00:00.000Z"]],
])("%s after %s in %s", (written, from, zone, expected) => {
  expect(times(written, from, zone, expected.length)).toEqual(expected);
});

test("a local time that does not exist comes once, when the clocks skip it", () => {
  expect(times("30 2 * * *", "2026-03-27T12:00:00Z", BERLIN, 3)).toEqual([
    "2026-03-28T01:30:00.000Z",
    "2026-03-29T01:00:00.000Z",
    "2026-03-30T00:30:00.000Z",
  ]);
  expect(times("*/30 2-3 * * *", "2026-03-29T00:59:00Z", BERLIN, 3)).toEqual([
    "2026-03-29T01:00:00.000Z",
    "2026-03-29T01:30:00.000Z",
    "2026-03-30T00:00:00.000Z",
  ]);
});

test("a local time that the clocks show twice comes once, the first time", () => {
  expect(times("30 2 * * *", "2026-10-24T12:00:00Z", BERLIN, 2)).toEqual([
    "2026-10-25T00:30:00.000Z",
    "2026-10-26T01:30:00.000Z",
  ]);
  // Seen from within the second showing, today's has come.
  expect(times("30 2 * * *", "2026-10-25T01:10:00Z", BERLIN, 1)).toEqual([
    "2026-10-26T01:30:00.000Z",
  ]);
});

test("half an hour of summer time, and a day that a country left out, are gaps like others", () => {
  expect(times("15 2 * * *", "2026-10-03T00:00:00Z", "Australia/Lord_Howe", 2)).toEqual([
    "2026-10-03T15:30:00.000Z",
    "2026-10-04T15:15:00.000Z",
  ]);
  expect(times("0 12 30 12 *", "2011-12-29T00:00:00Z", "Pacific/Apia", 1)).toEqual([
    "2011-12-30T10:00:00.000Z",
  ]);
});

test("an unknown zone has no times", () => {
  expect(nextTime(cron("* * * * *"), 0, "Nowhere/Land")).toBe(null);
});

test("what comes again after so long counts from where it is told to", () => {
  const every = { is: "every", everyMs: 10 * MINUTE } as const;
  expect(nextTime(every, 5, "UTC")).toBe(5 + 10 * MINUTE);
  expect(timesWithin(every, { from: 0, at: 35 * MINUTE, zone: "UTC" })).toEqual({
    last: 30 * MINUTE,
    earlier: 2,
  });
  expect(timesWithin(every, { from: 0, at: 9 * MINUTE, zone: "UTC" })).toBe(null);
});

test("every time shows what the line says, no minute that fits is left out, and none comes twice", () => {
  const start = Date.UTC(2026, 9, 24, 12);
  fc.assert(
    fc.property(
      fc.constantFrom("*/7 * * * *", "13 2 * * *", "0,30 1-3 * * *", "5 */5 * * 0,6"),
      fc.constantFrom(BERLIN, "America/New_York", "UTC", "Asia/Kolkata"),
      fc.integer({ min: 0, max: 2 * DAY }),
      (written, zone, offset) => {
        const when = cron(written);
        const from = start + offset;
        const to = from + DAY;
        const found: number[] = [];
        let at = nextTime(when, from, zone);
        while (at !== null && at <= to) {
          found.push(at);
          at = nextTime(when, at, zone);
        }
        const shown = found.map((one) => wallAt(one, zone) ?? 0);
        const fits = (wall: number): boolean => {
          const [minute, hour] = [(wall / MINUTE) % 60, Math.floor(wall / (60 * MINUTE)) % 24];
          return when.cron.minutes.includes(minute) && when.cron.hours.includes(hour);
        };
        expect(shown.every((wall) => fits(wall))).toBe(true);
        expect(new Set(shown).size).toBe(shown.length);
        // The slow way: every minute of the day, each wall time once.
        const met = new Set<number>();

        for (let minute = Math.floor(from / MINUTE) - 180; minute * MINUTE <= to; minute += 1) {
          const wall = wallAt(minute * MINUTE, zone) ?? 0;
          if (met.has(wall)) continue;
          met.add(wall);
          const due = fits(wall) && weekdayFits(when.cron, wall) && minute * MINUTE > from;
          expect(found.includes(minute * MINUTE)).toBe(due);
        }
      },
    ),
    { numRuns: 12 },
  );
});

function weekdayFits({ weekdays }: Cron, wall: number): boolean {
  return weekdays.includes(new Date(wall).getUTCDay());
}
