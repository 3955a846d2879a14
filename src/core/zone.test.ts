// Wall clocks and instants, checked against the calendar and zones that the platform itself knows.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  DAY,
  HOUR,
  MINUTE,
  instantsAt,
  isoInstant,
  midnight,
  wallAt,
  weekday,
  zoneNamed,
} from "./zone.ts";

const at = (iso: string): number => Date.parse(iso);
const ZONES = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "+05:30",
];

test("every day of the calendar begins where the platform says", () => {
  for (const [year, month, day] of [
    [1970, 1, 1],
    [2000, 2, 29],
    [2026, 12, 31],
    [2100, 3, 1],
  ] as const) {
    expect(midnight(year, month, day)).toBe(Date.UTC(year, month - 1, day));
  }
  expect([
    midnight(2026, 2, 29),
    midnight(2026, 4, 31),
    midnight(2026, 13, 1),
    midnight(2026, 1, 0),
  ]).toEqual([null, null, null, null]);
});

test("a wall time leads back to the instants that show it", () => {
  const instants = fc.integer({ min: at("1990-01-01T00:00Z"), max: at("2037-01-01T00:00Z") });
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (instant, zone) => {
      expect(instantsAt(wallAt(instant, zone)!, zone)).toContain(instant);
    }),
  );
});

test("a weekday is the one that the platform names", () => {
  const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  fc.assert(
    fc.property(fc.integer({ min: -DAY * 9000, max: DAY * 40_000 }), (instant) => {
      const name = new Intl.DateTimeFormat("en-US", { weekday: "short", timeZone: "UTC" }).format(
        instant,
      );
      expect(names[weekday(instant)]).toBe(name);
    }),
  );
});

test("a time that clocks skip lands as far behind the gap as it stood in it", () => {
  const skipped = midnight(2026, 3, 8)! + 2 * HOUR + 30 * MINUTE;
  expect(instantsAt(skipped, "America/New_York")).toEqual([at("2026-03-08T07:30Z")]);
  expect(wallAt(at("2026-03-08T07:30Z"), "America/New_York")).toBe(skipped + HOUR);
});

test("a time that comes twice is given twice, earlier first", () => {
  const twice = midnight(2026, 11, 1)! + HOUR + 30 * MINUTE;
  expect(instantsAt(twice, "America/New_York")).toEqual([
    at("2026-11-01T05:30Z"),
    at("2026-11-01T06:30Z"),
  ]);
});

test("names of zones are known or null, never guessed", () => {
  const names = ["UTC", "gmt", "PST", "UTC+9", "GMT-03:30", "+0530", "Europe/Berlin", "Etc/GMT+5"];
  expect(names.map(zoneNamed)).toEqual([
    "+00:00",
    "+00:00",
    "-08:00",
    "+9",
    "-03:30",
    "+0530",
    "Europe/Berlin",
    "Etc/GMT+5",
  ]);
  expect(
    ["JST", "IST", "Mars/Phobos", "UTC+15", "local", "", "constructor"].map(zoneNamed),
  ).toEqual(Array.from({ length: 7 }, () => null));
});

test("a host whose zone is CET has summers", () => {
  expect(wallAt(at("2026-07-01T00:00Z"), "CET")).toBe(at("2026-07-01T02:00Z"));
});

test("an unknown zone or an impossible instant is null", () => {
  expect([
    wallAt(0, ":/etc/localtime"),
    wallAt(Number.NaN, "UTC"),
    wallAt(9e15, "Europe/Berlin"),
  ]).toEqual([null, null, null]);
  expect(instantsAt(0, "Mars/Phobos")).toEqual([]);
});

test("an ISO time is read in its own offset, else in the given zone", () => {
  const read = (text: string): number | null => isoInstant(text, "Europe/Berlin");
  expect(read("2026-07-01T10:00:00Z")).toBe(at("2026-07-01T10:00Z"));
  expect(read("2026-07-01T10:00:00.250-04:00")).toBe(at("2026-07-01T14:00:00.250Z"));
  expect(read("2026-07-01T10:00")).toBe(at("2026-07-01T08:00Z"));
  expect(read("2026-12-01 10:00")).toBe(at("2026-12-01T09:00Z"));
  expect(read("2026-07-01")).toBe(at("2026-06-30T22:00Z"));
  expect(["2026-02-30T10:00", "2026-07-01T24:00", "10:00", "<ISO>", ""].map(read)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});
