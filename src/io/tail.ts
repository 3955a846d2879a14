// What was appended to a file since the last look: a log that somebody else writes, rotates and truncates. An
// unchanged file costs a stat; a look never reads more than is said here, and what lies before that is passed over.

import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from "node:fs";
import { readFully } from "./read-file.ts";

/** What one look reads at most. Of more than that, the newest. */
export const tailBytes = 256 * 1024;

export type Appended =
  | { readonly is: "missing" }
  | { readonly is: "same"; readonly size: number }
  /** `broken`: something before these bytes was passed over. */
  | {
      readonly is: "more";
      readonly bytes: Uint8Array;
      readonly broken: boolean;
      readonly mtimeMs: number;
    };

export type Tail = { read(path: string): Appended };

/** `from`: where the first look begins in that very file; null: with the last bytes that a look may read. */
export type TailFrom = { readonly ino: number; readonly offset: number } | null;

export function openTail(from: TailFrom): Tail {
  let known: { readonly path: string; readonly ino: number; readonly offset: number } | null = null;
  return {
    read: (path) => {
      const stat = statOf(path);
      if (stat === null) return { is: "missing" };
      const again = known?.path === path && known.ino === stat.ino && known.offset <= stat.size;
      if (again && known?.offset === stat.size) return { is: "same", size: stat.size };
      const first = from?.ino === stat.ino ? Math.min(from.offset, stat.size) : 0;
      const begin = again ? (known?.offset ?? 0) : first;
      const start = Math.max(begin, stat.size - tailBytes);
      const bytes = stretch(path, stat, start);
      if (bytes === null) return { is: "missing" };
      known = { path, ino: stat.ino, offset: start + bytes.length };
      return { is: "more", bytes, broken: start > begin, mtimeMs: stat.mtimeMs };
    },
  };
}

function statOf(path: string): Stats | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat : null;
  } catch {
    return null;
  }
}

function stretch(path: string, { ino, size }: Stats, start: number): Uint8Array | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (fstatSync(fd).ino !== ino) return null;
      const bytes = new Uint8Array(size - start);
      return bytes.subarray(0, readFully(fd, bytes, start));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Whole lines out of what comes in pieces; one that is longer than a look reads is passed over. */
export function openLines(): (more: {
  readonly bytes: Uint8Array;
  readonly broken: boolean;
}) => readonly string[] {
  let rest = new Uint8Array(0);
  let torn = false;
  return ({ bytes, broken }) => {
    if (broken) [rest, torn] = [new Uint8Array(0), true];
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(10);
    if (end < 0) {
      const tooLong = all.length > tailBytes;
      [rest, torn] = tooLong ? [new Uint8Array(0), true] : [all, torn];
      return [];
    }
    rest = all.subarray(end + 1);
    const lines = all.subarray(0, end).toString("utf8").split("\n");
    const whole = torn ? lines.slice(1) : lines;
    torn = false;
    return whole.filter((line) => line !== "");
  };
}
