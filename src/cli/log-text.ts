// A log's bytes as lines for a person, and its last lines without reading all of it. What stands on the
// screen and did not come to rest yet is told separately, and not a second time when it does.

import { pieces, type LogFile } from "./log-file.ts";
import { reader } from "./readable.ts";
import type { Size } from "./screen.ts";

export type LogText = {
  /** Lines that came to rest with these bytes. */
  feed(bytes: Uint8Array): readonly string[];
  /** What else stands on the screen; each line of it is told once. */
  standing(): readonly string[];
};

export function logText(size: Size): LogText {
  const lines = reader(size);
  const decoder = new TextDecoder();
  let shown: readonly string[] = [];
  return {
    feed: (bytes) =>
      lines.feed(decoder.decode(bytes, { stream: true })).filter((line) => {
        const at = shown.indexOf(line);
        if (at >= 0) shown = shown.toSpliced(at, 1);
        return at < 0 || line === "";
      }),
    standing: () => {
      const rest = lines.rest();
      const now = rest === "" ? [] : rest.split("\n");
      const fresh = now.filter((line) => !shown.includes(line));
      shown = now;
      return fresh;
    },
  };
}

export type LastLines = { readonly lines: readonly string[]; readonly text: LogText };

/** A guess of what one line takes in the log, escapes and redraws included. */
const LINE_BYTES = 512;
const FIRST_BYTES = 256 * 1024;
const MORE = 4;

/** At least as much of the end is read as shows so many lines. */
export function lastLines(log: LogFile, count: number, size: Size): LastLines {
  let length = Math.max(FIRST_BYTES, count * LINE_BYTES);
  while (true) {
    const start = Math.max(0, log.size - length);
    const text = logText(size);
    let lines: readonly string[] = [];
    let first = start > 0;
    for (const piece of pieces(log, start, log.size)) {
      lines = [...lines, ...text.feed(first ? fromLineStart(piece) : piece)].slice(-count - 1);
      first = false;
    }
    lines = [...lines, ...text.standing()];
    if (lines.length > count || start === 0)
      return { lines: count === 0 ? [] : lines.slice(-count), text };
    length *= MORE;
  }
}

const NEWLINE = 10;
const ESCAPE = 27;

/** In the middle of a log the first whole thing begins after a newline, or else with an escape. */
export function fromLineStart(bytes: Uint8Array): Uint8Array {
  const newline = bytes.indexOf(NEWLINE);
  const escape = bytes.indexOf(ESCAPE);
  const start = newline >= 0 ? newline + 1 : escape >= 0 ? escape : 0;
  return bytes.subarray(start);
}
