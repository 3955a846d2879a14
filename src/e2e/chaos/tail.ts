// Whole lines that were appended to a file since it was asked last; a file that was begun anew is read from its
// beginning. Loses nothing but what was rotated away between two questions.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

export function openTail(path: string): () => readonly string[] {
  let at = 0;
  let half = "";
  return () => {
    const text = textFrom(path, at);
    if (text === null) return [];
    if (text.size < at) half = "";
    at = text.size;
    const lines = (half + text.added).split("\n");
    half = lines.pop() ?? "";
    return lines;
  };
}

function textFrom(
  path: string,
  from: number,
): { readonly added: string; readonly size: number } | null {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(fd);
    const start = size < from ? 0 : from;
    const bytes = Buffer.alloc(size - start);
    const read = readSync(fd, bytes, 0, bytes.length, start);
    return { added: bytes.subarray(0, read).toString("utf8"), size: start + read };
  } finally {
    closeSync(fd);
  }
}
