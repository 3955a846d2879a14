// Until when a hold lasts, as people write it.

import { expect, test } from "vitest";
import { instantAhead } from "./hold.ts";

const now = new Date(2026, 2, 7, 14, 30).getTime();
const at = (day: number, hour: number, minute = 0): number =>
  new Date(2026, 2, day, hour, minute).getTime();

test("a time of day is the next one, a length counts from now, an instant is itself", () => {
  const written = ["9am", "9:15 PM", "21:30", "14:30", "12am", "12pm", "90m", "2026-03-09T08:00Z"];
  expect(written.map((one) => instantAhead(one, now))).toEqual([
    at(8, 9),
    at(7, 21, 15),
    at(7, 21, 30),
    at(8, 14, 30),
    at(8, 0),
    at(8, 12),
    now + 90 * 60_000,
    Date.UTC(2026, 2, 9, 8),
  ]);
});

test("what is no time, is over, or is for ever is refused with what would be one", () => {
  const refusal = (written: string): string => {
    try {
      return String(instantAhead(written, now));
    } catch (error) {
      return String(error).replace("Refusal: --until ", "");
    }
  };
  expect(
    ["soon", "9", "13pm", "25:00", "2026-03-01T00:00Z", "2028-01-01T00:00Z"].map(refusal),
  ).toEqual([
    expect.stringMatching(/^"soon" is no time; "9am"/),
    expect.stringMatching(/^"9" is no time/),
    expect.stringMatching(/^"13pm" is no time/),
    expect.stringMatching(/^"25:00" is no time/),
    '"2026-03-01T00:00Z" is over already',
    '"2028-01-01T00:00Z" is more than a year ahead',
  ]);
});
