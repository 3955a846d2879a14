// The five fields of a cron line: minute, hour, day of the month, month, day of the week. Reads them into lists of
// numbers; when such a time comes is core's business. Pure.

export type Cron = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly weekdays: readonly number[];
  /** Days of the month and of the week are both named: either is enough, as cron always had it. */
  readonly either: boolean;
};

export type CronRead =
  | { readonly ok: true; readonly cron: Cron }
  | { readonly ok: false; readonly why: string };

const SHORT: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
};
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");
/** Of each month, in a year that has all of them. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

type Field = {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
};

const FIELDS = [
  { what: "minute", from: 0, to: 59, names: [] },
  { what: "hour", from: 0, to: 23, names: [] },
  { what: "day of the month", from: 1, to: 31, names: [] },
  { what: "month", from: 1, to: 12, names: MONTHS },
  { what: "day of the week", from: 0, to: 7, names: WEEKDAYS },
] as const satisfies readonly Field[];

export function readCron(written: string): CronRead {
  const line = written.trim().toLowerCase();
  const fields = (SHORT[line] ?? line).split(/\s+/);
  if (fields.length !== FIELDS.length)
    return { ok: false, why: 'needs five fields, as "0 9 * * 1-5", or a word such as "@daily"' };
  const lists: number[][] = [];
  for (const [index, field] of FIELDS.entries()) {
    const list = listOf(fields[index] ?? "", field);
    if (typeof list === "string") return { ok: false, why: list };
    lists.push(list);
  }
  const [minutes = [], hours = [], days = [], months = [], week = []] = lists;
  const weekdays = [...new Set(week.map((day) => day % 7))].toSorted((a, b) => a - b);
  const named = (index: number): boolean => fields[index]?.startsWith("*") !== true;
  const either = named(2) && named(4);
  const comes = months.some((month) => (days[0] ?? 0) <= (LONGEST[month - 1] ?? 0));
  if (!comes && !either) return { ok: false, why: "names a day that no month has" };
  return { ok: true, cron: { minutes, hours, days, months, weekdays, either } };
}

/** "1-5,*\/10": the numbers, ascending; or what is wrong with it. */
function listOf(text: string, field: Field): number[] | string {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d{1,4}))?$/.exec(part);
    const [, first = "", last, every] = match ?? [];
    const low = first === "*" ? field.from : numberOf(first, field);
    const open = first === "*" || every !== undefined;
    const high = last !== undefined ? numberOf(last, field) : open ? field.to : low;
    const step = Number(every ?? 1);
    if (match === null || low === null || high === null || step < 1 || (first === "*" && last))
      return `has no ${field.what} ${JSON.stringify(part)}: ${field.from}-${field.to} are`;
    if (low > high) return `counts backwards in ${JSON.stringify(part)}`;
    for (let one = low; one <= high; one += step) found.add(one);
  }
  return [...found].toSorted((a, b) => a - b);
}

function numberOf(text: string, { from, to, names }: Field): number | null {
  const named = names.indexOf(text.slice(0, 3));
  if (named >= 0 && /^[a-z]+$/.test(text)) return named + (names[0] === "jan" ? 1 : 0);
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= from && number <= to ? number : null;
}
