// When a usage limit ends, read from the words of its banner. The grammar is strict: what it does not know
// whole is null, because a wrong guess holds an agent for hours. No clock: a bare "3pm" is the next one after `seenAt`.
// Where clocks go back and a time comes twice, the first that is still ahead counts, and `sure` is false.

import { DAY, HOUR, MINUTE, instantsAt, midnight, wallAt, weekday, zoneNamed } from "./zone.ts";
import type { Instant } from "./types.ts";
import type { Wall } from "./zone.ts";
import type { Millis } from "../config/config.ts";

/** A monthly allowance is the longest there is; a date beyond it was misread. */
const LONGEST_LIMIT: Millis = 35 * DAY;
/** Banners drop the seconds, so a reset may seem to lie this far back when it is first read. */
const CUT_SECONDS: Millis = MINUTE;
/** Text looked at: banners are short, screens are not. */
const LONGEST_BANNER = 2000;

export type Reset = { readonly until: Instant; readonly sure: boolean };
export type Seen = { readonly zone: string; readonly seenAt: Instant };
type Groups = Readonly<Record<string, string | undefined>>;

/** The instant that a banner says the limit ends at; null when it says none that can be trusted. */
export function resetAt(line: string, seen: Seen): Reset | null {
  const text = line.slice(0, LONGEST_BANNER).replace(/[\u00a0\u2009\u202f]/g, " ");
  const found = [...epochs(text), ...times(text, seen)].filter(
    ({ until }) => until >= seen.seenAt - CUT_SECONDS && until <= seen.seenAt + LONGEST_LIMIT,
  );
  const [earliest] = found.toSorted((a, b) => a.until - b.until);
  if (earliest === undefined) return null;
  // Two times in one banner: the earlier is tried first, which costs a question and not a day.
  const agree = found.every(({ until }) => until === earliest.until);
  return { until: earliest.until, sure: earliest.sure && agree };
}

const EPOCH = /(?:\||\bresets?_?at"?\s*[:=]\s*"?)\s*(\d{13}|\d{10})(?!\d)/gi;

function epochs(text: string): readonly Reset[] {
  return [...text.matchAll(EPOCH)].map(([, digits = ""]) => ({
    until: Number(digits) * (digits.length === 13 ? 1 : 1000),
    sure: true,
  }));
}

/** The words that a time follows. "reset 2 files" is none: the bare verb needs a preposition. */
const ANCHOR =
  /(?<![\w-])(?:resets|reset(?= (?:at|on|in|after)\b|\s*:)|try again(?= (?:at|on|in|after)\b)|retry(?:ing)?(?= (?:at|in|after)\b))\s*:?\s+(?:(at|on|in|after)\b:?\s+)?/gi;

function times(text: string, seen: Seen): readonly Reset[] {
  const anchors = [...text.matchAll(ANCHOR)];
  if (anchors.length === 0) {
    const whole = text.trim();
    return [clock(whole, seen) ?? duration(whole.replace(/^in\s+/i, ""), seen)].filter(
      (it) => it !== null,
    );
  }
  return anchors
    .map((anchor) => {
      const rest = text.slice(anchor.index + anchor[0].length);
      switch (anchor[1]?.toLowerCase()) {
        case "in":
          return duration(rest, seen);
        case "after":
          return duration(rest, seen) ?? clock(rest, seen);
        default:
          return clock(rest, seen);
      }
    })
    .filter((reset) => reset !== null);
}

/** What may follow a time: never more of a number, and never a word that could go on with it. */
const ENDED = /^(?![\w:/+(-]|\.\d)(?: ?(?:$|[^\w (]|(?:or|and|to|attempt)\b)| {2,})/;

const UNITS: Readonly<Record<string, Millis>> = { w: 7 * DAY, d: DAY, h: HOUR, m: MINUTE, s: 1000 };
const AMOUNT =
  /(\d{1,6})\s*(w(?:eeks?)?|d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)(?![a-z])/gi;
const DURATION = new RegExp(
  `^(?:about\\s+|~\\s*)?${AMOUNT.source}(?:[\\s,]*(?:and\\s+)?${AMOUNT.source})*`,
  "i",
);

function duration(text: string, seen: Seen): Reset | null {
  const whole = DURATION.exec(text)?.[0];
  if (whole === undefined || !ENDED.test(text.slice(whole.length))) return null;
  const parts = [...whole.matchAll(AMOUNT)].map(
    ([, count, unit = ""]) => Number(count) * (UNITS[unit.charAt(0).toLowerCase()] ?? 0),
  );
  return { until: seen.seenAt + parts.reduce((a, b) => a + b, 0), sure: true };
}

const TIME =
  String.raw`(?:(?<hour>\d{1,2})(?::(?<minute>[0-5]\d))?(?::[0-5]\d)?\s*(?<half>[AaPp])\.?[Mm](?![A-Za-z])\.?` +
  String.raw`|(?<hour24>[01]?\d|2[0-3]):(?<minute24>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?)`;
const ZONE =
  String.raw`\s*\((?<parens>[^()]{1,60})\)` +
  String.raw`|\s+(?<bare>(?:UTC|GMT)[+-]\d{1,2}(?::?[0-5]\d)?|[A-Za-z]+(?:\/[A-Za-z0-9_+-]+)+|[A-Z]{3,5})(?![\w/+-])`;
const OFFSET = String.raw`(?<offset>Z|[+-]\d\d(?::?\d\d)?)`;
const DATE_TO_CLOCK = String.raw`(?:,\s*|\s+)(?:at\s+)?`;
const YEAR = String.raw`(?:,?\s+(?<year>\d{4}))?`;
/** From the fullest form to the barest: the first that fits counts. */
const FORMS = [
  String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ]${TIME}(?:${OFFSET}|${ZONE})?`,
  ...[
    String.raw`(?<name>[A-Za-z]{3,9})\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?${YEAR}${DATE_TO_CLOCK}`,
    String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?\s+(?<name>[A-Za-z]{3,9})\.?${YEAR}${DATE_TO_CLOCK}`,
    String.raw`(?<weekday>[A-Za-z]{3,9})${DATE_TO_CLOCK}`,
    "",
  ].map((date) => `${date}${TIME}(?:${ZONE})?`),
].map((form) => new RegExp(`^${form}`));

