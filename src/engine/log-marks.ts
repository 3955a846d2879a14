// How long each log was at what time: a pane's log is bytes without a clock, and `agents logs --since` needs one. One
// line a minute for all logs that grew, bounded. What cannot be written is missed, and nothing else.

import { join } from "node:path";
import type { Millis } from "../config/config.ts";
import type { Instant } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { isRaw } from "./memory-version.ts";
import { rotate } from "./rotate.ts";

export const markEveryMs: Millis = 60_000;
/** Bytes of one file, and files kept: a day of two hundred busy panes. */
const fileBytes = 4 * 1024 * 1024;
const filesKept = 2;

export type LogMark = { readonly at: Instant; readonly size: number };
export type Marks = (
  logs: readonly { readonly session: string; readonly path: string }[],
  logDir: string,
  at: Instant,
) => void;

export function openMarks(disk: Disk): Marks {
  const known = new Map<string, number>();
  let last: Instant | null = null;
  return (logs, logDir, at) => {
    if (logs.length === 0) return;
    if (last !== null && at >= last && at < last + markEveryMs) return;
    last = at;
    const sizes = logs.flatMap(({ session, path }) => {
      const size = disk.size(path);
      const now = size.ok ? (size.value ?? 0) : null;
      if (now === null || known.get(session) === now) return [];
      known.set(session, now);
      return [[session, now] as const];
    });
    if (sizes.length === 0) return;
    const path = marksPath(logDir);
    const size = disk.size(path);
    if (size.ok && (size.value ?? 0) > fileBytes) rotate(disk, path, filesKept);
    disk.append(path, `\n${JSON.stringify({ at, sizes: Object.fromEntries(sizes) })}`);
  };
}

/** Of one log, oldest first. */
export function marksOf(disk: Disk, logDir: string, session: string): readonly LogMark[] {
  const path = marksPath(logDir);
  return [`${path}.1`, path].flatMap((one) => {
    const read = disk.read(one);
    const text = read.ok && read.value !== null ? new TextDecoder().decode(read.value) : "";
    return text.split("\n").flatMap((row) => markIn(row, session));
  });
}

function markIn(row: string, session: string): readonly LogMark[] {
  // Of two hundred sessions most rows say nothing of this one.
  if (!row.includes(JSON.stringify(session))) return [];
  try {
    const value: unknown = JSON.parse(row);
    const sizes = isRaw(value) ? value["sizes"] : null;
    const size = isRaw(sizes) ? sizes[session] : null;
    const at = isRaw(value) ? value["at"] : null;
    return typeof at === "number" && typeof size === "number" ? [{ at, size }] : [];
  } catch {
    return [];
  }
}

function marksPath(logDir: string): string {
  return join(logDir, "log-marks.jsonl");
}
