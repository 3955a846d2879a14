// Reads one regular file that somebody else may be writing, replacing or have made into something odd.
// Never blocks on a FIFO, never reads a device, never more than it is told; failures are named, not thrown.

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
  type BigIntStats,
} from "node:fs";

export type FileRead =
  /** `stamp` differs when the file was written again or replaced. */
  | {
      readonly is: "read";
      readonly bytes: Buffer;
      readonly stamp: string;
      readonly mtimeMs: number;
    }
  | { readonly is: "missing" | "unreadable" | "odd" | "big" | "changing"; readonly why: string };

/** What a file was when it was last looked at: equal stamps, equal file. */
export function stampOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

export function readRegular(path: string, limit: number): FileRead {
  try {
    // Opening a FIFO for reading would wait for a writer, and opening a device can do anything.
    const kind = oddity(statSync(path, { bigint: true }));
    if (kind !== null) return { is: "odd", why: `${path} is ${kind}, not a file` };
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpen(fd, path, limit);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" || code === "ENOTDIR"
      ? { is: "missing", why: `${path} does not exist` }
      : { is: "unreadable", why: failureOf("read", path, error) };
  }
}

function readOpen(fd: number, path: string, limit: number): FileRead {
  const before = fstatSync(fd, { bigint: true });
  const kind = oddity(before);
  if (kind !== null) return { is: "odd", why: `${path} is ${kind}, not a file` };
  if (before.size > limit) {
    return { is: "big", why: `${path} has ${before.size} bytes; at most ${limit} are read` };
  }
  const bytes = Buffer.alloc(Number(before.size));
  const length = readFully(fd, bytes, 0);
  const after = fstatSync(fd, { bigint: true });
  if (length < bytes.length || stampOf(before) !== stampOf(after)) {
    return { is: "changing", why: `${path} is being written` };
  }
  return { is: "read", bytes, stamp: stampOf(after), mtimeMs: Number(after.mtimeMs) };
}

/** Fills the buffer from that position of the file; returns how much there was. */
export function readFully(fd: number, into: Uint8Array, from: number): number {
  let length = 0;
  while (length < into.length) {
    const got = readSync(fd, into, length, into.length - length, from + length);
    if (got === 0) break;
    length += got;
  }
  return length;
}

function oddity(stat: BigIntStats): string | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return "a directory";
  if (stat.isFIFO()) return "a FIFO";
  if (stat.isSocket()) return "a socket";
  return "a device";
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}

/** A sentence without its full stop: "cannot write /x: no space left on device (ENOSPC)". */
export function failureOf(what: string, path: string, error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const words = code === null ? message : message.replace(`${code}: `, "").replace(/, .*$/s, "");
  return `cannot ${what} ${path}: ${words}${code === null ? "" : ` (${code})`}`;
}
