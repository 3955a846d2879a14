// When a schedule comes next: by the wall clock of a zone, or again after so long. A local time that the clocks skip
// comes once, at the instant at which they skip it; one that they show twice comes once, the first time. No clock.

import type { Millis } from "../config/config.ts";
import type { Cron } from "../config/cron.ts";
import type { Job } from "../config/jobs.ts";
import type { Instant } from "./types.ts";
import { dateOf, DAY, HOUR, instantsAt, MINUTE, type Wall, wallAt, weekday } from "./zone.ts";

type When = Job["when"];

/** The 29th of February may be eight years away. */
const DAYS_AHEAD = 9 * 366;

/** The first time after that instant; null where none comes, or the zone is unknown. */
export function nextTime(when: When, after: Instant, zone: string): Instant | null {
  return when.is === "every" ? after + when.everyMs : nextByClock(when.cron, after, zone);
}

export type Times = {
  readonly last: Instant;
  /** Of those before it. */
  readonly earlier: number;
};

/** The times after `from`, up to and with `at`; null where there is none. */
export function timesWithin(
  when: When,
  { from, at, zone }: { readonly from: Instant; readonly at: Instant; readonly zone: string },
): Times | null {
  if (when.is === "every") {
    const times = Math.floor((at - from) / when.everyMs);
    return times < 1 ? null : { last: from + times * when.everyMs, earlier: times - 1 };
  }
  let found: Times | null = null;
  let next = nextByClock(when.cron, from, zone);
  while (next !== null && next <= at) {
    found = { last: next, earlier: found === null ? 0 : found.earlier + 1 };
    next = nextByClock(when.cron, next, zone);
  }
  return found;
}

/**
 * Later instants never come earlier on the wall, except where clocks go back; and what they show a second time has
 * come already. So only wall times beyond the present one can be next.
 */
function nextByClock(cron: Cron, after: Instant, zone: string): Instant | null {
  const now = wallAt(after, zone);
  if (now === null) return null;
  const today = Math.floor(now / DAY) * DAY;
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead += 1) {
    const day = today + ahead * DAY;
    if (!isDay(cron, day)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const wall = day + hour * HOUR + minute * MINUTE;
        if (wall <= now) continue;
        const at = instantOf(wall, zone);
        if (at !== null && at > after) return at;
      }
    }
  }
  return null;
}

function isDay(cron: Cron, midnight: Wall): boolean {
  const { month, day } = dateOf(midnight);
  if (!cron.months.includes(month)) return false;
  const ofMonth = cron.days.includes(day);
  const ofWeek = cron.weekdays.includes(weekday(midnight));
  return cron.either ? ofMonth || ofWeek : ofMonth && ofWeek;
}

function instantOf(wall: Wall, zone: string): Instant | null {
  const [at] = instantsAt(wall, zone);
  if (at === undefined) return null;
  const shown = wallAt(at, zone);
  return shown === wall || shown === null ? at : gapBefore(at, shown - at, zone);
}

/** The first instant that has this offset, within the day before. */
function gapBefore(at: Instant, offset: Millis, zone: string): Instant {
  let [before, after] = [at - DAY, at];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if ((wallAt(middle, zone) ?? 0) - middle === offset) after = middle;
    else before = middle;
  }
  return after;
}
