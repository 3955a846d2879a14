// Banners against an oracle that walks forward in time until the zone's own clock shows what the words say.

import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { resetAt } from "./limit.ts";

// Every format of a zone is made anew, which takes a busy machine long.
vi.setConfig({ testTimeout: 30_000 });

const at = (iso: string): number => Date.parse(iso);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the words say: fields of a local time, a span from now, an instant, or nothing. */
type Said =
  | {
      h: number;
      m?: number;
      zone?: string;
      on?: string;
      month?: string;
      day?: number;
      year?: number;
    }
  | { in: number }
  | { epoch: number }
  | null;

const CORPUS: readonly (readonly [string, Said])[] = [
  [
    "You've hit your session limit · resets 4:20am (Europe/Warsaw)",
    { h: 4, m: 20, zone: "Europe/Warsaw" },
  ],
  ["You've hit your session limit · resets 11:42am (UTC)", { h: 11, m: 42, zone: "UTC" }],
  [
    "You've hit your session limit · resets 1:30pm (America/Chicago)",
    { h: 13, m: 30, zone: "America/Chicago" },
  ],
  [
    "You've hit your limit · resets 6:30pm (Asia/Jerusalem)",
    { h: 18, m: 30, zone: "Asia/Jerusalem" },
  ],
  ["You've hit your limit · resets 8pm (Africa/Cairo)", { h: 20, zone: "Africa/Cairo" }],
  ["You've hit your limit · resets 8pm (Asia/Tokyo)", { h: 20, zone: "Asia/Tokyo" }],
  [
    "You've hit your session limit · resets 5:10pm (Europe/Paris)",
    { h: 17, m: 10, zone: "Europe/Paris" },
  ],
  [
    "You've hit your session limit · resets 5:40pm (Europe/Berlin)\n/login to switch",
    { h: 17, m: 40, zone: "Europe/Berlin" },
  ],
  [
    "You've hit your limit · resets 8pm (America/\n  New_York)",
    { h: 20, zone: "America/New_York" },
  ],
  ["5-hour limit reached ∙ resets 3pm", { h: 15 }],
  ["5-hour limit reached ∙ resets 12pm", { h: 12 }],
  ["5-hour limit reached ∙ resets 3pm\n /upgrade to increase your usage limit", { h: 15 }],
  [
    "Claude usage limit reached. Your limit will reset at 5pm (America/New_York).",
    { h: 17, zone: "America/New_York" },
  ],
  ["Claude usage limit reached. Your limit will reset at 4 PM (UTC).", { h: 16, zone: "UTC" }],
  ["Your limit will reset at 11:30 PM (PST)", { h: 23, m: 30, zone: "Etc/GMT+8" }],
  ["Your limit will reset at 11:30 PM (pdt)", { h: 23, m: 30, zone: "Etc/GMT+7" }],
  ["Your limit will reset at 16:00 UTC", { h: 16, zone: "UTC" }],
  ["Your limit will reset at 16:00 (CET)", { h: 16, zone: "Etc/GMT-1" }],
  ["Your limit will reset at 16:00 CEST", { h: 16, zone: "Etc/GMT-2" }],
  ["Your limit will reset at 7:15am BST", { h: 7, m: 15, zone: "Etc/GMT-1" }],
  ["Your limit will reset at 7:15am EST.", { h: 7, m: 15, zone: "Etc/GMT+5" }],
  ["Your limit will reset at 7:15am EDT", { h: 7, m: 15, zone: "Etc/GMT+4" }],
  ["Your limit will reset at 7:15am CST", { h: 7, m: 15, zone: "Etc/GMT+6" }],
  ["Your limit will reset at 7:15am MST", { h: 7, m: 15, zone: "Etc/GMT+7" }],
  ["Your limit will reset at 4 PM (UTC+9).", { h: 16, zone: "Asia/Tokyo" }],
  ["Your limit will reset at 4 PM UTC-3", { h: 16, zone: "Etc/GMT+3" }],
  ["Your limit will reset at 9 A.M. (GMT)", { h: 9, zone: "UTC" }],
  ["Your limit will reset at 9 a.m. and you can go on then", { h: 9 }],
  ["Claude Max usage limit reached. Your limit will reset at 12am.", { h: 0 }],
  ["resets 17:00 Europe/London", { h: 17, zone: "Europe/London" }],
  ["Limit resets: 17:00", { h: 17 }],
  ["or try again at 12:01 PM.", { h: 12, m: 1 }],
  ["Try again at 5:31 PM", { h: 17, m: 31 }],
  ["or try again at 12:01\nPM.", { h: 12, m: 1 }],
  ["resets tomorrow at 8am", { h: 8, on: "tomorrow" }],
  ["resets Monday 8am", { h: 8, on: "Mon" }],
  ["resets on Thu at 8:30pm (UTC)", { h: 20, m: 30, on: "Thu", zone: "UTC" }],
  ["resets Sunday, 23:45", { h: 23, m: 45, on: "Sun" }],
  [
    "You've hit your weekly limit · resets Nov 2, 10pm (America/New_York)",
    { h: 22, month: "Nov", day: 2, zone: "America/New_York" },
  ],
  ["You've hit your weekly limit · resets Mar 14 at 7pm", { h: 19, month: "Mar", day: 14 }],
  [
    "You're out of extra usage · resets Apr 4, 8pm (Europe/Budapest)",
    { h: 20, month: "Apr", day: 4, zone: "Europe/Budapest" },
  ],
  [
    "You've hit your Opus limit · resets Oct 31, 11:09am (UTC)",
    { h: 11, m: 9, month: "Oct", day: 31, zone: "UTC" },
  ],
  ["try again at Nov 3rd, 2026 10:04 AM", { h: 10, m: 4, month: "Nov", day: 3, year: 2026 }],
  ["or try again at April 2nd, 2026 9:21 PM.", { h: 21, m: 21, month: "Apr", day: 2, year: 2026 }],
  ["resets 30 March at 07:00", { h: 7, month: "Mar", day: 30 }],
  ["resets at 2026-10-27 10:00", { h: 10, month: "Oct", day: 27, year: 2026 }],
  ["resets at 2026-03-10T22:00Z", { h: 22, month: "Mar", day: 10, year: 2026, zone: "UTC" }],
  [
    "resets at 2026-03-10T22:00+09:00",
    { h: 22, month: "Mar", day: 10, year: 2026, zone: "Asia/Tokyo" },
  ],
  ["resets in 3h 20m", { in: 3 * HOUR + 20 * MINUTE }],
  ["resets in 3 hours", { in: 3 * HOUR }],
  ["try again in 4 days 2 hours", { in: 4 * DAY + 2 * HOUR }],
  ["try again in 3 hours 2 minutes.", { in: 3 * HOUR + 2 * MINUTE }],
  ["or try again in 5 days 22 hours 11\nminutes.", { in: 5 * DAY + 22 * HOUR + 11 * MINUTE }],
  ["resets in 1 day, 2 hours and 3 minutes", { in: DAY + 2 * HOUR + 3 * MINUTE }],
  [
    "The usage limit has been reached [retrying in 1h 59m attempt #1]    esc interrupt",
    { in: HOUR + 59 * MINUTE },
  ],
  ["[retrying in 16s attempt #1]", { in: 16_000 }],
  ["resets in 2h30m", { in: 2 * HOUR + 30 * MINUTE }],
  ["3 hours 2 minutes", { in: 3 * HOUR + 2 * MINUTE }],
  ["11:42am (UTC)", { h: 11, m: 42, zone: "UTC" }],
  // The words of one program in full, with its apostrophe and its wraps.
  [
    "■ You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit\nhttps://chatgpt.com/settings/usage to purchase more credits or try again at Nov 3rd,\n2026 9:21 PM.",
    { h: 21, m: 21, month: "Nov", day: 3, year: 2026 },
  ],
  [
    "You’ve hit your usage limit. Visit https://chatgpt.com/settings/usage to purchase more credits or try again at 4:22 PM.",
    { h: 16, m: 22 },
  ],
  ["You’ve hit your session limit · resets 8:23am", { h: 8, m: 23 }],
  ["You’re out of extra usage · resets 8pm (Europe/Budapest)", { h: 20, zone: "Europe/Budapest" }],
  ["try again in 5 days 3 hours", { in: 5 * DAY + 3 * HOUR }],
  ["[retrying in 6d 3h attempt #2]", { in: 6 * DAY + 3 * HOUR }],
  ["Your quota will reset after 18h23m10s.", { in: 18 * HOUR + 23 * MINUTE + 10_000 }],
  ["Please retry after 3600 seconds", { in: HOUR }],
  ["You can try again after 5pm", { h: 17 }],
  ["Access resets at 4:00 PM PST.", { h: 16, zone: "Etc/GMT+8" }],
  ["Reset at: 2026-10-28T09:00Z", { h: 9, month: "Oct", day: 28, year: 2026, zone: "UTC" }],
  ["resets 3pm (GMT+5:30)", { h: 15, zone: "Asia/Kolkata" }],
  ["resets 3 p.m. (Asia/Kolkata)", { h: 15, zone: "Asia/Kolkata" }],
  ["resets 2:15am (Australia/Lord_Howe)", { h: 2, m: 15, zone: "Australia/Lord_Howe" }],
  ["resets today at 11:59 PM", { h: 23, m: 59 }],
  ["Limits reset every 5h and every week.", null],
  ["resets at midnight", null],
  ["resets 11/23 9pm", null],
  ["resets 23.11. 21:00", null],
  ["retry-after: 3600", null],
  ["the reset after 2 files", null],
  ["You've hit your org's monthly spend limit · ask your admin to raise it", null],
  ["Usage limit reached for all Pro models.", null],
  ["You have reached your daily gemini-2.5-pro quota limit.", null],
  ["resets 3pm (somewhere)", null],
  ["resets 3pm (Mars/Phobos)", null],
  ["resets 3pm JST", null],
  ["resets 3pm (America/New_", null],
  ["resets 13pm", null],
  ["resets 24:00", null],
  ["resets 12", null],
  ["resets 10:30 builds a day", null],
  ["resets 3pmish", null],
  ["resets 1:2:3", null],
  ["resets 10:00-12:00", null],
  ["resets Feb 30, 10pm", null],
  ["resets Foo 30, 10pm", null],
  ["resets Oct 31", null],
  ["resets 2026-10-27", null],
  ["2026-06-16", null],
  ["resets Someday 8am", null],
  ["resets in a while", null],
  ["resets in 3 fortnights", null],
  ["try again later", null],
  ["presets 4 items", null],
  ["git reset 2 files", null],
  ["git reset 10:30", null],
  ["the limit was 10:30 long", null],
  ["", null],
];

