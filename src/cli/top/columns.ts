// Which columns a terminal of a width has room for, and what stands in them. Widths hang on the terminal and
// on the names, never on what changes by the second: the table must stand still.

import type { Paint } from "../paint.ts";
import { textWidth } from "../table.ts";
import { span } from "../ago.ts";
import { cell, type Ink, type Piece, piece } from "./line.ts";
import { nextOf, type Row, type Tone } from "./rows.ts";

export type Glyphs = {
  readonly mark: string;
  readonly rule: string;
  readonly none: string;
  readonly dot: string;
  readonly arrow: string;
  readonly enter: string;
  readonly upDown: string;
  /** Where a text was cut. */
  readonly more: string;
};

export const GLYPHS: Glyphs = {
  mark: "▸",
  rule: "─",
  none: "–",
  dot: "·",
  arrow: "→",
  enter: "↵",
  upDown: "↑ ↓",
  more: "…",
};
export const ASCII: Glyphs = {
  mark: ">",
  rule: "-",
  none: "-",
  dot: "-",
  arrow: "->",
  enter: "^M",
  upDown: "up/down",
  more: "~",
};

export type Style = { readonly paint: Paint; readonly glyphs: Glyphs };

/** What the cells of one row are made from. */
export type Told = { readonly row: Row; readonly lastLine: string; readonly now: number };

export type Column = {
  readonly title: string;
  readonly width: number;
  readonly align: "left" | "right";
  readonly text: (told: Told, glyphs: Glyphs) => string;
  readonly ink: (told: Told, paint: Paint) => Ink;
};

type Wide = Omit<Column, "width" | "ink" | "align"> & {
  /** Columns of the narrowest terminal that shows it. */
  readonly from: number;
  readonly width: (columns: number, longestName: number) => number;
  readonly ink?: Column["ink"];
  readonly align?: "right";
};

export function columnsFor(columns: number, rows: readonly Row[]): readonly Column[] {
  const longest = Math.max(5, ...rows.map(({ name }) => textWidth(name)));
  const made = ALL.filter(({ from }) => columns >= from).map((one): Column => ({
    title: one.title,
    align: one.align ?? "left",
    text: one.text,
    ink: one.ink ?? (() => dimless),
    width: one.width(columns, longest),
  }));
  return columns >= LAST_LINE_FROM
    ? [...made, ...wideTail(columns, made)]
    : [...made, tail(columns, made)];
}

/** Without a break: a name may be cut, its neighbours stay where they are. */
export function cells(columns: readonly Column[], told: Told, style: Style): readonly Piece[] {
  return columns.flatMap((column, at) => {
    const text = cell(column.text(told, style.glyphs), column.width, column.align);
    const gap = at === columns.length - 1 ? [] : [piece(GAP)];
    return [piece(text, column.ink(told, style.paint)), ...gap];
  });
}

export function titles(columns: readonly Column[]): string {
  return columns.map(({ title, width, align }) => cell(title, width, align)).join(GAP);
}

export function inkOf(tone: Tone, paint: Paint): Ink {
  return {
    "needs you": paint.red,
    waits: paint.yellow,
    moves: paint.cyan,
    works: paint.green,
    rests: dimless,
    off: paint.dim,
  }[tone];
}

/** Length of time in one unit: it changes seldom. */
export function age(since: number | null, now: number, none: string): string {
  return since === null ? none : (span(now - since).split(" ", 1)[0] ?? none);
}

const dimless: Ink = (text) => text;
const dim: Column["ink"] = (_, paint) => paint.dim;
const GAP = "  ";
export const MARK_WIDTH = 2;
/** From here on, reasons and last words have a column each. */
const LAST_LINE_FROM = 160;
const NAME_WIDEST = 28;

const ALL: readonly Wide[] = [
  {
    title: "AGENT",
    from: 0,
    width: (columns, longest) =>
      Math.min(longest, NAME_WIDEST, Math.max(8, Math.floor(columns / 5))),
    text: ({ row }) => row.name,
  },
  {
    title: "STATE",
    from: 0,
    width: () => 9,
    text: ({ row }) => row.state,
    ink: ({ row }, paint) => inkOf(row.tone, paint),
  },
  {
    title: "AGE",
    from: 40,
    align: "right",
    width: () => 4,
    text: ({ row, now }, { none }) => age(row.since, now, none),
    ink: dim,
  },
  {
    title: "WAITS FOR",
    from: 60,
    width: () => 18,
    text: ({ row, now }) => nextOf(row, now),
    ink: ({ row }, paint) => (row.tone === "needs you" ? paint.red : dimless),
  },
  { title: "KIND", from: 150, width: () => 10, text: ({ row }) => row.kind, ink: dim },
  { title: "BACKEND", from: 120, width: () => 9, text: ({ row }) => row.backend, ink: dim },
  { title: "MODEL", from: 100, width: () => 12, text: ({ row }) => row.model, ink: dim },
  {
    title: "CTX",
    from: 132,
    align: "right",
    width: () => 4,
    text: ({ row }, { none }) => row.context ?? none,
    ink: dim,
  },
  {
    title: "COST",
    from: 132,
    align: "right",
    width: () => 6,
    text: ({ row }, { none }) => row.cost ?? none,
    ink: dim,
  },
];

function roomLeft(columns: number, taken: readonly Column[]): number {
  const used = taken.reduce((sum, { width }) => sum + width + GAP.length, MARK_WIDTH);
  return Math.max(0, columns - used);
}

/** The reason, or where there is none the last words. */
function tail(columns: number, taken: readonly Column[]): Column {
  return {
    title: "WHY, OR LAST WORDS",
    width: roomLeft(columns, taken),
    align: "left",
    text: ({ row, lastLine }) => (row.why === "" ? lastLine : row.why),
    ink: ({ row }, paint) => (row.why === "" ? paint.dim : dimless),
  };
}

function wideTail(columns: number, taken: readonly Column[]): readonly Column[] {
  const room = roomLeft(columns, taken);
  const why = Math.floor((room - GAP.length) * 0.45);
  return [
    { title: "WHY", width: why, align: "left", text: ({ row }) => row.why, ink: () => dimless },
    {
      title: "LAST WORDS",
      width: Math.max(0, room - why - GAP.length),
      align: "left",
      text: ({ lastLine }) => lastLine,
      ink: dim,
    },
  ];
}
