// One cheap look at every session: the format that is asked for and the rows that come back. Pure.
// Variables that cost the server more than a microsecond stay out, but for the command in the foreground.

import { constants } from "node:os";
import type { Instant } from "../core/types.ts";
import type { Row } from "../engine/ports.ts";
import { HIDDEN } from "./tmux-settings.ts";

const NUMBERS = [
  "pane_pid",
  "pane_dead",
  "pane_dead_status",
  "pane_dead_signal",
  "pane_in_mode",
  "session_attached",
  "window_activity",
  "history_size",
  "cursor_x",
  "cursor_y",
  "alternate_on",
  "pane_pipe",
] as const;
const WORDS = [
  "pane_id",
  "@agents_fleet",
  "@agents_run",
  "@agents_hash",
  "@agents_target",
  "@agents_session",
  "@agents_pane",
] as const;
/** Free text comes last; the title, which the program writes, very last. */
const TEXTS = ["session_name", "pane_current_command"] as const;
const NAMES = [...NUMBERS, ...WORDS, ...TEXTS];

/** A program can put anything into its title and name, but it cannot guess this separator. */
export const lookFormat = (separator: string): string =>
  [...NAMES, "pane_title"].map((name) => `#{${name}}`).join(separator);

/** A row as the server tells it: a pane, not yet a session. */
export type PaneRow = Row & {
  readonly sessionName: string;
  readonly ownPane: string;
  /** Dead, but tmux does not know how yet. */
  readonly unexplained: boolean;
};

export type Reading = { readonly separator: string; readonly hex: string; readonly at: Instant };

/** Rows by session: of a session that a person split, the pane we started, else its first. */
export const readRows = (lines: readonly string[], reading: Reading): readonly PaneRow[] => {
  const bySession = new Map<string, PaneRow>();
  for (const line of lines) {
    const row = readRow(line, reading);
    if (row === null || row.sessionName === HIDDEN) continue;
    if (!bySession.has(row.sessionName) || row.pane === row.ownPane)
      bySession.set(row.sessionName, row);
  }
  return [...bySession.values()];
};

const readRow = (line: string, { separator, hex, at }: Reading): PaneRow | null => {
  const parts = line.split(separator);
  if (parts.length <= NAMES.length) return null;
  const told = new Map(NAMES.map((name, index) => [name, parts[index] ?? ""]));
  const text = (name: (typeof NAMES)[number]): string => told.get(name) ?? "";
  const yes = (name: (typeof NUMBERS)[number]): boolean => Number(text(name)) > 0;
  const title = parts.slice(NAMES.length).join(separator);
  const ours = text("@agents_fleet") === hex && text("@agents_run") !== "";
  const dead = yes("pane_dead");
  const code = text("pane_dead_status");
  const signal = text("pane_dead_signal");
  const outputAt = Number(text("window_activity")) * 1000;
  return {
    session: ours ? text("@agents_session") : text("session_name"),
    sessionName: text("session_name"),
    ownPane: text("@agents_pane"),
    pane: text("pane_id"),
    pid: yes("pane_pid") ? Number(text("pane_pid")) : null,
    mark: ours
      ? { run: text("@agents_run"), hash: text("@agents_hash"), target: text("@agents_target") }
      : null,
    dead: dead
      ? {
          code: code === "" ? null : Number(code),
          signal: signal === "" ? null : signalName(signal),
        }
      : null,
    unexplained: dead && code === "" && signal === "",
    command: text("pane_current_command"),
    title,
    inMode: yes("pane_in_mode"),
    attached: yes("session_attached"),
    outputAt,
    // Activity has steps of a second: within that second, more may come without moving the key.
    key: [...parts.slice(0, NUMBERS.length), title, at < outputAt + 1000 ? at : ""].join(" "),
    piped: yes("pane_pipe"),
  };
};

/** "9" on Linux, a name elsewhere: always "KILL". */
const signalName = (told: string): string => {
  const known = Object.entries(constants.signals).find(([, number]) => String(number) === told);
  return (known?.[0] ?? told).toUpperCase().replace(/^SIG/, "");
};
