// A line of a screen, made of painted pieces and fitted to a width. Colour never counts as width, and what
// does not fit ends in an ellipsis. Pure text.

import { characters, characterWidth, fit, isNarrow, textWidth } from "../table.ts";

export type Ink = (text: string) => string;
export type Piece = { readonly text: string; readonly ink: Ink };

export const bare: Ink = (text) => text;

export function piece(text: string, ink: Ink = bare): Piece {
  return { text, ink };
}

/** Exactly as wide as asked: `left` gives way to `right`, which is left out where not even it fits. */
export function lineOf(
  width: number,
  left: readonly Piece[],
  right: readonly Piece[] = [],
): string {
  const ends = widthOf(right);
  const kept = ends === 0 || ends > width ? [] : right;
  const taken = kept.length === 0 ? 0 : ends + 1;
  const begin = cut(left, width - taken);
  const gap = width - widthOf(begin) - (kept.length === 0 ? 0 : ends);
  return `${painted(begin)}${" ".repeat(Math.max(0, gap))}${painted(kept)}`;
}

/** As text without colour, for what is shown inverted as a whole. */
export function unpainted(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map(({ text }) => piece(text));
}

/** Exactly as wide as asked. */
export function cell(text: string, width: number, align: "left" | "right"): string {
  const fitted = fit(text, width);
  const padding = " ".repeat(Math.max(0, width - textWidth(fitted)));
  return align === "left" ? `${fitted}${padding}` : `${padding}${fitted}`;
}

/** The rows that a line takes when nothing of it may be lost. */
export function wrapped(text: string, width: number): readonly string[] {
  const room = Math.max(1, width);
  if (textWidth(text) <= room) return [text];
  if (isNarrow(text)) return text.match(new RegExp(`.{1,${room}}`, "gs")) ?? [];
  const rows: string[] = [];
  let row = "";
  let taken = 0;
  for (const character of characters(text)) {
    const more = characterWidth(character);
    if (taken + more > room) {
      rows.push(row);
      row = "";
      taken = 0;
    }
    row += character;
    taken += more;
  }
  return [...rows, row];
}

function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + textWidth(text), 0);
}

function cut(pieces: readonly Piece[], width: number): readonly Piece[] {
  const kept: Piece[] = [];
  let left = width;
  for (const { text, ink } of pieces) {
    if (left <= 0) break;
    const fitted = fit(text, left);
    kept.push({ text: fitted, ink });
    if (fitted !== text) break;
    left -= textWidth(text);
  }
  return kept;
}

function painted(pieces: readonly Piece[]): string {
  return pieces.map(({ text, ink }) => ink(text)).join("");
}
