// What stands in a program's input line: asked before typing, so that no draft is spoiled, and after
// it, as a receipt.

import type { Backend } from "../config/config.ts";
import { hitsIn, rowsOf } from "./rows.ts";
import type { Pane } from "./types.ts";

/** The text in the input line, "" when it is empty; null when the backend declares none or none is drawn. */
export function typedText(backend: Backend, pane: Pane): string | null {
  if (backend.input === null || pane.screen === null) return null;
  const hit = hitsIn(rowsOf(pane.screen.text), [backend.input], 0).at(-1);
  return hit === undefined ? null : (hit.groups["text"] ?? "").trim();
}
