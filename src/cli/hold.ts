// `agents hold --until 9am [name…]`: a pause that ends by itself. A turn goes on to its end and none is begun until
// then, or until `agents release`, which ends any pause.

import { readDuration } from "../config/durations.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { say } from "./pause.ts";

const DAY_MS = 86_400_000;
/** Who means longer means `agents pause`. */
const LONGEST_MS = 366 * DAY_MS;

export function hold(call: Call): Promise<ExitCode> {
  const written = call.options["until"];
  if (typeof written !== "string")
    throw new Refusal(2, "until when? `agents hold --until 9am`, or `agents pause` without an end");
  const until = instantAhead(written, call.outside.now());
  return say(call, "pause", { until: String(until) });
}

export function release(call: Call): Promise<ExitCode> {
  return say(call, "resume");
}

/** "9am" and "21:30" are the next time that the clock shows so, "90m" is so long from now. */
export function instantAhead(written: string, now: number): number {
  const until = clockAhead(written, now) ?? lengthAhead(written, now) ?? instantOf(written);
  if (until === null)
    throw new Refusal(
      2,
      `--until ${JSON.stringify(written)} is no time; "9am", "21:30", "90m" and 2026-01-31T09:00Z are`,
    );
  if (until <= now) throw new Refusal(2, `--until ${JSON.stringify(written)} is over already`);
  if (until > now + LONGEST_MS)
    throw new Refusal(2, `--until ${JSON.stringify(written)} is more than a year ahead`);
  return until;
}

function clockAhead(written: string, now: number): number | null {
  const clock = /^(\d{1,2})(?::([0-5]\d))?\s*(am|pm)?$/i.exec(written.trim());
  const half = clock?.[3]?.toLowerCase();
  if (clock === null || (half === undefined && clock[2] === undefined)) return null;
  const written12 = Number(clock[1]);
  if (half === undefined ? written12 > 23 : written12 < 1 || written12 > 12) return null;
  const hour = half === undefined ? written12 : (written12 % 12) + (half === "pm" ? 12 : 0);
  const day = new Date(now);
  day.setHours(hour, Number(clock[2] ?? 0), 0, 0);
  if (day.getTime() <= now) day.setDate(day.getDate() + 1);
  return day.getTime();
}

function lengthAhead(written: string, now: number): number | null {
  const ms = /^\d+$/.test(written) ? null : readDuration(written);
  return ms === null ? null : now + ms;
}

function instantOf(written: string): number | null {
  const instant = /^\d{4}-/.test(written) ? Date.parse(written) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
