// Small questions about files that verbs ask: text, kind, age. Nothing here writes.

import { readdirSync, statSync } from "node:fs";
import { readRegular } from "./read-file.ts";

const MOST_BYTES = 16 * 1024 * 1024;

export function textFile(path: string): string | null {
  const read = readRegular(path, MOST_BYTES);
  return read.is === "read" ? Buffer.from(read.bytes).toString("utf8") : null;
}

export function lookOf(path: string): "file" | "dir" | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  return stat.isDirectory() ? "dir" : "file";
}

export function modifiedAt(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

export function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
