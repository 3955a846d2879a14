// Where on a screen the newest question stands: from its first words, or from the border above them, to the end.
// Shared by who judges a screen and by who reads its choices, so that both mean the same dialog.

import { fromBottom, hitsIn, rowStart } from "./rows.ts";
import type { Hit, Rows } from "./rows.ts";
import type { Rule } from "../config/config.ts";

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
