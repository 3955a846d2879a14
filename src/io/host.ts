// What `doctor` asks of this machine about a path: who may do what there, and how much room is left.
// Only looks.

import { accessSync, constants, statfsSync } from "node:fs";
import { statOf } from "./text-file.ts";

export type Spot = {
  readonly mode: number;
  /** By this process. */
  readonly writable: boolean;
  readonly freeBytes: number;
};

/** A regular file that this process may run. */
export function isRunnable(path: string): boolean {
  return statOf(path)?.isFile() === true && may(path, constants.X_OK);
}

/** Null where there is nothing. */
export function spotOf(path: string): Spot | null {
  const stat = statOf(path);
  if (stat === null) return null;
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
