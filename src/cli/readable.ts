// Turns the raw bytes of a pane (redraws, progress bars, full-screen programs) into lines that a person can
// read, once each, as they come. A line is told when it has come to rest: the cursor left it and the
// program does not draw that far up any more. Holds one screen and a bounded memory of told lines.

import { escapes } from "./escapes.ts";
import type { Token } from "./escapes.ts";
import { plain } from "./paint.ts";
import { blankScreen, rowText, take } from "./screen.ts";
import type { Row, Screen, Size } from "./screen.ts";

export type Reader = {
  /** Lines that came to rest with this piece of output. */
  feed(text: string): string[];
  /** What stands on the screen and was not told yet. Reading it changes nothing. */
  rest(): string;
};

/** A line that wraps for ever is told in pieces of this many characters. */
const LONGEST_LINE = 10_000;
/** So many told lines are known again when a program draws them a second time. */
const REMEMBERED = 2000;

type Reading = {
  readonly main: Screen;
  /** The full-screen program's own screen while there is one, and its rows at its last frame. */
  full: { readonly screen: Screen; rows: readonly string[] } | null;
  told: string[];
  readonly known: Set<string>;
  /** The beginning of a line whose first rows were told while it still went on. */
  begun: string;
  /** How far up the program draws, and the new lines since it last did. */
  reach: number;
  quiet: number;
  /** Everything was erased: what follows may be the same lines again. */
  again: boolean;
  /** The last told line was blank. */
  blank: boolean;
};

export const reader = (size: Size): Reader => {
  const stream = escapes();
  const reading: Reading = {
    main: blankScreen(size, {
      leaves: (row) => settle(reading, row),
      falls: () => fall(reading),
      rises: (rows) => rise(reading, rows),
      clears: () => clear(reading),
    }),
    full: null,
    told: [],
    known: new Set(),
    begun: "",
    reach: 0,
    quiet: 0,
    again: false,
    blank: false,
  };
  return {
    feed: (text) => {
      for (const token of stream.feed(text)) step(reading, token);
      const { told } = reading;
      reading.told = [];
      return told;
    },
    rest: () => unsettled(reading).join("\n"),
  };
};

const step = (reading: Reading, token: Token): void => {
  const mode = token.is === "csi" && token.mark === "?" ? token : null;
  const switches = mode?.numbers.some((number) => ALTERNATE.includes(number)) === true;
  if (switches && mode?.final === "h") enter(reading);
  else if (switches && mode?.final === "l") leave(reading);
  else take(reading.full?.screen ?? reading.main, token);
};

const ALTERNATE: readonly number[] = [47, 1047, 1049];

// ↓ The ordinary screen: lines come to rest from the top.

const fall = (reading: Reading): void => {
  const { main } = reading;
  reading.quiet += 1;
  // After two screens of new lines without a look back it is ordinary output again.
  if (reading.quiet > 2 * main.size.rows) reading.reach = 0;
  const end = Math.max(0, main.row - reading.reach);
  for (const row of main.rows.slice(0, end))
    if (row.fresh || row.shown === null) settle(reading, row);
};

const rise = (reading: Reading, rows: number): void => {
  reading.quiet = 0;
  const blank = reading.main.rows.every((row) => row.cells.length === 0);
  if (!blank) reading.reach = Math.max(reading.reach, rows);
};

const settle = (reading: Reading, row: Row): void => {
  const text = rowText(row);
  row.fresh = false;
  if (row.shown !== null && gist(row.shown) === gist(text)) return;
  row.shown = text;
  reading.begun += row.wrapped ? row.cells.join("") : text;
  if (row.wrapped && reading.begun.length < LONGEST_LINE) return;
  tell(reading, reading.begun);
  reading.begun = "";
};

const clear = (reading: Reading): void => {
  for (const line of unsettled(reading)) if (!reading.known.has(gist(line))) tell(reading, line);
  reading.begun = "";
  reading.reach = 0;
  reading.again = true;
};

const tell = (reading: Reading, text: string): void => {
  const line = plain(text).slice(0, LONGEST_LINE);
  const key = gist(line);
  if (reading.again && (key === "" || reading.known.has(key))) return;
  // Rows that a program jumped over are no empty lines that somebody wrote.
  if (key === "" && reading.blank && reading.reach > 0) return;
  reading.again = false;
  reading.blank = key === "";
  remember(reading.known, key);
  reading.told.push(line);
};

const remember = (known: Set<string>, key: string): void => {
  if (key === "") return;
  known.delete(key);
  known.add(key);
  for (const oldest of known) {
    if (known.size <= REMEMBERED) return;
    known.delete(oldest);
  }
};

/** What a line says, without what a spinner, a clock or a bar changes in it. */
const gist = (line: string): string =>
  line
    .replace(line.search(SPINNER) < 0 ? CLOCK : /\d+/g, "0")
    .replace(SPINNER, "*")
    .replace(/([^\p{L}\p{N}])\1+/gu, "$1")
    .trim();

const SPINNER = /^\s*[\u2800-\u28FF✢✳✶✻✽✺∗◐◓◑◒]/;
const CLOCK = /\d+(?=\s?%|[smh]\b)/g;

// ↓ A full-screen program: a line is told when it vanishes.

const enter = (reading: Reading): void => {
  if (reading.full !== null) return;
  const look = (): void => frame(reading);
  const events = { leaves: () => undefined, falls: () => undefined, rises: look, clears: look };
  reading.full = { screen: blankScreen(reading.main.size, events), rows: [] };
};

const leave = (reading: Reading): void => {
  for (const line of unsettled(reading)) tell(reading, line);
  reading.full = null;
};

/** Called before a frame is drawn over the last one: tells what the last one had no place for any more. */
const frame = (reading: Reading): void => {
  const { full } = reading;
  if (full === null) return;
  for (const line of vanished(reading)) tell(reading, line);
  full.rows = standing(full.screen);
};

const vanished = ({ full, known }: Reading): string[] => {
  if (full === null) return [];
  const rows = standing(full.screen);
  const same = new Set(rows);
  // A line that only grew (typed or streamed text) is told when it is whole.
  return full.rows.filter(
    (line) =>
      !same.has(line) && !rows.some((row) => row.startsWith(line)) && !known.has(gist(line)),
  );
};

const standing = (screen: Screen): string[] =>
  screen.rows.map((row) => rowText(row).replace(/^[\s\u2500-\u257F]+|[\s\u2500-\u257F]+$/g, ""));

const unsettled = (reading: Reading): string[] =>
  reading.full === null ? unsettledRows(reading) : unsettledFrame(reading, reading.full.screen);

const unsettledFrame = (reading: Reading, screen: Screen): string[] => [
  ...vanished(reading),
  ...standing(screen)
    .filter((line) => line !== "" && !reading.known.has(gist(line)))
    .map(plain),
];

const unsettledRows = ({ main, begun, again, known }: Reading): string[] => {
  const open = main.rows.filter(
    (row) => row.shown === null || gist(row.shown) !== gist(rowText(row)),
  );
  const text = open.map((row) => (row.wrapped ? row.cells.join("") : `${rowText(row)}\n`)).join("");
  const lines = (begun + text).trimEnd();
  if (lines === "") return [];
  const clean = lines.split("\n").map(plain);
  return again ? clean.filter((line) => !known.has(gist(line))) : clean;
};
