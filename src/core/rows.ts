// The rows of a screen and the patterns that match them. Blank rows at the bottom are no rows, and a window of
// "the last 10" counts the rows that say something: a fresh pane has its text at the top. Nothing here throws.

import type { Rule } from "../config/config.ts";

/** As much of the end of a screen as is ever looked at. */
const MOST_ROWS = 200;
const MOST_CHARS = 64 * 1024;
/** The longest piece of a screen that is kept in Memory or shown. */
export const LONGEST_QUOTE = 300;

export type Rows = {
  readonly text: string;
  /** Where each row begins that is not blank. */
  readonly starts: readonly number[];
};

export type Hit = {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
};

/** The end of a screen without control bytes and without the blank rows below its text. */
export function rowsOf(screen: string): Rows {
  const clean = screen.replaceAll(/\r\n?/g, "\n").replaceAll(/[\0-\x09\x0b-\x1f\x7f-\x9f]/g, " ");
  const text = lastRows(clean.trimEnd().slice(-MOST_CHARS));
  return { text, starts: startsOf(text) };
}

function lastRows(text: string): string {
  let at = text.length;
  for (let rows = 0; rows < MOST_ROWS; rows++) {
    const above = at === 0 ? -1 : text.lastIndexOf("\n", at - 1);
    if (above < 0) return text;
    at = above;
  }
  return text.slice(at + 1);
}

const WORD = /\S/g;

/** Asked of every screen that moved: it makes nothing but the list. */
function startsOf(text: string): readonly number[] {
  const starts: number[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    WORD.lastIndex = start;
    if (!WORD.test(text)) break;
    if (end < 0 || WORD.lastIndex <= end) starts.push(start);
    if (end < 0) break;
    start = end + 1;
  }
  return starts;
}

/** Where the last `count` rows begin. */
export function fromBottom(rows: Rows, count: number): number {
  return rows.starts.at(-Math.max(1, count)) ?? 0;
}

/** Every match of these rules at or below `from`, each within its own window of rows, topmost first. */
export function hitsIn(rows: Rows, rules: readonly Rule[], from: number): readonly Hit[] {
  const found = rules.flatMap((rule) =>
    matches(rows, rule, Math.max(from, rule.rows === null ? 0 : fromBottom(rows, rule.rows))),
  );
  return found.sort((a, b) => a.start - b.start);
}

/** The words of these rows on one line, without box edges, cut to a length fit to keep. */
export function quote(text: string): string {
  return text
    .replaceAll(/[\u2500-\u257f\u2580-\u259f\s]+/g, " ")
    .trim()
    .slice(0, LONGEST_QUOTE);
}

/** Where the row begins that holds this place. */
export function rowStart(rows: Rows, at: number): number {
  return at === 0 ? 0 : rows.text.lastIndexOf("\n", at - 1) + 1;
}

/** Where the row ends that holds this place. */
export function rowEnd(rows: Rows, at: number): number {
  const end = rows.text.indexOf("\n", at);
  return end === -1 ? rows.text.length : end;
}

function matches(rows: Rows, rule: Rule, from: number): readonly Hit[] {
  const pattern = compiled(rule);
  const found: Hit[] = [];
  pattern.lastIndex = from;
  // The whole text stays in view, so that a pattern may look behind the window's edge.
  for (let match = pattern.exec(rows.text); match !== null; match = pattern.exec(rows.text)) {
    found.push({
      rule,
      start: match.index,
      end: match.index + match[0].length,
      groups: match.groups ?? {},
    });
    if (match[0] === "") pattern.lastIndex += 1;
  }
  return found;
}

const patterns = new WeakMap<Rule, RegExp>();
const NEVER = /(?!)/g;

function compiled(rule: Rule): RegExp {
  const known = patterns.get(rule);
  if (known !== undefined) return known;
  const made = newPattern(rule);
  patterns.set(rule, made);
  return made;
}

function newPattern(rule: Rule): RegExp {
  try {
    return new RegExp(rule.re, [...new Set(`gm${rule.flags}`.replace("y", ""))].join(""));
  } catch {
    // The config refuses such a pattern; a screen that nothing matches is the safe reading of one that got here.
    return NEVER;
  }
}
