// A sentence about a key becomes a Problem: placed in the text, with the lines around it.

import type { Problem } from "./config.ts";
import { type Path, type Place, whereIn } from "./where.ts";

/** What is wrong with the value at a path; the sentence stands for itself. */
export type Complaint = { readonly path: Path; readonly message: string };

export type Source = { readonly path: string; readonly text: string };

/** Lines shown above the one that is meant. */
const FRAME_ABOVE = 2;
/** A longer line is cut: a prompt can be one line of many thousand characters. */
const FRAME_WIDTH = 160;

/** Problems in the order of the file, each once. */
export function placed(source: Source, complaints: readonly Complaint[]): readonly Problem[] {
  if (complaints.length === 0) return [];
  const where = whereIn(source.text);
  const problems = complaints.map(({ path, message }) => problemAt(source, where(path), message));
  const seen = new Set<string>();
  return problems
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .filter(({ line, message }) => {
      const key = `${line} ${message}`;
      return !seen.has(key) && seen.add(key);
    });
}

export function problemAt(
  source: Pick<Source, "path" | "text">,
  place: Place,
  message: string,
): Problem {
  return { file: source.path, ...place, message, frame: frame(source.text, place) };
}

function frame(text: string, { line, column }: Place): string {
  const lines = text.split("\n", line).map((shown) => shown.replace(/\r$/, ""));
  if (lines.length < line || text === "") return "";
  const first = Math.max(1, line - FRAME_ABOVE);
  const width = String(line).length;
  const shown = lines
    .slice(first - 1)
    .map(
      (words, index) => `${String(first + index).padStart(width)} | ${words.slice(0, FRAME_WIDTH)}`,
    );
  const caret = column > FRAME_WIDTH ? [] : [`${" ".repeat(width)} | ${" ".repeat(column - 1)}^`];
  return [...shown.map((row) => row.trimEnd()), ...caret].join("\n");
}
