// The grid of characters behind a terminal: what stands in which row after text and cursor movements. It is
// as much of a terminal as coding agents use, not more; a row that leaves it is handed out and forgotten.

import type { Token } from "./escapes.ts";
import { characterWidth } from "./table.ts";

export type Row = {
  /** One entry a column; "" is the right half of a wide character. */
  readonly cells: string[];
  /** The line goes on in the next row. */
  wrapped: boolean;
  /** Written to since a reader last looked. */
  fresh: boolean;
  /** What a reader was already shown of this row; null: nothing yet. */
  shown: string | null;
};

export type Size = { readonly rows: number; readonly columns: number };

/** What a reader of the screen wants to know while it changes. */
export type Events = {
  /** The row left at the top and will not come back. */
  readonly leaves: (row: Row) => void;
  /** The cursor went down to a new line. */
  readonly falls: () => void;
  /** The cursor goes up by so many rows: something is about to be drawn again. */
  readonly rises: (rows: number) => void;
  /** Everything is about to be erased. */
  readonly clears: () => void;
};

export type Screen = {
  readonly size: Size;
  readonly events: Events;
  readonly rows: Row[];
  row: number;
  column: number;
  saved: { readonly row: number; readonly column: number };
  /** The rows that scroll, both included. */
  top: number;
  bottom: number;
};

export const blankScreen = (size: Size, events: Events): Screen => ({
  size,
  events,
  rows: Array.from({ length: size.rows }, blankRow),
  row: 0,
  column: 0,
  saved: { row: 0, column: 0 },
  top: 0,
  bottom: size.rows - 1,
});

export const rowText = (row: Row): string => row.cells.join("").trimEnd();

export const take = (screen: Screen, token: Token): void => {
  switch (token.is) {
    case "text":
      for (const char of token.text) put(screen, char);
      return;
    case "control":
      return control(screen, token.code);
    case "csi":
      return token.mark === "" ? csi(screen, token.final, token.numbers) : undefined;
    case "escape":
      return escape(screen, token.final);
  }
};

/** Marks put on one character: more than these are an attack, not a language. */
const MOST_MARKS = 8;
const TAB = 8;

const blankRow = (): Row => ({ cells: [], wrapped: false, fresh: false, shown: null });
const within = (value: number, count: number): number => Math.min(Math.max(0, value), count - 1);
const current = (screen: Screen): Row => screen.rows[screen.row] ?? blankRow();

const goTo = (screen: Screen, row: number, column: number): void => {
  const target = within(row, screen.size.rows);
  if (target < screen.row) screen.events.rises(screen.row - target);
  screen.row = target;
  screen.column = within(column, screen.size.columns);
};

/** Takes a row out and puts a blank one in, so that what lies between moves up or down by one. */
const shift = (screen: Screen, out: number, into: number): void => {
  const [gone] = screen.rows.splice(out, 1);
  screen.rows.splice(into, 0, blankRow());
  if (gone !== undefined && out === 0 && into > 0) screen.events.leaves(gone);
};

const lineFeed = (screen: Screen): void => {
  if (screen.row === screen.bottom) shift(screen, screen.top, screen.bottom);
  else screen.row = within(screen.row + 1, screen.size.rows);
  screen.events.falls();
};

const put = (screen: Screen, char: string): void => {
  const width = char >= " " && char <= "~" ? 1 : characterWidth(char);
  if (width === 0) return mark(screen, char);
  if (screen.column + width > screen.size.columns) {
    current(screen).wrapped = true;
    lineFeed(screen);
    screen.column = 0;
  }
  const row = current(screen);
  row.fresh = true;
  while (row.cells.length < screen.column) row.cells.push(" ");
  halve(row.cells, screen.column);
  if (width === 2) halve(row.cells, screen.column + 1);
  row.cells[screen.column] = char;
  if (width === 2) row.cells[screen.column + 1] = "";
  screen.column += width;
};

/** What is left of a wide character when one of its columns is written over is a blank. */
const halve = (cells: string[], column: number): void => {
  if (cells[column] === "") cells[column - 1] = " ";
  if (cells[column + 1] === "") cells[column + 1] = " ";
};

