// One cheap look at every session: the format that is asked for and the rows that come back. Pure.
// Variables that cost the server more than a microsecond stay out, but for the command in the foreground.

import { constants } from "node:os";
import type { Instant } from "../core/types.ts";
import type { Row, StartSpec } from "../engine/ports.ts";
import { HIDDEN } from "./tmux-settings.ts";

const NUMBERS = [
  "pane_pid",
  "pane_in_mode",
  "session_attached",
  "window_activity",
  "pane_pipe",
] as const;
const WORDS = ["pane_id", "@agents_mark", "session_name"] as const;
/** Nothing while it lives; then code and signal, of which one may be missing, or both. */
const DEAD = "#{?pane_dead,#{pane_dead_status} #{pane_dead_signal},}";
const COMMAND = "pane_current_command";
/** Activity has steps of a second. */
const OUTPUT_STEP_MS = 1_000;

/**
 * A program can put anything into its title and name, but it cannot guess this separator; still they come last.
 * `commands`: also what runs in the foreground, for which the server has to read /proc, pane by pane.
 */
export const lookFormat = (separator: string, commands: boolean): string => {
  const names = [...NUMBERS, ...WORDS, ...(commands ? [COMMAND] : []), "pane_title"];
  return [DEAD, ...names.map((name) => `#{${name}}`)].join(separator);
};

/** What one session option says of a pane of ours: fleet, run, hash, target, session, and the pane itself. */
export const markOf = (
  hex: string,
  spec: Pick<StartSpec, "run" | "hash" | "target" | "session">,
): string => [hex, spec.run, spec.hash, spec.target, spec.session, "#{pane_id}"].join(" ");

/** A row as the server tells it: a pane, not yet a session. */
export type PaneRow = Row & {
  readonly sessionName: string;
  readonly ownPane: string;
  /** Dead, but tmux does not know how yet. */
  readonly unexplained: boolean;
};

export type Reading = {
  readonly separator: string;
  /** As the format was asked for; where they were not, every row's command is "". */
  readonly commands: boolean;
  readonly hex: string;
  readonly at: Instant;
};

/** Reads rows; a line that is told again as it was is the same row as before. */
export const openRowReader = (): ((
  lines: readonly string[],
  reading: Reading,
) => readonly PaneRow[]) => {
  let before: ReadonlyMap<string, PaneRow> = new Map();
  return (lines, reading) => {
    const settled = new Map<string, PaneRow>();
    const rows = lines.flatMap((line) => {
      const row = before.get(line) ?? readRow(line, reading);
      // Within the second of its output, the same line may stand for another screen.
      if (row !== null && reading.at >= row.outputAt + OUTPUT_STEP_MS) settled.set(line, row);
      return row ?? [];
    });
    before = settled;
    return bySession(rows);
  };
};

/** Of a session that a person split, the pane we started, else its first. */
const bySession = (rows: readonly PaneRow[]): readonly PaneRow[] => {
  const sessions = new Map<string, PaneRow>();
  for (const row of rows) {
    if (row.sessionName === HIDDEN) continue;
    if (!sessions.has(row.sessionName) || row.pane === row.ownPane)
      sessions.set(row.sessionName, row);
  }
  return [...sessions.values()];
};

const readRow = (line: string, reading: Reading): PaneRow | null => {
  const parts = line.split(reading.separator);
  const [dead = "", pid, inMode, attached, activity, piped, pane = "", mark, sessionName = ""] =
    parts;
  const rest = parts.slice(1 + NUMBERS.length + WORDS.length);
  if (rest.length < (reading.commands ? 2 : 1)) return null;
  const command = reading.commands ? (rest.shift() ?? "") : "";
  const title = rest.join(reading.separator);
  const [hex, run = "", hash = "", target = "", session = "", ownPane = ""] =
    mark?.split(" ") ?? [];
  const ours = hex === reading.hex;
  const outputAt = Number(activity) * 1000;
  // Within that second, more may come without moving the key.
  const recent = reading.at < outputAt + OUTPUT_STEP_MS ? reading.at : "";
  return {
    session: ours ? session : sessionName,
    sessionName,
    ownPane: ours ? ownPane : "",
    pane,
    pid: Number(pid) > 0 ? Number(pid) : null,
    mark: ours ? { run, hash, target } : null,
    dead: dead === "" ? null : endOf(dead),
    unexplained: dead === " ",
    command,
    title,
    inMode: Number(inMode) > 0,
    attached: Number(attached) > 0,
    outputAt,
    key: [dead, pid, inMode, attached, activity, piped, title, recent].join(" "),
    piped: piped === "1",
  };
};

const endOf = (told: string): NonNullable<Row["dead"]> => {
  const [code, signal] = told.split(" ");
  return {
    code: code === "" ? null : Number(code),
    signal: signal === undefined || signal === "" ? null : signalName(signal),
  };
};

/** "9" on Linux, a name elsewhere: always "KILL". */
const signalName = (told: string): string => {
  const known = Object.entries(constants.signals).find(([, number]) => String(number) === told);
  return (known?.[0] ?? told).toUpperCase().replace(/^SIG/, "");
};
