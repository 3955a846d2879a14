// What a change of a TOML file should mean: the parsed file with the one thing changed, and whether two parsed
// files mean the same. Knows nothing of text.

import { TomlDate } from "smol-toml";
import type { Edit } from "./toml-edit.ts";
import type { Path } from "./where.ts";

export function intended(before: unknown, edit: Edit): unknown {
  switch (edit.is) {
    case "set":
      return laid(before, edit.path, edit.value);
    case "unset":
      return taken(before, edit.path);
    case "add": {
      const rows = rowsOf(before, edit.kind);
      return laid(before, [edit.kind], [...rows, edit.table]);
    }
    case "remove": {
      const rows = rowsOf(before, edit.kind).filter((_, at) => at !== edit.index);
      if (rows.length > 0) return laid(before, [edit.kind], rows);
      const kept = Object.entries(isRecord(before) ? before : {});
      return Object.fromEntries(kept.filter(([key]) => key !== edit.kind));
    }
  }
}

function laid(old: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number" && Array.isArray(old))
    return old.map((item: unknown, at) => (at === step ? laid(item, rest, value) : item));
  const table = isRecord(old) ? old : {};
  return { ...table, [step]: laid(table[step], rest, value) };
}

function taken(old: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return old;
  if (typeof step === "number" && Array.isArray(old))
    return old.map((item: unknown, at) => (at === step ? taken(item, rest) : item));
  if (!isRecord(old) || !Object.hasOwn(old, step)) return old;
  const kept = Object.entries(old).filter(([key]) => rest.length > 0 || key !== String(step));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === String(step) ? taken(value, rest) : value]),
  );
}

function rowsOf(table: unknown, kind: string): readonly unknown[] {
  const rows = isRecord(table) ? table[kind] : undefined;
  return Array.isArray(rows) ? rows : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The order of keys means nothing, and a table without keys is as good as none. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  if (one instanceof TomlDate || other instanceof TomlDate)
    return one instanceof TomlDate && other instanceof TomlDate && String(one) === String(other);
  if (!isRecord(one) || !isRecord(other)) return Object.is(one, other);
  const [mine, theirs] = [keysOf(one), keysOf(other)];
  return (
    mine.length === theirs.length &&
    mine.every((key) => theirs.includes(key) && isSame(one[key], other[key]))
  );
}

function keysOf(table: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(table).filter((key) => {
    const value = table[key];
    return !isRecord(value) || value instanceof TomlDate || keysOf(value).length > 0;
  });
}
