import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_DURATION_MS, readDuration, writeDuration } from "./durations.ts";

test("seconds, quoted seconds and words are read", () => {
  const written = [30, 0.5, "300", "90s", "5m", "1h30m", "2d", "1d2h3m4s", " 5m "];
  expect(written.map(readDuration)).toEqual([
    30_000, 500, 300_000, 90_000, 300_000, 5_400_000, 172_800_000, 93_784_000, 300_000,
  ]);
});

test("what is no duration, negative or endless is refused", () => {
  const written = ["", "soon", "5 m", "5m1h", "-5m", "1.5h", -1, Number.NaN, Infinity, "999999d"];
  expect(written.map(readDuration)).toEqual(written.map(() => null));
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_DURATION_MS / 1000 }), (seconds) => {
      expect(readDuration(writeDuration(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});
