// How slow the machine is while a test measures on it: a bound in milliseconds is stretched by that, and only so far,
// so that what happens by chance at the next look is still too late. Used by tests only.

import { execFile } from "node:child_process";

/** What an empty node takes where the bounds were written, with little else to do. */
const USUAL_MS = 50;
/** A machine that is slower still is no place to measure. */
const SLOWEST = 4;

export type Pace = {
  /** Asks the machine once more; to be called between the things that are measured. */
  readonly sample: () => Promise<void>;
  readonly stretched: (ms: number) => number;
};

export function openPace(): Pace {
  const starts: number[] = [];
  return {
    sample: async () => void starts.push(await emptyNode()),
    stretched: (ms) => ms * Math.min(SLOWEST, Math.max(1, median(starts) / USUAL_MS)),
  };
}

/** The middle one: what half of them stay below. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function emptyNode(): Promise<number> {
  const begun = performance.now();
  return new Promise((resolve) => {
    execFile(process.execPath, ["-e", "0"], () => resolve(performance.now() - begun));
  });
}
