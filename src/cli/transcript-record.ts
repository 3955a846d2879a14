// A program's own record of a conversation as what a person wants to know of it: who said what, which tools ran,
// what it cost. By the backend's table, which says where in a record each of it stands. Pure; what was told once
// is remembered, because programs write a message again when it grows.

import type { Told, Transcript } from "../config/config.ts";

export type Entry = {
  readonly as: Told["as"];
  /** Null where the record has no time. */
  readonly at: number | null;
  /** Of a tool; "" for everything else. */
  readonly name: string;
  readonly text: string;
  readonly spent: Spent;
};

/** Tokens and dollars; null where nobody says. */
export type Spent = {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly cost: number | null;
};

export type Reader = { tell(record: unknown): readonly Entry[] };

/** More names than a conversation has between two writings of one message. */
const REMEMBERED = 20_000;

export function transcriptReader({ show, time }: Transcript): Reader {
  const known = new Set<string>();
  const isNew = (name: string): boolean => {
    if (known.has(name)) return false;
    known.add(name);
    for (const oldest of known) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
    }
    return true;
  };
  return {
    tell: (record) => {
      const at = time === null ? null : instantOf(field(record, time));
      return show.flatMap((told, index) => {
        if (!fits(record, told.when)) return [];
        const items = told.each === null ? [record] : listOf(field(record, told.each));
        return items.flatMap((item) => {
          if (told.each !== null && !fits(item, told.where)) return [];
          const entry = entryOf(told, item, at);
          if (entry === null) return [];
          const name = told.once === null ? "" : words(field(item, told.once));
          return name === "" || isNew(`${index} ${name}`) ? [entry] : [];
        });
      });
    },
  };
}

/** Null where there is nothing to tell. */
function entryOf(told: Told, item: unknown, at: number | null): Entry | null {
  const sum = (paths: readonly string[]): number =>
    paths.reduce((total, path) => total + (numberAt(item, path) ?? 0), 0);
  const spent = {
    input: sum(told.input),
    cached: sum(told.cached),
    output: sum(told.output),
    cost: told.cost === null ? null : numberAt(item, told.cost),
  };
  const found = told.text.map((path) => words(field(item, path)).trim());
  const text = found.find((one) => one !== "") ?? "";
  const name = told.name === null ? "" : words(field(item, told.name));
  const silent =
    told.as === "usage" ? spent.input + spent.output === 0 : text === "" && name === "";
  return silent ? null : { as: told.as, at, name, text, spent };
}

/** Every field has one of its values: "*" is any, "" is none, "x*" begins so. */
function fits(record: unknown, fields: Told["when"]): boolean {
  return Object.entries(fields).every(([path, values]) => {
    const held = words(field(record, path));
    return values.some((value) =>
      value.endsWith("*") ? held !== "" && held.startsWith(value.slice(0, -1)) : held === value,
    );
  });
}

/** What stands at a dotted path; a number in it is a place in a list. */
export function field(record: unknown, path: string): unknown {
  return fieldAt(record, path.split("."));
}

export function fieldAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null) return undefined;
    // Asked for by name: a list of all that a long record holds is dear.
    return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }, record);
}

/** Undefined for what is no JSON: a line may be half written. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A list reads as the texts in it; what else has an inside, as it is written. */
export function words(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(textIn).filter(Boolean).join("\n");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : "";
}

function textIn(item: unknown): string {
  const text = typeof item === "string" ? item : field(item, "text");
  return typeof text === "string" ? text : "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberAt(record: unknown, path: string): number | null {
  const value = field(record, path);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** ISO, or milliseconds or seconds since 1970. */
function instantOf(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : Number(value ?? Number.NaN);
  if (!Number.isFinite(at) || at <= 0) return null;
  return typeof value === "number" && at < SECONDS_END ? at * 1000 : at;
}

/** As seconds this is far ahead, as milliseconds long ago. */
const SECONDS_END = 1e11;
