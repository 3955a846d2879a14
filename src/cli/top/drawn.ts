// What to write so that a terminal which shows one frame shows the next: only the rows that differ, as one
// piece, so that nothing flickers. Pure text.

import { stripVTControlCharacters } from "node:util";
import { textWidth } from "../table.ts";
import type { Frame } from "./frame.ts";

/** Terminals that know it show all of it at once; others pass over it. */
const BEGIN = "\u001B[?2026h";
const END = "\u001B[?2026l";
const CLEAR = "\u001B[0m\u001B[2J";
const HIDE = "\u001B[?25l";
const SHOW = "\u001B[?25h";

/** `before` null: nobody knows what stands there. "" when nothing differs. */
export function drawn(before: Frame | null, after: Frame, columns: number): string {
  const rows = after.lines.flatMap((line, row) =>
    line === before?.lines[row] ? [] : [`${at(row, 0)}${line}${ended(line, columns)}`],
  );
  const cursor = after.cursor;
  const moved = before?.cursor?.row !== cursor?.row || before?.cursor?.column !== cursor?.column;
  if (before !== null && rows.length === 0 && !moved) return "";
  const shown = cursor === null ? "" : `${at(cursor.row, cursor.column)}${SHOW}`;
  return `${BEGIN}${HIDE}${before === null ? CLEAR : ""}${rows.join("")}${shown}${END}`;
}

function at(row: number, column: number): string {
  return `\u001B[${row + 1};${column + 1}H`;
}

/** Nothing is erased behind a full row: the cursor still stands on its last character. */
function ended(line: string, columns: number): string {
  return textWidth(stripVTControlCharacters(line)) < columns ? "\u001B[0m\u001B[K" : "\u001B[0m";
}
