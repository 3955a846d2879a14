// A menu that took the input line's place: what is typed then is lost in it, or answers it. Some programs open one by
// themselves at a usage limit. Read from the screen alone; whether it may be closed is decided elsewhere.

import { choiceNamed, dialogOf, keyTo } from "./choices.ts";
import { hitsIn, rowsOf } from "./rows.ts";
import type { Backend } from "../config/config.ts";
import type { Action, Pane } from "./types.ts";

/** A question is drawn, and no input line below it. */
export function isMenuOpen({ screen, input }: Backend, pane: Pane | "gone" | "unseen"): boolean {
  if (typeof pane === "string" || pane.screen === null) return false;
  const rows = rowsOf(pane.screen.text);
  const asked = hitsIn(rows, screen.asking, 0).at(-1);
  const line = input === null ? undefined : hitsIn(rows, [input], 0).at(-1);
  return asked !== undefined && (line === undefined || line.end < asked.end);
}

type Closing = Pick<Extract<Action, { do: "press" }>, "keys" | "dialog">;

/**
 * What is pressed next to close it: on the way to the choice that its backend names, else the backend's own keys. Null
 * where neither is known.
 */
export function closes(backend: Backend, pane: Pane, presses: number): Closing | null {
  const { decline, dismiss, submit } = backend.keys;
  const dialog = decline === "" ? null : dialogOf(backend, pane.screen?.text ?? "");
  const choice = dialog === null ? null : choiceNamed(dialog, decline);
  if (dialog !== null && choice !== null) {
    const { key } = keyTo(dialog, choice, { presses, submit });
    return { keys: [key], dialog: { id: dialog.id, backend: backend.name } };
  }
  return dismiss.length === 0 ? null : { keys: dismiss };
}