function clock(text: string, seen: Seen): Reset | null {
  for (const form of FORMS) {
    const match = form.exec(text);
    if (match !== null && ENDED.test(text.slice(match[0].length)))
      return ahead(match.groups ?? {}, seen);
  }
  return null;
}

/** The first instant at or after `seenAt` that the words can mean. */
function ahead(groups: Groups, seen: Seen): Reset | null {
  const written = groups["offset"] ?? (groups["parens"] ?? groups["bare"])?.replace(/\s+/g, "");
  const zone = written === undefined ? seen.zone : zoneNamed(written);
  const within = timeOfDay(groups);
  if (zone === null || within === null) return null;
  const now = wallAt(seen.seenAt - CUT_SECONDS, zone);
  if (now === null) return null;
  for (const day of daysMeant(groups, now)) {
    const instants = instantsAt(day + within, zone);
    const until = instants.find((instant) => instant >= seen.seenAt - CUT_SECONDS);
    if (until !== undefined) return { until, sure: instants.length === 1 };
  }
  return null;
}

function timeOfDay(groups: Groups): Millis | null {
  const half = groups["half"]?.toLowerCase();
  if (half === undefined) {
    return Number(groups["hour24"]) * HOUR + Number(groups["minute24"]) * MINUTE;
  }
  const hour = Number(groups["hour"]);
  if (hour < 1 || hour > 12) return null;
  return ((hour % 12) + (half === "p" ? 12 : 0)) * HOUR + Number(groups["minute"] ?? 0) * MINUTE;
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/** The beginnings of the days that the words can mean, earliest first. */
function daysMeant(groups: Groups, now: Wall): readonly Wall[] {
  const today = Math.floor(now / DAY) * DAY;
  const day = groups["weekday"]?.toLowerCase();
  if (groups["day"] !== undefined) return datesMeant(groups, today);
  // The clocks may skip or repeat a time, so that today's is over and tomorrow's is not yet enough.
  if (day === undefined) return [today, today + DAY, today + 2 * DAY];
  if (day === "today") return [today];
  if (day === "tomorrow") return [today + DAY];
  const wanted = numbered(WEEKDAYS, day);
  const next = today + ((wanted - weekday(today) + 7) % 7) * DAY;
  return wanted < 0 ? [] : [next, next + 7 * DAY];
}

function datesMeant(groups: Groups, today: Wall): readonly Wall[] {
  const month = groups["month"] ?? numbered(MONTHS, (groups["name"] ?? "").toLowerCase()) + 1;
  const dates = yearsMeant(groups, today).map((year) =>
    midnight(year, Number(month), Number(groups["day"])),
  );
  return dates.filter((date) => date !== null);
}

/** A date without a year is this year's or the next one's. */
function yearsMeant(groups: Groups, today: Wall): readonly number[] {
  if (groups["year"] !== undefined) return [Number(groups["year"])];
  const year = yearOf(today);
  return [year, year + 1];
}

function yearOf(wall: Wall): number {
  const guess = 1970 + Math.floor(wall / (365.2425 * DAY));
  const next = midnight(guess + 1, 1, 1) ?? 0;
  const start = midnight(guess, 1, 1) ?? 0;
  if (wall < start) return guess - 1;
  return wall >= next ? guess + 1 : guess;
}

/** The place of a name or of its first three or four letters; -1 when it is none of them. */
function numbered(names: readonly string[], name: string): number {
  return names.findIndex((full) => full === name || (name.length <= 4 && full.startsWith(name)));
}
