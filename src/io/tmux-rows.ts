// The rows of all panes, with what runs in the foreground of each. That last word costs the server more than
// all the others, and no event tells of it: it is asked again after anything moved anywhere, and now and then.

import type { Result } from "../engine/ports.ts";
import { fine, type Asking } from "./tmux-ask.ts";
import type { PaneRow } from "./tmux-look.ts";
import type { Up } from "./tmux-server.ts";

/** A program may start another without a word, a while after it last wrote. */
const AFTER_MOVE_MS = 5_000;
const AT_LEAST_EVERY_MS = 5_000;

export const openRows = (asking: Asking): ((up: Up) => Promise<Result<readonly PaneRow[]>>) => {
  let before: ReadonlyMap<string, PaneRow> = new Map();
  let movedAt = Number.NEGATIVE_INFINITY;
  let wholeAt = Number.NEGATIVE_INFINITY;
  const completions = new WeakMap<PaneRow, PaneRow>();

  const completed = (row: PaneRow, running: string): PaneRow => {
    const known = completions.get(row);
    if (known?.command === running) return known;
    const whole = { ...row, command: running };
    completions.set(row, whole);
    return whole;
  };

  const whole = async (up: Up): Promise<Result<readonly PaneRow[]>> => {
    const rows = await asking.panes(up, { commands: true });
    if (!rows.ok) return rows;
    wholeAt = asking.spec.steady();
    if (hasMoved(rows.value, before)) movedAt = wholeAt;
    before = new Map(rows.value.map((row) => [row.pane, row]));
    return rows;
  };

  return async (up) => {
    const now = asking.spec.steady();
    if (now - movedAt < AFTER_MOVE_MS || now - wholeAt >= AT_LEAST_EVERY_MS) return whole(up);
    const rows = await asking.panes(up, { commands: false });
    if (!rows.ok) return rows;
    if (hasMoved(rows.value, before)) return whole(up);
    return fine(rows.value.map((row) => completed(row, before.get(row.pane)?.command ?? "")));
  };
};

const hasMoved = (rows: readonly PaneRow[], before: ReadonlyMap<string, PaneRow>): boolean =>
  rows.length !== before.size || rows.some((row) => before.get(row.pane)?.key !== row.key);
