// One screen of `agents top`, as lines: what is known, what is chosen, and a size give exactly so many rows of
// exactly so many columns. Pure; whatever an agent printed was washed before it came here.

import { textWidth } from "../table.ts";
import { cells, columnsFor, GLYPHS, inkOf, MARK_WIDTH, titles } from "./columns.ts";
import { footOf } from "./foot.ts";
import { headOf } from "./head.ts";
import { helpLines } from "./help.ts";
import { lineOf, type Piece, piece, unpainted, wrapped } from "./line.ts";
import type { Looks, Model, Size } from "./model.ts";
import type { Row } from "./rows.ts";
import type { View } from "./view.ts";

export type Frame = {
  readonly lines: readonly string[];
  /** Where the person types, from 0; null when he does not. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
};

export function frame(model: Model, view: View, looks: Looks): Frame {
  const { rows, columns } = looks.size;
  const body = bodyOf(model, view, looks).slice(0, Math.max(0, rows - 1));
  const blank = Array.from({ length: Math.max(0, rows - 1 - body.length) }, () => "");
  const [foot, typed] = footOf(view, looks);
  const lines = [...body, ...blank.map(() => lineOf(columns, [])), foot].slice(0, rows);
  const spoken = lines.map((line) => line.replaceAll(GLYPHS.more, looks.glyphs.more));
  const column = Math.min(typed ?? 0, columns - 1);
  return { lines: spoken, cursor: typed === null ? null : { row: lines.length - 1, column } };
}

/** How many rows of the table, and of the log, a terminal of this size shows. */
export function pageOf(model: Model, view: View, looks: Looks): number {
  const { rows } = looks.size;
  if (view.mode.is === "logs") return Math.max(1, rows - 2);
  const least = previewLeast(rows);
  const most = Math.max(1, rowsLeft(model, view, looks) - least);
  // What a small fleet does not need goes to the preview. Everybody counts, so that a filter moves nothing.
  return least === 0 ? most : Math.min(most, model.all.length + 1);
}

const PREVIEW_FROM = 16;
const PREVIEW_SHARE = 3;

/** For the table and the preview together: without the head, the titles and the last two lines. */
function rowsLeft(model: Model, view: View, looks: Looks): number {
  return looks.size.rows - headOf(model, { view, page: 1 }, looks).length - 3;
}

/** With the rule above it. */
function previewLeast(rows: number): number {
  return rows < PREVIEW_FROM ? 0 : Math.max(7, Math.floor(rows / PREVIEW_SHARE));
}

function bodyOf(model: Model, view: View, looks: Looks): readonly string[] {
  if (view.mode.is === "help") return helpLines(looks);
  if (view.mode.is === "logs") return logLines(model, { view, back: view.mode.back }, looks);
  const page = pageOf(model, view, looks);
  const table = tableOf(model, view, { looks, page });
  return [
    ...headOf(model, { view, page }, looks),
    ...table,
    ...previewOf(model, view, { looks, rows: rowsLeft(model, view, looks) - page }),
    latest(model, looks),
  ];
}

// ↓ The table.

type Paged = { readonly looks: Looks; readonly page: number };

function tableOf(model: Model, view: View, { looks, page }: Paged): readonly string[] {
  const { size, paint } = looks;
  const columns = columnsFor(size.columns, model.all);
  const end = view.first + page;
  const header = lineOf(size.columns, [
    piece(`${" ".repeat(MARK_WIDTH)}${titles(columns)}`, paint.dim),
  ]);
  const shown = model.rows.slice(view.first, end).map((row) => {
    const lastLine = model.lastLines.get(row.name) ?? "";
    const told = { row, lastLine, now: model.now };
    return rowLine(cells(columns, told, looks), row.name === view.chosen, looks);
  });
  const nobody =
    view.filter === ""
      ? "  nobody is declared"
      : `  nobody matches "${view.filter}"; esc clears the filter`;
  const rows = shown.length === 0 ? [lineOf(size.columns, [piece(nobody, paint.dim)])] : shown;
  const blank = Array.from({ length: Math.max(0, page - rows.length) }, () =>
    lineOf(size.columns, []),
  );
  return [header, ...rows, ...blank];
}

function rowLine(row: readonly Piece[], chosen: boolean, { size, paint, glyphs }: Looks): string {
  if (!chosen) return lineOf(size.columns, [piece(" ".repeat(MARK_WIDTH)), ...row]);
  const mark = piece(glyphs.mark.padEnd(MARK_WIDTH));
  return paint.inverse(lineOf(size.columns, [mark, ...unpainted(row)]));
}

// ↓ The chosen one, and what happened last.

type Left = { readonly looks: Looks; readonly rows: number };

function previewOf(model: Model, view: View, { looks, rows }: Left): readonly string[] {
  const { size, paint, glyphs } = looks;
  const room = rows - 1;
  if (room < 0) return [];
  const row = model.rows.find(({ name }) => name === view.chosen);
  const rule = (count: number): Piece => piece(glyphs.rule.repeat(Math.max(0, count)), paint.dim);
  if (row === undefined) return [lineOf(size.columns, [rule(size.columns)]), ...blanks(room, size)];
  const facts = [row.kind, row.backend, row.model, startsOf(row)].filter((fact) => fact !== "");
  const known = ` ${facts.join(` ${glyphs.dot} `)} `;
  const name = ` ${row.name} `;
  const left = size.columns - textWidth(name) - textWidth(known) - 4;
  const title = [rule(2), piece(name, paint.bold), rule(left), piece(known, paint.dim), rule(2)];
  const why = row.why === "" ? [] : wrapped(row.why, size.columns - 2).slice(0, 2);
  const reason = why.map((text) =>
    lineOf(size.columns, [piece(` ${text}`, inkOf(row.tone, paint))]),
  );
  const screen = ending(model.printed, {
    rows: room - reason.length,
    back: 0,
    columns: size.columns - 2,
  });
  const shown = screen.map((text) => lineOf(size.columns, [piece(` ${text}`)]));
  return [
    lineOf(size.columns, title),
    ...reason,
    ...shown,
    ...blanks(room - reason.length - shown.length, size),
  ];
}

function startsOf({ agent }: Row): string {
  if (agent === null || agent.starts === 0) return "";
  return agent.starts === 1 ? "started once" : `started ${agent.starts} times`;
}

function blanks(count: number, size: Size): readonly string[] {
  return Array.from({ length: Math.max(0, count) }, () => lineOf(size.columns, []));
}

type Window = { readonly rows: number; readonly back: number; readonly columns: number };

/** How far back a log can be scrolled: until its first lines fill the page. */
export function scrollOf({ printed }: Model, { rows, columns }: Size): number {
  let room = rows - 2;
  let first = 0;
  while (first < printed.length && room > 0) {
    room -= wrapped(printed[first] ?? "", columns - 1).length;
    first += room >= 0 ? 1 : 0;
  }
  return Math.max(0, printed.length - first);
}

/** The last rows of the lines without so many at the end, long ones wrapped; no more is looked at than is shown. */
function ending(lines: readonly string[], { rows, back, columns }: Window): readonly string[] {
  let shown: readonly string[] = [];
  for (let at = lines.length - 1 - back; at >= 0 && shown.length < rows; at -= 1) {
    shown = [...wrapped(lines[at] ?? "", columns), ...shown];
  }
  return shown.slice(Math.max(0, shown.length - rows));
}

function logLines(
  { printed, rows: all }: Model,
  { view, back }: { readonly view: View; readonly back: number },
  { size, paint }: Looks,
): readonly string[] {
  const state = all.find(({ name }) => name === view.chosen)?.state ?? "";
  const where = back === 0 ? "at the end, more comes by itself " : `${back} lines before the end `;
  const title = lineOf(
    size.columns,
    [
      piece(` ${view.chosen ?? ""}`, paint.bold),
      piece(`  ${state}  the last ${printed.length} lines`, paint.dim),
    ],
    [piece(where, paint.dim)],
  );
  const shown = ending(printed, { rows: size.rows - 2, back, columns: size.columns - 1 });
  return [title, ...shown.map((text) => lineOf(size.columns, [piece(text)]))];
}

function latest({ latest: text, note }: Model, { size, paint }: Looks): string {
  if (note === null) return lineOf(size.columns, [piece(` ${text}`, paint.dim)]);
  return lineOf(size.columns, [piece(` ${note.text}`, note.wrong ? paint.red : paint.bold)]);
}
