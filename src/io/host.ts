// What `doctor` asks of this machine about a path: who may do what there, and how much room is left.
// Only looks.

import { accessSync, constants, statfsSync, statSync } from "node:fs";

export type Spot = {
  readonly mode: number;
  /** By this process. */
  readonly writable: boolean;
  readonly freeBytes: number;
};

/** A regular file that this process may run. */
export function isRunnable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true && may(path, constants.X_OK);
}

/** Null where there is nothing. */
export function spotOf(path: string): Spot | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const { bavail, bsize } = statfsSync(path);
  return {
    mode: stat.mode & 0o777,
    writable: may(path, constants.W_OK),
    freeBytes: bavail * bsize,
  };
}

function may(path: string, how: number): boolean {
  try {
    accessSync(path, how);
    return true;
  } catch {
    return false;
  }
}
