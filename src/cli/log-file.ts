// A pane's log and what rotation left of it (.1 is the newest of those), as one run of bytes that is read in
// pieces: it may be larger than memory. Reads only.

import type { Disk } from "../engine/disk.ts";

const PIECE_BYTES = 256 * 1024;
/** More rotated files than anybody keeps. */
const PARTS_MAX = 100;
const NEWLINE = 10;

type Part = { readonly path: string; readonly from: number; readonly size: number };

export type LogFile = {
  readonly disk: Disk;
  readonly parts: readonly Part[];
  readonly size: number;
  /** Bytes of the file that is still written: where following goes on. */
  readonly present: number;
};

/** Null where nothing was ever written. */
export function openLog(disk: Disk, path: string): LogFile | null {
  const sized = (each: string): number | null => {
    const size = disk.size(each);
    return size.ok ? size.value : null;
  };
  const present = sized(path);
  const found: { readonly path: string; readonly size: number }[] = [];
  for (let age = 1; age < PARTS_MAX; age += 1) {
    const size = sized(`${path}.${age}`);
    if (size === null) break;
    found.unshift({ path: `${path}.${age}`, size });
  }
  if (present === null && found.length === 0) return null;
  if (present !== null) found.push({ path, size: present });
  let from = 0;
  const parts = found.map((one) => {
    const part = { ...one, from };
    from += one.size;
    return part;
  });
  return { disk, parts, size: from, present: present ?? 0 };
}

export function* pieces(log: LogFile, start: number, end: number): Generator<Uint8Array> {
  let from = start;
  while (from < end) {
    const part = log.parts.find((one) => from >= one.from && from < one.from + one.size);
    if (part === undefined) return;
    const length = Math.min(PIECE_BYTES, part.from + part.size - from, end - from);
    const read = log.disk.read(part.path, { from: from - part.from, length });
    if (read.ok && read.value !== null) yield read.value;
    from += length;
  }
}

/** Where the last so many lines begin. */
export function startOfLast(log: LogFile, lines: number): number {
  if (lines === 0) return log.size;
  let left = lines;
  // A newline that ends the last line begins no other.
  let to = log.size - 1;
  while (to > 0) {
    const from = Math.max(0, to - PIECE_BYTES);
    const bytes = Buffer.concat([...pieces(log, from, to)]);
    let at = bytes.lastIndexOf(NEWLINE);
    while (at >= 0) {
      left -= 1;
      if (left === 0) return from + at + 1;
      at = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1);
    }
    to = from;
  }
  return 0;
}

export type Grown = { readonly bytes: readonly Uint8Array[]; readonly position: number };

/** What was written since that position of the present file, a rotation in between bridged. */
export function grown(disk: Disk, path: string, position: number): Grown {
  const size = disk.size(path);
  if (!size.ok || size.value === null || size.value === position) return { bytes: [], position };
  const rotated = size.value < position;
  const old = rotated ? disk.size(`${path}.1`) : null;
  const left = old?.ok === true ? (old.value ?? 0) - position : 0;
  const before = left > 0 ? disk.read(`${path}.1`, { from: position, length: left }) : null;
  const from = rotated ? 0 : position;
  const length = Math.min(PIECE_BYTES, size.value - from);
  const added = disk.read(path, { from, length });
  const bytes = [before, added].flatMap((read) =>
    read?.ok === true && read.value !== null && read.value.length > 0 ? [read.value] : [],
  );
  const gained = added.ok ? (added.value?.length ?? 0) : 0;
  return { bytes, position: from + gained };
}
