// A disk in memory, for tests and the false world. It may be given little room or made to refuse everything.
// A full one takes what still fits of an append and nothing of a write, as the real one does.

import { basename, dirname } from "node:path";
import type { Instant } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import type { Result } from "./ports.ts";

export type FakeDisk = {
  readonly disk: Disk;
  readonly files: Map<string, { readonly bytes: Uint8Array; readonly at: Instant }>;
  /** Bytes that can still be written; Infinity is a healthy disk, 0 a full one. */
  room: number;
  /** The sentence with which every call fails; null: none does. */
  broken: string | null;
  /** Writes and appends that succeeded. */
  writes: number;
  readonly now: () => Instant;
};

const encoder = new TextEncoder();
const fine = { ok: true, value: null } as const;

export function fakeDisk(now: () => Instant): FakeDisk {
  const state: Omit<FakeDisk, "disk"> = {
    files: new Map(),
    room: Number.POSITIVE_INFINITY,
    broken: null,
    writes: 0,
    now,
  };
  const fake: FakeDisk = Object.assign(state, {
    disk: { ...lookingAt(state), ...changing(state) },
  });
  return fake;
}

export function textOf(fake: FakeDisk, path: string): string | null {
  const kept = fake.files.get(path);
  return kept === undefined ? null : new TextDecoder().decode(kept.bytes);
}

export function put(
  fake: Omit<FakeDisk, "disk">,
  path: string,
  content: string | Uint8Array,
): void {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  fake.files.set(path, { bytes, at: fake.now() });
}

type State = Omit<FakeDisk, "disk">;

function lookingAt(state: State): Pick<Disk, "read" | "list" | "size"> {
  return {
    read: (path, stretch) => {
      const bytes = state.files.get(path)?.bytes ?? null;
      const from = stretch?.from ?? 0;
      const to = stretch === undefined ? undefined : from + stretch.length;
      return unlessBroken(state, { ok: true, value: bytes?.slice(from, to) ?? null });
    },
    list: (dir) => {
      const inner = [...state.files.keys()].filter((path) => path.startsWith(`${dir}/`));
      const dirs = inner.map((path) => path.slice(dir.length + 1).split("/"));
      const names = new Set(
        dirs.flatMap(([name = "", ...rest]) => (rest.length > 0 ? [name] : [])),
      );
      const files = [...state.files].filter(([path]) => dirname(path) === dir);
      const found = [
        ...files.map(([path, { bytes, at }]) => ({ name: basename(path), size: bytes.length, at })),
        ...[...names].map((name) => ({ name, size: 0, at: 0 })),
      ].sort((a, b) => (a.name < b.name ? -1 : 1));
      return unlessBroken(state, { ok: true, value: found });
    },
    size: (path) =>
      unlessBroken(state, { ok: true, value: state.files.get(path)?.bytes.length ?? null }),
  };
}

type Changes = "append" | "write" | "rename" | "remove" | "removeTree" | "mkdir";

function changing(state: State): Pick<Disk, Changes> {
  return {
    append: (path, text) => {
      if (state.broken !== null) return { ok: false, failure: state.broken };
      const old = state.files.get(path)?.bytes ?? new Uint8Array();
      const more = encoder.encode(text);
      const fits = more.slice(0, state.room);
      put(state, path, appended(old, fits));
      return spent(state, path, { wanted: more.length, got: fits.length });
    },
    write: (path, content) => {
      if (state.broken !== null) return { ok: false, failure: state.broken };
      const length = typeof content === "string" ? encoder.encode(content).length : content.length;
      if (length > state.room) return spent(state, path, { wanted: length, got: 0 });
      put(state, path, content);
      return spent(state, path, { wanted: length, got: length });
    },
    rename: (from, to) => {
      const kept = state.files.get(from);
      if (state.broken !== null) return { ok: false, failure: state.broken };
      if (kept === undefined)
        return renamedTree(state, from, to)
          ? fine
          : { ok: false, failure: `cannot rename ${from}: not there` };
      state.files.set(to, kept);
      state.files.delete(from);
      return fine;
    },
    remove: (path) => {
      if (state.broken === null) state.files.delete(path);
      return unlessBroken(state, fine);
    },
    removeTree: (dir) => {
      if (state.broken !== null) return { ok: false, failure: state.broken };
      for (const path of state.files.keys())
        if (path.startsWith(`${dir}/`)) state.files.delete(path);
      return fine;
    },
    mkdir: () => unlessBroken(state, fine),
  };
}

function renamedTree(state: State, from: string, to: string): boolean {
  const inner = [...state.files].filter(([path]) => path.startsWith(`${from}/`));
  for (const [path, file] of inner) {
    state.files.set(to + path.slice(from.length), file);
    state.files.delete(path);
  }
  return inner.length > 0;
}

/** Grows within a buffer of twice the size: a night of appends must not copy the file each time. */
function appended(old: Uint8Array, more: Uint8Array): Uint8Array {
  const length = old.length + more.length;
  const fits = old.byteOffset === 0 && old.buffer.byteLength >= length;
  const whole = fits ? new Uint8Array(old.buffer) : new Uint8Array(2 * length);
  if (!fits) whole.set(old);
  whole.set(more, old.length);
  return whole.subarray(0, length);
}

function unlessBroken<T>(state: State, result: Result<T>): Result<T> {
  return state.broken === null ? result : { ok: false, failure: state.broken };
}

function spent(
  state: State,
  path: string,
  { wanted, got }: { readonly wanted: number; readonly got: number },
): Result<null> {
  state.room -= got;
  if (got < wanted) {
    return { ok: false, failure: `cannot write ${path}: no space left on device (ENOSPC)` };
  }
  state.writes += 1;
  return fine;
}
