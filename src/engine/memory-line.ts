// The lines of memory.jsonl: a snapshot first, then what each decision changed, every line with a checksum.
// Pure text in, values out. Replay knows no section by name, so lines of an older version replay too.

import { crc32 } from "node:zlib";
import type { Memory } from "../core/types.ts";
import { isRaw, version, versionOf, type Raw } from "./memory-version.ts";

/** Sections kept by name: one entry changes without the others being written. Any other is written whole. */
const tables: ReadonlySet<string> = new Set([
  "agents",
  "loops",
  "holds",
  "orders",
  "tasks",
  "budgets",
  "jobs",
]);

export function snapshotLine(memory: Memory): string {
  return sealed(JSON.stringify({ memory }));
}

/** Null when no part differs. Parts are compared by identity, as Memory promises. */
export function changeLine(before: Memory, after: Memory): string | null {
  const [old, now]: readonly [Raw, Raw] = [before, after];
  const set: Record<string, unknown> = {};
  const gone: string[] = [];
  for (const [section, value] of Object.entries(now)) {
    if (value === old[section]) continue;
    if (!tables.has(section)) {
      set[section] = value;
      continue;
    }
    const [were, are] = [table(old[section]), table(value)];
    for (const [name, part] of Object.entries(are)) {
      if (part !== were[name]) set[`${section}/${name}`] = part;
    }
    for (const name of Object.keys(were)) {
      if (!Object.hasOwn(are, name)) gone.push(`${section}/${name}`);
    }
  }
  if (gone.length === 0 && Object.keys(set).length === 0) return null;
  return sealed(JSON.stringify({ set, gone }));
}

export type Replay = {
  /** As it stood after the last sound line; null when not even the snapshot is sound. */
  readonly memory: Raw | null;
  /** `torn`: the last line has no end, as after a crash in the middle of an append. */
  readonly end: "clean" | "torn" | "corrupt" | "newer";
  /** Sound lines. */
  readonly lines: number;
};

export function replay(text: string): Replay {
  const lines = text.split("\n");
  const tail = lines.pop() ?? "";
  let memory: Raw | null = null;
  for (const [index, line] of lines.entries()) {
    const entry = opened(line);
    const next: Raw | null = entry === null ? null : memory ? changed(memory, entry) : first(entry);
    if (next === null) return { memory, end: "corrupt", lines: index };
    memory = next;
    if ((versionOf(next) ?? 0) > version) return { memory, end: "newer", lines: index + 1 };
  }
  const end = memory === null ? "corrupt" : tail === "" ? "clean" : "torn";
  return { memory, end, lines: lines.length };
}

function first(entry: Raw): Raw | null {
  return isRaw(entry["memory"]) && versionOf(entry["memory"]) !== null ? entry["memory"] : null;
}

function changed(memory: Raw, entry: Raw): Raw | null {
  const { set, gone } = entry;
  if (!isRaw(set) || !Array.isArray(gone)) return null;
  const next: Record<string, unknown> = { ...memory };
  for (const [path, value] of Object.entries(set)) {
    const [section, name] = place(path);
    if (name === null) next[section] = value;
    else next[section] = { ...table(next[section]), [name]: value };
  }
  for (const path of gone.map(String)) {
    const [section, name] = place(path);
    if (name === null) continue;
    next[section] = Object.fromEntries(
      Object.entries(table(next[section])).filter(([key]) => key !== name),
    );
  }
  return next;
}

function table(value: unknown): Raw {
  return isRaw(value) ? value : {};
}

function place(path: string): readonly [string, string | null] {
  const slash = path.indexOf("/");
  return slash < 0 ? [path, null] : [path.slice(0, slash), path.slice(slash + 1)];
}

// The checksum is the first member of the line's object, so that the file stays readable as JSON lines.
const head = /^\{"sum":"([0-9a-f]{8})",/;
const headLength = '{"sum":"01234567",'.length;

function sealed(body: string): string {
  return `{"sum":"${sum(body)}",${body.slice(1)}\n`;
}

function opened(line: string): Raw | null {
  const match = head.exec(line);
  if (match === null) return null;
  const body = `{${line.slice(headLength)}`;
  if (sum(body) !== match[1]) return null;
  try {
    const value: unknown = JSON.parse(body);
    return isRaw(value) ? value : null;
  } catch {
    return null;
  }
}

function sum(body: string): string {
  return crc32(body).toString(16).padStart(8, "0");
}
