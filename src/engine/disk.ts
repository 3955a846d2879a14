// What the engine's durable parts (memory, journal, orders, evidence) ask of a disk. io/disk.ts answers with
// real files, fake-disk.ts with an array that can fill up and tear. Directories are 0700, files 0600.
// No call throws for the world's failures; a failure is a sentence that names the path.

import type { Instant } from "../core/types.ts";
import type { Result } from "./ports.ts";

export type Stored = { readonly name: string; readonly size: number; readonly at: Instant };
export type Stretch = { readonly from: number; readonly length: number };

export type Disk = {
  /** The bytes of a regular file, or a stretch of them; null when there is no such file. */
  read(path: string, stretch?: Stretch): Result<Uint8Array | null>;
  /** On the platter when it returns. After a failure the file may end in a part of the text. */
  append(path: string, text: string): Result<null>;
  /** All or nothing: a temporary file beside it, fsync, rename, fsync of the directory. */
  write(path: string, content: string | Uint8Array): Result<null>;
  /** By name; a directory that is not there is empty. */
  list(dir: string): Result<readonly Stored[]>;
  rename(from: string, to: string): Result<null>;
  /** Gone already is success. */
  remove(path: string): Result<null>;
  /** A directory with all in it; links in it go, and what they lead to stays. Gone already is success. */
  removeTree(dir: string): Result<null>;
  size(path: string): Result<number | null>;
  /** With its parents. Refused when it belongs to another user. */
  mkdir(dir: string): Result<null>;
};

/** Temporary files of `write` begin and end so; whoever owns a directory sweeps what a crash left of them. */
export function isLeftover(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".tmp");
}
