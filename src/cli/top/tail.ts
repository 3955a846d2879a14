// The end of one agent's log, followed as more is printed, and two ways to read it: as the pane that it draws,
// and as the lines that came to rest. Never reads more of the file than it was opened for.

import type { Disk } from "../../engine/disk.ts";
import { escapes } from "../escapes.ts";
import { grown } from "../log-file.ts";
import { plain } from "../paint.ts";
import { reader } from "../readable.ts";
import { blankScreen, rowText, take, type Size } from "../screen.ts";

/** What is made of the text; its lines are washed, oldest first. */
export type Reading = {
  readonly feed: (text: string) => void;
  readonly lines: () => readonly string[];
};

export type Tail = {
  readonly path: string;
  readonly reading: Reading;
  readonly decoder: InstanceType<typeof TextDecoder>;
  position: number;
};

/** Lines of one log that can be scrolled back to. */
const LINES_KEPT = 2000;
const NEWLINE = 10;

export type Asked = { readonly path: string; readonly bytes: number; readonly reading: Reading };

export function openTail(disk: Disk, { path, bytes, reading }: Asked): Tail {
  const tail: Tail = { path, reading, decoder: new TextDecoder(), position: 0 };
  const sized = disk.size(path);
  const size = sized.ok ? (sized.value ?? 0) : 0;
  const from = Math.max(0, size - bytes);
  const read = size === 0 ? null : disk.read(path, { from, length: size - from });
  if (read?.ok !== true || read.value === null) return tail;
  // What was begun before is cut off; without a newline there is nothing better than what is there.
  const start = from === 0 ? 0 : read.value.indexOf(NEWLINE) + 1;
  feed(tail, read.value.subarray(start));
  tail.position = from + read.value.length;
  return tail;
}

/** Whether something was printed since. */
export function follow(disk: Disk, tail: Tail): boolean {
  const more = grown(disk, tail.path, tail.position);
  for (const bytes of more.bytes) feed(tail, bytes);
  tail.position = more.position;
  return more.bytes.length > 0;
}

/** The pane as somebody attached would see it, without blank rows at its end. */
export function asPane(size: Size): Reading {
  const stream = escapes();
  const screen = blankScreen(size, SILENT);
  return {
    feed: (text) => {
      for (const token of stream.feed(text)) take(screen, token);
    },
    lines: () => {
      const rows = screen.rows.map((row) => plain(rowText(row)));
      return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
    },
  };
}

/** Each line once, and behind them what stands on the screen and may still change. */
export function asLines(size: Size): Reading {
  const lines = reader(size);
  let settled: readonly string[] = [];
  return {
    feed: (text) => {
      const more = lines.feed(text);
      if (more.length > 0) settled = [...settled, ...more].slice(-LINES_KEPT);
    },
    lines: () => {
      const rest = lines.rest();
      return rest === "" ? settled : [...settled, ...rest.split("\n").map(plain)];
    },
  };
}

/** The last line that says something; what came to rest says more than what is drawn again and again. */
export function asLastWords(size: Size): Reading {
  const lines = reader(size);
  let words: string | undefined;
  return {
    feed: (text) => {
      words = lines.feed(text).findLast((line) => WORD.test(line)) ?? words;
    },
    lines: () => {
      const said =
        words ??
        lines
          .rest()
          .split("\n")
          .find((line) => WORD.test(line));
      return said === undefined ? [] : [plain(said).replaceAll(/\s+/g, " ").trim()];
    },
  };
}

const WORD = /[\p{L}\p{N}]{2}/u;
const nothing = (): void => undefined;
const SILENT = { leaves: nothing, falls: nothing, rises: nothing, clears: nothing };

function feed({ reading, decoder }: Tail, bytes: Uint8Array): void {
  reading.feed(decoder.decode(bytes, { stream: true }));
}
