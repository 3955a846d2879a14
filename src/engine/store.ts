// memory.jsonl: the one place where Memory outlives the process. One append and one fsync a decision; a
// snapshot when the appends weigh more than `compactAt`, and after anything unexpected. It may not decide
// anything, and it never throws: a failed save is a value, and the next save writes everything.

import { join } from "node:path";
import type { Instant, Memory } from "../core/types.ts";
import { isLeftover, type Disk } from "./disk.ts";
import { changeLine, replay, snapshotLine, type Replay } from "./memory-line.ts";
import { isMemory, migrate, migrations, version, type Raw } from "./memory-version.ts";
import type { Result } from "./ports.ts";

/** Bytes of changes after which the file is written anew; more when one snapshot alone weighs more. */
export const compactAt = 1024 * 1024;
/** Damaged files kept for a person to look at. */
export const corruptKept = 5;

export type Store = {
  /** Null on a first start, and where nothing could be recovered. */
  readonly memory: Memory | null;
  /** Sentences for the journal and for `status`. */
  readonly problems: readonly string[];
  /** Why this file must not be touched: the engine should not run on it. Null in ordinary times. */
  readonly refusal: string | null;
  /** Writes what differs from what is on disk: nothing when it is the same value. */
  save(memory: Memory): Result<null>;
};

type Found = Pick<Store, "memory" | "problems" | "refusal"> & {
  /** True when a line may be appended to the file as it is. */
  readonly sound: boolean;
};

export function openStore(disk: Disk, stateDir: string, now: Instant): Store {
  const path = join(stateDir, "memory.jsonl");
  const dir = disk.mkdir(stateDir);
  const found = dir.ok ? read(disk, path, now) : refused(dir.failure);
  if (found.refusal === null) sweep(disk, stateDir);
  return { ...found, save: saver({ disk, path, ...found }) };
}

/** For who only looks, also while an engine writes: nothing is repaired, moved or made. */
export function readMemory(disk: Disk, stateDir: string): Memory | null {
  const bytes = disk.read(join(stateDir, "memory.jsonl"));
  if (!bytes.ok || bytes.value === null) return null;
  const replayed = replay(new TextDecoder().decode(bytes.value));
  return replayed.end === "newer" ? null : present(replayed.memory);
}

type Saver = Pick<Found, "memory" | "refusal" | "sound"> & {
  readonly disk: Disk;
  readonly path: string;
};

function saver({ disk, path, memory, refusal, sound }: Saver): Store["save"] {
  // Null: unknown. A failed append may have left half a line, after which nothing may be appended.
  let onDisk = sound ? memory : null;
  let appended = sound ? sizeOf(disk, path) : 0;
  let snapshot = 0;
  return (after) => {
    if (refusal !== null) return { ok: false, failure: refusal };
    if (onDisk === after) return { ok: true, value: null };
    const line = onDisk === null ? null : changeLine(onDisk, after);
    if (onDisk !== null && line === null) {
      onDisk = after;
      return { ok: true, value: null };
    }
    const whole = line === null || appended + line.length > Math.max(compactAt, snapshot);
    const text = whole ? snapshotLine(after) : line;
    const written = whole ? disk.write(path, text) : disk.append(path, text);
    onDisk = written.ok ? after : null;
    if (whole) snapshot = text.length;
    appended = whole ? 0 : appended + text.length;
    return written;
  };
}

function read(disk: Disk, path: string, now: Instant): Found {
  const bytes = disk.read(path);
  if (!bytes.ok) return refused(`${bytes.failure}. Nothing is written over what cannot be read.`);
  if (bytes.value === null) return { memory: null, problems: [], refusal: null, sound: false };
  const replayed = replay(new TextDecoder().decode(bytes.value));
  if (replayed.end === "newer") {
    return refused(
      `${path} was written by a newer version of agents (this one knows version ${version}). Install that one again, or move the file away to start without its memory.`,
    );
  }
  const memory = present(replayed.memory);
  if (replayed.end === "corrupt" || memory === null) {
    return moveAside({ disk, path, bytes: bytes.value, now, replayed, memory });
  }
  const problems =
    replayed.end === "torn" ? [`The last line of ${path} was cut off and is left out.`] : [];
  const current = replayed.end === "clean" && replayed.memory === memory;
  return { memory, problems, refusal: null, sound: current };
}

/** Raw as the present Memory; null when there is no way there. The same object when it already is. */
function present(raw: Raw | null): Memory | null {
  const migrated = raw === null ? null : migrate(raw, migrations, version);
  return migrated?.ok === true && isMemory(migrated.value) ? migrated.value : null;
}

type Damage = {
  readonly disk: Disk;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly now: Instant;
  readonly replayed: Replay;
  readonly memory: Memory | null;
};

// The copy is made before the file is replaced: a crash in between finds the damaged file once more.
function moveAside({ disk, path, bytes, now, replayed, memory }: Damage): Found {
  const aside = `${path.replace(/\.jsonl$/, "")}.corrupt-${new Date(now).toISOString().replaceAll(":", "")}`;
  const copied = disk.write(aside, bytes);
  const replaced = memory === null ? disk.remove(path) : disk.write(path, snapshotLine(memory));
  const problems = [
    `${path} is damaged after line ${replayed.lines}. ${
      memory === null
        ? "Nothing of it could be used: the fleet is looked at as if for the first time."
        : "Everything before that was recovered."
    }${copied.ok ? ` The damaged file is kept as ${aside}.` : ""}`,
    ...[copied, replaced].flatMap((result) => (result.ok ? [] : [`${result.failure}.`])),
  ];
  return { memory, problems, refusal: null, sound: memory !== null && replaced.ok };
}

function refused(refusal: string): Found {
  return { memory: null, problems: [refusal], refusal, sound: false };
}

function sizeOf(disk: Disk, path: string): number {
  const size = disk.size(path);
  return size.ok ? (size.value ?? 0) : 0;
}

/** What crashes left behind: temporary files, and damaged copies beyond the newest few. */
function sweep(disk: Disk, stateDir: string): void {
  const listed = disk.list(stateDir);
  if (!listed.ok) return;
  const names = listed.value.map((stored) => stored.name);
  const corrupt = names.filter((name) => name.startsWith("memory.corrupt-"));
  for (const name of [...names.filter(isLeftover), ...corrupt.slice(0, -corruptKept)]) {
    disk.remove(join(stateDir, name));
  }
}
