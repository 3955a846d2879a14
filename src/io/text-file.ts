// Small questions about files that verbs ask: text, kind, age. Nothing here writes.

import { readdirSync, statSync, type Stats } from "node:fs";
import { readRegular } from "./read-file.ts";

const MOST_BYTES = 16 * 1024 * 1024;

export function textFile(path: string): string | null {
  const read = readRegular(path, MOST_BYTES);
  return read.is === "read" ? Buffer.from(read.bytes).toString("utf8") : null;
}

export function lookOf(path: string): "file" | "dir" | null {
  const stat = statOf(path);
  if (stat === null) return null;
  return stat.isDirectory() ? "dir" : "file";
}

export function modifiedAt(path: string): number | null {
  return statOf(path)?.mtimeMs ?? null;
}

/** Null also for what this process may not look at, for links in a circle and names that no disk takes. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

export function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
