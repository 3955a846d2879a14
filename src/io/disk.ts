// The engine's Disk on real files. Everything it makes is private to the user whatever the umask says, and
// what it reports as written is on the platter. It decides nothing and never throws.

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Disk, Stored, Stretch } from "../engine/disk.ts";
import type { Result } from "../engine/ports.ts";
import { codeOf, failureOf, readFully, readRegular } from "./read-file.ts";

/** No file of ours comes near this; one that does is not ours. */
export const readAtMost = 64 * 1024 * 1024;
const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

let written = 0;

export const realDisk: Disk = {
  read: (path, stretch) => {
    if (stretch !== undefined) return attempt("read", path, () => readStretch(path, stretch));
    const found = readRegular(path, readAtMost);
    if (found.is === "read") return { ok: true, value: found.bytes };
    return found.is === "missing" ? { ok: true, value: null } : { ok: false, failure: found.why };
  },
  append: (path, text) => attempt("write", path, () => append(path, Buffer.from(text))),
  write: (path, content) => attempt("write", path, () => writeWhole(path, Buffer.from(content))),
  list: (dir) => attempt("list", dir, () => list(dir)),
  rename: (from, to) =>
    attempt("rename", from, () => {
      renameSync(from, to);
      syncDirectory(dirname(to));
      return null;
    }),
  remove: (path) =>
    attempt("remove", path, () => {
      rmSync(path, { force: true });
      return null;
    }),
  removeTree: (dir) =>
    attempt("remove", dir, () => {
      rmSync(dir, { recursive: true, force: true });
      return null;
    }),
  size: (path) =>
    attempt("look at", path, () => statSync(path, { throwIfNoEntry: false })?.size ?? null),
  mkdir: (dir) => attempt("make", dir, () => makePrivate(dir)),
};

function attempt<T>(what: string, path: string, work: () => T): Result<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, failure: failureOf(what, path, error) };
  }
}

function readStretch(path: string, { from, length }: Stretch): Uint8Array | null {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const bytes = new Uint8Array(Math.min(length, readAtMost));
    return bytes.subarray(0, readFully(fd, bytes, from));
  } finally {
    closeSync(fd);
  }
}

function append(path: string, bytes: Buffer): null {
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const { size, mode } = fstatSync(fd);
    if ((mode & 0o777) !== 0o600) fchmodSync(fd, 0o600);
    try {
      writeFully(fd, bytes);
    } catch (error) {
      // Half a line helps nobody; where even this fails the reader drops it.
      ftruncateSync(fd, size);
      throw error;
    }
    fsyncSync(fd);
    if (size === 0) syncDirectory(dirname(path));
  } finally {
    closeSync(fd);
  }
  return null;
}

// The temporary name is this process's own, so two writers of one path cannot mix their bytes.
function writeWhole(path: string, bytes: Buffer): null {
  written += 1;
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${written}.tmp`);
  try {
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      fchmodSync(fd, 0o600);
      writeFully(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
  return null;
}

function writeFully(fd: number, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

// Without this a rename can be lost with the power. Some file systems cannot do it, which is no failure.
function syncDirectory(dir: string): void {
  const fd = openSync(dir, O_RDONLY);
  try {
    fsyncSync(fd);
  } catch (error) {
    if (codeOf(error) !== "EINVAL" && codeOf(error) !== "ENOTSUP") throw error;
  } finally {
    closeSync(fd);
  }
}

function list(dir: string): readonly Stored[] {
  let names: readonly string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
  const found = names.flatMap((name) => {
    const stat = lstatSync(join(dir, name), { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ name, size: stat.size, at: stat.mtimeMs }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function makePrivate(dir: string): null {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(dir);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new Error(`it belongs to user ${uid}, not to you`);
  }
  if ((mode & 0o777) !== 0o700) chmodSync(dir, 0o700);
  return null;
}
