// Local times and instants. A wall time is a number too: the milliseconds that a clock on that wall
// would have counted since 1970 if its zone were UTC. No Date, no clock; unknown zones give null.

import type { Instant } from "./types.ts";
import type { Millis } from "../config/config.ts";

export type Wall = number;

export const MINUTE: Millis = 60_000;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/** The last instant that ECMAScript can name; Intl throws beyond it. */
const LAST_INSTANT: Instant = 8.64e15;
/** Zones whose formatter is kept. Names come from screens, so their number has an end. */
const ZONES_KEPT = 64;

/** Abbreviations that people and banners write. Each means one offset here, summer or winter. */
const ABBREVIATED: Readonly<Record<string, string>> = {
  UTC: "+00:00",
  GMT: "+00:00",
  Z: "+00:00",
  PST: "-08:00",
  PDT: "-07:00",
  MST: "-07:00",
  MDT: "-06:00",
  CST: "-06:00",
  CDT: "-05:00",
  EST: "-05:00",
  EDT: "-04:00",
  BST: "+01:00",
  CET: "+01:00",
  CEST: "+02:00",
};

/** The zone that a written name stands for ("PST", "UTC+9", "Europe/Berlin"); null when it is none we know. */
export function zoneNamed(text: string): string | null {
  const name = text.toUpperCase();
  if (Object.hasOwn(ABBREVIATED, name)) return ABBREVIATED[name] ?? null;
  const offset = /^(?:UTC|GMT)?([+-]\d{1,2}(?::?[0-5]\d)?)$/.exec(name)?.[1];
  if (offset !== undefined) return fixedOffset(offset) === null ? null : offset;
  // Single words are left out: platforms disagree about which place "IST" or "MST7" is.
  return name.includes("/") && formatterOf(text) !== null ? text : null;
}

/** What that zone's wall clock shows at that instant; null when the zone is unknown. */
export function wallAt(at: Instant, zone: string): Wall | null {
  if (!(Math.abs(at) <= LAST_INSTANT)) return null;
  const fixed = fixedOffset(zone);
  if (fixed !== null) return at + fixed;
  const formatter = formatterOf(zone);
  if (formatter === null) return null;
  const shown = new Map(
    formatter.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  const day = midnight(shown.get("year") ?? 0, shown.get("month") ?? 0, shown.get("day") ?? 0);
  if (day === null) return null;
  const hour = shown.get("hour") ?? 0;
  const minute = shown.get("minute") ?? 0;
  const within = hour * HOUR + minute * MINUTE + (shown.get("second") ?? 0) * 1000;
  return day + within + (((at % 1000) + 1000) % 1000);
}

/**
 * The instants at which that zone's clock shows this time, earliest first: two where clocks go back, else one.
 * A time that the clocks skip is read with the offset before the gap, which lands behind the gap.
 */
export function instantsAt(wall: Wall, zone: string): readonly Instant[] {
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  if (before === null || after === null) return [];
  if (before === after) return [wall - before];
  const shown = [wall - before, wall - after].filter((at) => wallAt(at, zone) === wall);
  return shown.length === 0 ? [wall - before] : shown.sort((a, b) => a - b);
}

/** The wall time at which a day of the calendar begins; null for a day that no calendar has. */
export function midnight(year: number, month: number, day: number): Wall | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return (daysBefore(year) + dayOfYear(year, month) + day - 1 - daysBefore(1970)) * DAY;
}

/** The day of the calendar that a wall time lies in. */
export function dateOf(wall: Wall): {
  readonly year: number;
  readonly month: number;
  readonly day: number;
} {
  const days = Math.floor(wall / DAY) + daysBefore(1970);
  let year = Math.floor(days / 365.2425) + 1;
  while (daysBefore(year) > days) year -= 1;
  while (daysBefore(year + 1) <= days) year += 1;
  let [month, day] = [1, days - daysBefore(year) + 1];
  for (; day > daysIn(year, month); month += 1) day -= daysIn(year, month);
  return { year, month, day };
}

/** 0 is Sunday. */
export function weekday(wall: Wall): number {
  return (((Math.floor(wall / DAY) + 4) % 7) + 7) % 7;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** An ISO-8601 date and time; without an offset of its own it is local to `zone`, without a time it is midnight. */
export function isoInstant(text: string, zone: string): Instant | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const start = midnight(year ?? 0, month ?? 0, day ?? 0);
  if (start === null || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  const millis = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const within = (hour ?? 0) * HOUR + (minute ?? 0) * MINUTE + (second ?? 0) * 1000 + millis;
  return instantsAt(start + within, match[8] ?? zone)[0] ?? null;
}

function fixedOffset(zone: string): Millis | null {
  const match = /^(?:Z|([+-])(\d{1,2})(?::?([0-5]\d))?)$/i.exec(zone);
  if (match === null || Number(match[2] ?? 0) > 14) return null;
  const size = Number(match[2] ?? 0) * HOUR + Number(match[3] ?? 0) * MINUTE;
  return match[1] === "-" ? -size : size;
}

function offsetAt(at: Instant, zone: string): Millis | null {
  const wall = wallAt(at, zone);
  return wall === null ? null : wall - at;
}

const formatters = new Map<string, Intl.DateTimeFormat | null>();

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const kept = formatters.get(zone);
  if (kept !== undefined) return kept;
  if (formatters.size >= ZONES_KEPT) formatters.clear();
  const made = newFormatter(zone);
  formatters.set(zone, made);
  return made;
}

function newFormatter(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    // A RangeError says that this platform does not know the zone.
    return null;
  }
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function dayOfYear(year: number, month: number): number {
  let days = 0;
  for (let before = 1; before < month; before += 1) days += daysIn(year, before);
  return days;
}

/** Days of all years before this one, counted from year 1. */
function daysBefore(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}