const ZONES = ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC"];
/** The evenings before, and the hours around, the days on which clocks change. */
const SEEN = [
  "2026-03-08T05:17:30Z",
  "2026-03-28T22:40:00Z",
  "2026-10-25T00:59:59Z",
  "2026-11-01T04:05:20Z",
].map(at);

type Shown = Readonly<Record<string, string>>;
const shownAt = new Map<string, Intl.DateTimeFormat>();
function show(instant: number, timeZone: string): Shown {
  const format =
    shownAt.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "short",
      day: "numeric",
      weekday: "short",
      hour: "numeric",
      minute: "numeric",
    });
  shownAt.set(timeZone, format);
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}

const shown = new Map<string, Shown>();
type Question = {
  readonly h: number;
  readonly past: number;
  readonly is: (now: Shown) => boolean;
};
/**
 * The first minute in 35 days whose wall clock satisfies the question. Offsets are whole quarters of an hour,
 * so only minutes that far past a quarter need to be looked at, and clocks are never moved by more than an hour or
 * two, so most of the day before that hour needs no look at all.
 */
function walk(from: number, zone: string, { h, past, is }: Question): number | null {
  const first = Math.ceil((from - MINUTE - past * MINUTE) / (15 * MINUTE)) * 15 * MINUTE;
  for (let instant = first + past * MINUTE; instant < from + 35 * DAY;) {
    const key = `${instant} ${zone}`;
    const now = shown.get(key) ?? show(instant, zone);
    shown.set(key, now);
    if (is(now)) return instant;
    const ahead = (h - Number(now["hour"]) + 24) % 24;
    instant += ahead > 3 ? (ahead - 2) * HOUR : 15 * MINUTE;
  }
  return null;
}

