// Where a log stood at some time, from the marks that the engine leaves: as exact as those are, never later. Pure.

import type { LogMark } from "../engine/log-marks.ts";
import type { LogFile } from "./log-file.ts";

/** The place in the whole log, its rotated files among it; null where no mark is so old. */
export function placeAt(log: LogFile, marks: readonly LogMark[], since: number): number | null {
  const index = marks.findLastIndex(({ at }) => at <= since);
  const mark = marks[index];
  if (mark === undefined) return null;
  // A log that got shorter was begun anew, and what it was is one file further back.
  const sizes = [...marks.slice(index).map(({ size }) => size), log.present];
  const age = sizes.filter((size, at) => size < (sizes[at - 1] ?? 0)).length;
  const part = log.parts[log.parts.length - 1 - age];
  return part === undefined ? 0 : part.from + Math.min(mark.size, part.size);
}
