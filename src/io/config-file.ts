// The user's file as the engine reads it on each look: what of it is taken, and what is wrong with it. A file that
// is being saved, is broken or is gone never changes what runs: the last good one goes on, also over a restart.
// What the text means is the parser's; the user's file is only read.

import { join } from "node:path";
import type { Millis, Problem } from "../config/config.ts";
import type { Result } from "../engine/ports.ts";
import type { Disk } from "../engine/disk.ts";
import { readRegular } from "./read-file.ts";

export const configBytes = 1024 * 1024;
/** A changed file counts when it read the same twice, this far apart: many a half-written one parses. */
export const settleMs: Millis = 250;

export type Parsed<T> =
  | { readonly ok: true; readonly config: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type ConfigSeen<T> = {
  /** What to run by: the same object as long as nothing changed. Null when there never was a good one. */
  readonly config: T | null;
  /** Of the file as it stands; empty when `config` is what it says. */
  readonly problems: readonly Problem[];
  /** Of `config`. */
  readonly warnings: readonly Problem[];
  /** Look again after this long: the file changed a moment ago. Null: nothing pends. */
  readonly settlesIn: Millis | null;
};

export type ConfigFile<T> = {
  /** `steady` is the monotonic clock. */
  look(steady: Millis): ConfigSeen<T>;
};

export type ConfigFileSpec<T> = {
  readonly path: string;
  /** Null where nothing is to be kept, as for a verb that only reads. */
  readonly keep: { readonly disk: Disk; readonly stateDir: string } | null;
  readonly parse: (text: string) => Parsed<T>;
};

/** What one reading gave: the text, or why there is none. */
type Reading = { readonly text: string } | { readonly failure: string };

export function openConfigFile<T>({ path, keep, parse }: ConfigFileSpec<T>): ConfigFile<T> {
  const goodPath = keep === null ? null : join(keep.stateDir, "config.good.toml");
  let saved = keep === null || goodPath === null ? null : textOf(keep.disk.read(goodPath));
  let good = saved === null ? null : goodOf(saved, parse);
  let taken: Reading | null = good === null ? null : { text: good.text };
  let candidate: { readonly reading: Reading; readonly since: Millis } | null = null;
  let problems: readonly Problem[] = [];

  const accept = (reading: Reading): void => {
    taken = reading;
    candidate = null;
    const parsed =
      "text" in reading ? parseFull(reading.text, path, parse) : failed(path, reading.failure);
    problems = parsed.ok ? [] : parsed.problems;
    if (parsed.ok && "text" in reading) {
      good = good?.text === reading.text ? good : { ...parsed, text: reading.text };
    }
  };
  /** The last good text outlives this process; a disk that takes none is asked again on the next look. */
  const remember = (): void => {
    if (keep === null || goodPath === null || good === null || good.text === saved) return;
    if (keep.disk.write(goodPath, good.text).ok) saved = good.text;
  };
  return {
    look: (steady) => {
      const reading = read(path);
      const since: Millis =
        candidate !== null && same(candidate.reading, reading) && candidate.since <= steady
          ? candidate.since
          : steady;
      const settled = steady - since >= settleMs;
      if (taken !== null && same(taken, reading)) candidate = null;
      else if (taken === null || settled) accept(reading);
      else candidate = { reading, since };
      remember();
      return {
        config: good?.config ?? null,
        problems,
        warnings: good?.warnings ?? [],
        settlesIn: candidate === null ? null : settleMs - (steady - since),
      };
    },
  };
}

function read(path: string): Reading {
  const found = readRegular(path, configBytes);
  if (found.is !== "read") return { failure: found.why };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(found.bytes) };
  } catch {
    return { failure: `${path} is not UTF-8 text` };
  }
}

function same(a: Reading, b: Reading): boolean {
  if ("text" in a) return "text" in b && a.text === b.text;
  return "failure" in b && a.failure === b.failure;
}

function parseFull<T>(text: string, path: string, parse: ConfigFileSpec<T>["parse"]): Parsed<T> {
  return text.trim() === "" ? failed(path, `${path} is empty`) : parse(text);
}

function failed(file: string, message: string): Parsed<never> {
  return { ok: false, problems: [{ file, line: 1, column: 1, message, frame: "" }] };
}

type Good<T> = Extract<Parsed<T>, { readonly ok: true }> & { readonly text: string };

function goodOf<T>(text: string, parse: ConfigFileSpec<T>["parse"]): Good<T> | null {
  const parsed = parse(text);
  return parsed.ok ? { ...parsed, text } : null;
}

function textOf(bytes: Result<Uint8Array | null>): string | null {
  return bytes.ok && bytes.value !== null ? new TextDecoder().decode(bytes.value) : null;
}
