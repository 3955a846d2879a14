// A menu that took the input line's place: what is typed then is lost in it, or answers it. Some programs open one by
// themselves at a usage limit. Read from the screen alone; whether it may be closed is decided elsewhere.

import { hitsIn, rowsOf } from "./rows.ts";
import type { Backend } from "../config/config.ts";
import type { Pane } from "./types.ts";

/** A question is drawn, and no input line below it. */
export function isMenuOpen({ screen, input }: Backend, pane: Pane | "gone" | "unseen"): boolean {
  if (typeof pane === "string" || pane.screen === null) return false;
  const rows = rowsOf(pane.screen.text);
  const asked = hitsIn(rows, screen.asking, 0).at(-1);
  const line = input === null ? undefined : hitsIn(rows, [input], 0).at(-1);
  return asked !== undefined && (line === undefined || line.end < asked.end);
}
