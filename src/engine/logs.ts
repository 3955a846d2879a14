// The logs of living panes: opened again when their writer died or the file was taken away, begun anew when they
// are big. It decides nothing about agents and waits for nothing: what it began is told at a later look.

import type { Config, Millis } from "../config/config.ts";
import type { Instant } from "../core/types.ts";
import { logOf } from "./log-path.ts";
import type { Disk } from "./disk.ts";
import type { Entry } from "./journal.ts";
import { openMarks } from "./log-marks.ts";
import type { Row, Terminal } from "./ports.ts";
import { rotate } from "./rotate.ts";

/**
 * Of one file, once its pane is quiet: what tmux has not handed to the old writer yet, a few kilobytes in a flood,
 * is lost with it. `mostBytes`: then it is begun anew all the same. A flood may run over it until the next look.
 */
export const logBytes = 10 * 1024 * 1024;
export const mostBytes = 2 * logBytes;
/** The one being written among them. */
export const logFilesKept = 5;
/** tmux tells output in steps of a second. */
const OUTPUT_STEP_MS: Millis = 1_000;
/** A log that closes again and again, as on a full disk, is opened this often. */
const REOPEN_MS: Millis = 10_000;

export type Logs = {
  /** `due`: a log will be full by then, so that somebody should look. */
  tend(
    rows: readonly Row[],
    config: Pick<Config, "logDir">,
    at: Instant,
  ): { readonly told: readonly Entry[]; readonly due: Instant | null };
};

/** Of one incarnation. */
type Known = {
  readonly at: Instant;
  readonly size: number | null;
  readonly opening: boolean;
  readonly notBefore: Instant;
};

const NEW: Known = { at: 0, size: null, opening: false, notBefore: 0 };

export function openLogs(terminal: Pick<Terminal, "pipe">, disk: Disk): Logs {
  const known = new Map<string, Known>();
  const mark = openMarks(disk);
  let told: Entry[] = [];

  const open = async (log: Log, at: Instant, why: string): Promise<void> => {
    const { run, target, session, path } = log;
    known.set(run, { at, size: 0, opening: true, notBefore: 0 });
    const opened = await terminal.pipe(session, run, path);
    const again = why !== FULL || !opened.ok;
    known.set(run, { at, size: 0, opening: false, notBefore: again ? at + REOPEN_MS : at });
    if (!again) return;
    const because = opened.ok
      ? `its log ${why}; it is open again`
      : `its log ${why} and cannot be opened: ${opened.failure}`;
    const id = `${target}.log.${at.toString(36)}`;
    told.push({ at, agent: target, event: "log", because, seen: "", did: "pipe", id });
  };

  const tendOne = (log: Log, row: Row, at: Instant): Instant | null => {
    const before = known.get(log.run) ?? NEW;
    if (before.opening || at < before.notBefore) return null;
    if (!row.piped) {
      void open(log, at, "was closed");
      return null;
    }
    const grows = before.size === null || row.outputAt + OUTPUT_STEP_MS >= before.at;
    if (!grows && (before.size ?? 0) <= logBytes) return null;
    const size = disk.size(log.path);
    if (!size.ok) return null;
    if (size.value === null) {
      if (isTaken(disk, log.path, before)) void open(log, at, "was taken away");
      return null;
    }
    const quiet = row.outputAt + OUTPUT_STEP_MS < at;
    const full = size.value > (quiet ? logBytes : mostBytes);
    if (full && rotate(disk, log.path, logFilesKept).ok) {
      void open(log, at, FULL);
      return null;
    }
    known.set(log.run, { ...NEW, at, size: size.value });
    return fullAt(before, size.value, at);
  };

  return {
    tend: (rows, config, at) => {
      const living = rows.flatMap((row) => logsOf(row, config));
      const due = living.flatMap(({ log, row }) => tendOne(log, row, at) ?? []);
      mark(
        living.map(({ log }) => log),
        config.logDir,
        at,
      );
      forgetOthers(known, new Set(living.map(({ log }) => log.run)));
      const news = told;
      told = [];
      return { told: news, due: due.length === 0 ? null : Math.min(...due) };
    },
  };
}

const FULL = "is full";

type Log = {
  readonly run: string;
  readonly target: string;
  readonly session: string;
  readonly path: string;
};

function logsOf(
  row: Row,
  config: Pick<Config, "logDir">,
): readonly { readonly log: Log; readonly row: Row }[] {
  if (row.mark === null || row.dead !== null) return [];
  const { session, mark } = row;
  const { run, target } = mark;
  return [{ row, log: { run, target, session, path: logOf(config, session) } }];
}

/** It was there, or somebody died between moving it and opening the next. */
function isTaken(disk: Disk, path: string, before: Known): boolean {
  const last = disk.size(`${path}.1`);
  return before.size !== null || (last.ok && last.value !== null);
}

/** At the speed at which it grew since the last look. */
function fullAt(before: Known, size: number, at: Instant): Instant | null {
  if (before.size === null || size <= before.size || at <= before.at) return null;
  const speed = (size - before.size) / (at - before.at);
  return at + Math.max(OUTPUT_STEP_MS, Math.ceil((mostBytes - size) / speed));
}

function forgetOthers(known: Map<string, Known>, runs: ReadonlySet<string>): void {
  for (const run of known.keys()) if (!runs.has(run)) known.delete(run);
}
