// The files that people and CLIs keep and the engine reads: prompts, status files, a CLI's own signal file.
// An unchanged file is the same object, so that a look costs a stat. It never blocks, and what it cannot
// read is `unseen`, never `missing`.

import { statSync } from "node:fs";
import type { Backend, Signal } from "../config/config.ts";
import type { FileSeen, Instant, SignalSeen } from "../core/types.ts";
import type { Files, Result } from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import { readRegular, stampOf } from "./read-file.ts";

/** Nobody's prompt or status file; larger ones stay unseen. */
export const fileBytes = 1024 * 1024;
/** Files remembered; the one least recently read is forgotten. */
const cached = 1000;
/** A file written this recently may be written again within one step of its clock, unnoticed by its stamp. */
const racyMs = 2000;
/** Process start times and file times come from different clocks. */
const clockSlackMs = 2000;
const textLength = 4096;

export type FilesSpec = {
  readonly home: string;
  readonly now: () => Instant;
  /** When that process began; null where the system does not say. */
  readonly startedAt: (pid: number) => Instant | null;
};

type Kept = { readonly stamp: string | null; readonly seen: FileSeen; readonly mtimeMs: number };

export function openFiles({ home, now, startedAt }: FilesSpec): Files {
  const kept = new Map<string, Kept>();
  const look = (path: string): Kept => {
    const before = kept.get(path);
    const stamp = stampNow(path);
    const unchanged = stamp !== null && before?.stamp === stamp;
    const found = unchanged ? before : read(path, now());
    const same = before !== undefined && sameSeen(before.seen, found.seen);
    const entry = same ? { ...found, seen: before.seen } : found;
    kept.delete(path);
    kept.set(path, entry);
    if (kept.size > cached) kept.delete(kept.keys().next().value ?? path);
    return entry;
  };
  return {
    read: (path) => look(path).seen,
    write: (path, text): Result<null> =>
      text === null ? realDisk.remove(path) : realDisk.write(path, text),
    signal: (backend: Backend, place) => {
      for (const signal of backend.signals) {
        const path = filledIn(signal.path, { ...place, home });
        const began = startedAt(place.pid);
        const says = (): SignalSeen | null => {
          const { seen, mtimeMs } = look(path);
          // An earlier process of the same pid wrote it.
          const stale = began !== null && mtimeMs + clockSlackMs < began;
          return typeof seen === "string" || stale ? null : signalIn(signal, seen.text);
        };
        const seen = says() ?? says();
        if (seen !== null) return seen;
      }
      return null;
    },
  };
}

/** Null: there is nothing to compare with. */
function stampNow(path: string): string | null {
  try {
    return stampOf(statSync(path, { bigint: true }));
  } catch {
    return null;
  }
}

function read(path: string, now: Instant): Kept {
  const found = readRegular(path, fileBytes);
  if (found.is !== "read") {
    return { stamp: null, seen: found.is === "missing" ? "missing" : "unseen", mtimeMs: 0 };
  }
  const racy = Math.abs(now - found.mtimeMs) < racyMs;
  return {
    stamp: racy ? null : found.stamp,
    seen: { text: found.bytes.toString("utf8") },
    mtimeMs: found.mtimeMs,
  };
}

function sameSeen(a: FileSeen, b: FileSeen): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.text === b.text;
}

function filledIn(
  path: string,
  { pid, dir, home }: { readonly pid: number; readonly dir: string; readonly home: string },
): string {
  const from = path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
  return from.replaceAll(/\{(pid|dir)\}/g, (_, slot: string) => (slot === "pid" ? `${pid}` : dir));
}

/** Null where the text is half written, says nothing in that field, or something the backend does not list. */
function signalIn(signal: Signal, text: string): SignalSeen | null {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return null;
  }
  const value = fieldOf(file, signal.field);
  if (value === null) return null;
  const says = (["asking", "busy", "idle"] as const).find((word) => signal[word].includes(value));
  if (says === undefined) return null;
  const words = signal.text === null ? null : fieldOf(file, signal.text);
  return { says, value, text: words?.slice(0, textLength) ?? null };
}

/** A field, or with dots a field of a field, as text; null when it is absent or no plain value. */
function fieldOf(file: unknown, field: string): string | null {
  let at: unknown = file;
  for (const name of field.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return null;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean"
    ? String(at)
    : null;
}
