// The files that people keep and the engine reads: prompts, status files, roles.
// An unchanged file is the same object, so that a look costs a stat. It never blocks, and what it cannot
// read is `unseen`, never `missing`.

import { statSync } from "node:fs";
import type { FileSeen, Instant } from "../core/types.ts";
import type { Files, Result } from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import { readRegular, stampOf } from "./read-file.ts";

/** Nobody's prompt or status file; larger ones stay unseen. */
export const fileBytes = 1024 * 1024;
/** Files remembered; the one least recently read is forgotten. */
const cached = 1000;
/** A file written this recently may be written again within one step of its clock, unnoticed by its stamp. */
const racyMs = 2000;

export type Kept = {
  readonly stamp: string | null;
  readonly seen: FileSeen;
  readonly mtimeMs: number;
};

export function openFiles(now: () => Instant): Files {
  const look = openKept(now);
  return {
    read: (path) => look(path).seen,
    write: (path, text): Result<null> =>
      text === null ? realDisk.remove(path) : realDisk.write(path, text),
  };
}

/** Reads a file again only where its stamp says so. */
export function openKept(now: () => Instant): (path: string) => Kept {
  const kept = new Map<string, Kept>();
  return (path) => {
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
