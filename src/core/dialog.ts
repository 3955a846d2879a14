// Where on a screen the newest question stands: from its first words, or from the border above them, to the end.
// Shared by who judges a screen and by who reads its choices, so that both mean the same dialog.

import { fromBottom, hitsIn, rowEnd, rowsOf, rowStart } from "./rows.ts";
import type { Hit, Rows } from "./rows.ts";
import type { Backend, Rule } from "../config/config.ts";

/** The tallest question that is read. */
const DIALOG_ROWS = 30;

/** `hit` is a word of it; the dialog may begin above, at another one. */
export function dialogAt(
  rows: Rows,
  asking: readonly Rule[],
  hit: Hit,
): { readonly top: Hit; readonly start: number } {
  const from = fromBottom(rows, DIALOG_ROWS);
  const top = hitsIn(rows, asking, from)[0] ?? hit;
  const above = rows.text.slice(from, top.start);
  const border = [...above.matchAll(/^.*[─━═▔▁]{10,}.*$/gm)].at(-1);
  const start =
    border === undefined ? rowStart(rows, top.start) : top.start - above.length + border.index;
  return { top, start };
}

type Asker = Pick<Backend, "screen" | "input">;

/** The newest word of a question that took the input line's place: with one below it, it was answered or only told of. */
export function openQuestion({ screen, input }: Asker, rows: Rows): Hit | null {
  const hit = hitsIn(rows, screen.asking, 0).at(-1);
  const line = input === null ? undefined : hitsIn(rows, [input], 0).at(-1);
  return hit === undefined || (line !== undefined && line.end > hit.end) ? null : hit;
}

/** The row of it, by which two looks at one screen are compared. */
export function questionRow(asker: Asker, text: string): string | null {
  const rows = rowsOf(text);
  const hit = openQuestion(asker, rows);
  return hit === null ? null : rows.text.slice(rowStart(rows, hit.start), rowEnd(rows, hit.end));
}