const mark = (screen: Screen, char: string): void => {
  const { cells } = current(screen);
  const before = cells[screen.column - 1];
  if (before !== undefined && before.length < MOST_MARKS) cells[screen.column - 1] = before + char;
};

const control = (screen: Screen, code: string): void => {
  if (code === "\n" || code === "\u000B" || code === "\f") lineFeed(screen);
  else if (code === "\r") screen.column = 0;
  else if (code === "\b") screen.column = Math.max(0, screen.column - 1);
  else if (code === "\t") {
    screen.column = within((Math.floor(screen.column / TAB) + 1) * TAB, screen.size.columns);
  }
};

const escape = (screen: Screen, final: string): void => {
  if (final === "M") goTo(screen, screen.row - 1, screen.column);
  else if (final === "D" || final === "E") lineFeed(screen);
  else if (final === "7") screen.saved = { row: screen.row, column: screen.column };
  else if (final === "8") goTo(screen, screen.saved.row, screen.saved.column);
  else if (final === "c") eraseScreen(screen, 2);
  if (final === "E") screen.column = 0;
};

const csi = (screen: Screen, final: string, numbers: readonly number[]): void => {
  const [n = 0, m = 0] = numbers;
  const { row, column } = screen;
  const one = Math.max(1, n);
  if (final === "A" || final === "F") goTo(screen, row - one, final === "F" ? 0 : column);
  else if (final === "B" || final === "E") goTo(screen, row + one, final === "E" ? 0 : column);
  else if (final === "C") goTo(screen, row, column + one);
  else if (final === "D") goTo(screen, row, column - one);
  else if (final === "G" || final === "`") goTo(screen, row, one - 1);
  else if (final === "d") goTo(screen, one - 1, column);
  else if (final === "H" || final === "f") goTo(screen, one - 1, Math.max(1, m) - 1);
  else if (final === "s") screen.saved = { row, column };
  else if (final === "u") goTo(screen, screen.saved.row, screen.saved.column);
  else if (final === "J") eraseScreen(screen, n);
  else if (final === "K") eraseRow(screen, n);
  else if (final === "r") scrollRegion(screen, n, m);
  else if ("LMST".includes(final)) scroll(screen, final, one);
  else if ("PX@".includes(final)) editRow(screen, final, one);
};

const scrollRegion = (screen: Screen, from: number, to: number): void => {
  screen.top = within(from - 1, screen.size.rows);
  screen.bottom = to === 0 ? screen.size.rows - 1 : within(to - 1, screen.size.rows);
};

const scroll = (screen: Screen, final: string, count: number): void => {
  const { row, top, bottom } = screen;
  for (let left = Math.min(count, screen.size.rows); left > 0; left -= 1) {
    if (final === "L") shift(screen, bottom, row);
    else if (final === "M") shift(screen, row, bottom);
    else if (final === "S") shift(screen, top, bottom);
    else shift(screen, bottom, top);
  }
};

const editRow = (screen: Screen, final: string, count: number): void => {
  const { cells } = current(screen);
  const room = Math.min(count, screen.size.columns - screen.column);
  const blanks: string[] = Array.from({ length: room }, () => " ");
  if (final === "P") cells.splice(screen.column, room);
  else if (cells.length > screen.column) {
    cells.splice(screen.column, final === "X" ? room : 0, ...blanks);
    cells.length = Math.min(cells.length, screen.size.columns);
  }
};

const eraseRow = (screen: Screen, how: number): void => {
  const row = current(screen);
  row.fresh = true;
  const from = how === 0 ? screen.column : 0;
  const to = how === 1 ? Math.min(screen.column + 1, row.cells.length) : row.cells.length;
  row.cells.fill(" ", from, to);
  if (how !== 1) {
    row.cells.length = Math.min(row.cells.length, from);
    row.wrapped = false;
  }
};

const eraseScreen = (screen: Screen, how: number): void => {
  const all = how === 2 || how === 3;
  if (all) screen.events.clears();
  else eraseRow(screen, how);
  const from = all || how === 1 ? 0 : screen.row + 1;
  const to = how === 1 ? screen.row : screen.size.rows;
  for (let at = from; at < to; at += 1) {
    const shown = all ? null : (screen.rows[at]?.shown ?? null);
    screen.rows[at] = { ...blankRow(), shown, fresh: !all };
  }
};