function oracle(said: Said, seenAt: number, host: string): number | null {
  if (said === null) return null;
  if ("in" in said) return seenAt + said.in;
  if ("epoch" in said) return said.epoch;
  const zone = said.zone ?? host;
  const tomorrow = show(at(`${dayOf(seenAt, zone)}T12:00Z`) + DAY, "UTC");
  const is = (now: Shown): boolean =>
    Number(now["hour"]) === said.h &&
    Number(now["minute"]) === (said.m ?? 0) &&
    (said.on === undefined || said.on === "tomorrow" || now["weekday"] === said.on) &&
    (said.on !== "tomorrow" ||
      (now["day"] === tomorrow["day"] && now["month"] === tomorrow["month"])) &&
    (said.month === undefined || now["month"] === said.month) &&
    (said.day === undefined || Number(now["day"]) === said.day) &&
    (said.year === undefined || Number(now["year"]) === said.year);
  return walk(seenAt, zone, { h: said.h, past: (said.m ?? 0) % 15, is });
}

function dayOf(instant: number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(instant);
}

test("every banner of the corpus means the instant that its zone's clock comes to first", () => {
  const wrong: string[] = [];
  for (const [line, said] of CORPUS) {
    for (const zone of ZONES) {
      for (const seenAt of SEEN) {
        const wanted = oracle(said, seenAt, zone);
        const got = resetAt(line, { zone, seenAt })?.until ?? null;
        if (got !== wanted) wrong.push(`${line} | ${zone} | ${seenAt} | ${wanted} | ${got}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(CORPUS.length).toBeGreaterThan(100);
});

const read = (
  line: string,
  seenAt: string,
  zone = "America/New_York",
): ReturnType<typeof resetAt> => resetAt(line, { zone, seenAt: at(seenAt) });

test("a dated banner is not a five minute guess (reference defect 23)", () => {
  expect(read("You've hit your weekly limit · resets Jun 16, 10pm", "2026-06-10T12:00Z")).toEqual({
    until: at("2026-06-17T02:00Z"),
    sure: true,
  });
});

test("an epoch is taken as it stands, in seconds or milliseconds, under any of its names", () => {
  const until = 1_775_317_531_000;
  const seen = { zone: "UTC", seenAt: until - HOUR };
  expect(resetAt("Claude AI usage limit reached|1775317531", seen)).toEqual({ until, sure: true });
  for (const line of [
    '"resetsAt":1775317531',
    "resets_at=1775317531000",
    '"reset_at": "1775317531"',
  ])
    expect(resetAt(line, seen)).toEqual({ until, sure: true });
  expect(
    resetAt(
      '{"type":"usage_limit_reached","resets_at":1775317531,"resets_in_seconds":602705}',
      seen,
    ),
  ).toEqual({
    until,
    sure: true,
  });
});

test("a time that clocks skip is read behind the gap", () => {
  expect(read("resets 2:30am", "2026-03-08T05:00Z")).toEqual({
    until: at("2026-03-08T07:30Z"),
    sure: true,
  });
});

test("a time that comes twice means the first that is ahead, unsurely", () => {
  expect(read("resets 1:30am", "2026-11-01T05:00Z")).toEqual({
    until: at("2026-11-01T05:30Z"),
    sure: false,
  });
  expect(read("resets 1:30am", "2026-11-01T05:45Z")).toEqual({
    until: at("2026-11-01T06:30Z"),
    sure: false,
  });
});

test("a minute whose seconds were cut is this one, an older one is tomorrow's", () => {
  expect(read("resets 3pm", "2026-06-10T19:00:40Z")?.until).toBe(at("2026-06-10T19:00Z"));
  expect(read("resets 3pm", "2026-06-10T19:01:30Z")?.until).toBe(at("2026-06-11T19:00Z"));
});

test("a date without a year crosses new year", () => {
  expect(read("resets Jan 2, 9am", "2026-12-30T12:00Z")?.until).toBe(at("2027-01-02T14:00Z"));
});

test("what lies back or further ahead than a month is no reset", () => {
  expect(read("resets Jun 16, 10pm", "2026-06-18T12:00Z")).toBeNull();
  expect(read("resets Jun 16, 2027 10pm", "2026-06-10T12:00Z")).toBeNull();
  expect(read("resets in 36 days", "2026-06-10T12:00Z")).toBeNull();
  expect(read("limit reached|1999999999", "2026-06-10T12:00Z")).toBeNull();
  expect(read("resets Jul 1, 9am", "2026-06-10T12:00Z")?.until).toBe(at("2026-07-01T13:00Z"));
});

test("two times in one banner are unsure and mean the earlier", () => {
  expect(read("session resets 3pm · week resets Jun 16, 10pm", "2026-06-10T12:00Z")).toEqual({
    until: at("2026-06-10T19:00Z"),
    sure: false,
  });
});

test("no text makes it throw or name an instant out of bounds", () => {
  const piece = fc.constantFrom(
    "resets ",
    "in ",
    "at ",
    "3pm",
    "10:30",
    " (UTC)",
    "(",
    "Jun 16, ",
    "|1763640000",
    "5h ",
    "\n",
    "Mon ",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.oneof(piece, fc.string())).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 0, max: 4e12 }),
      fc.constantFrom(...ZONES, "", "Mars/Phobos"),
      (line, seenAt, zone) => {
        const reset = resetAt(line, { zone, seenAt });
        expect(
          reset === null || (reset.until >= seenAt - MINUTE && reset.until <= seenAt + 35 * DAY),
        ).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
