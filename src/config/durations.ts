// Durations as people write them: a number of seconds, "90", "90s", "5m", "1h30m", "2d".
// Reads and prints them; whether a duration makes sense where it stands is the schema's business.

import type { Millis } from "./config.ts";

/** Longer than any wait that a person can mean. */
export const MAX_DURATION_MS: Millis = 366 * 24 * 3_600_000;

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

const SHAPE = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** Null when it is no duration, or one beyond MAX_DURATION_MS. */
export function readDuration(written: number | string): Millis | null {
  const ms = typeof written === "number" ? written * 1000 : readWords(written.trim());
  return ms !== null && ms >= 0 && ms <= MAX_DURATION_MS ? Math.round(ms) : null;
}

function readWords(text: string): Millis | null {
  // Plain digits in quotes are seconds, as the reference's int("300") took them.
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const parts = SHAPE.exec(text);
  if (parts === null || text === "") return null;
  return UNITS.reduce((sum, [, ms], index) => sum + Number(parts[index + 1] ?? 0) * ms, 0);
}

/** The shortest way to write it: "1h30m". Fractions of a second are cut. */
export function writeDuration(ms: Millis): string {
  let rest = Math.floor(ms / 1000) * 1000;
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" ? "0s" : text;
}
