// One record of a program's own source, put into the words of its backend: what it says, and the fields to keep.
// It reads nothing; a record is whatever came out of JSON, and nothing in it is believed to be there.

import type { Signal, SignalRule } from "../config/config.ts";
import type { Instant } from "../core/types.ts";

/** The longest field that is kept: a prompt is one. */
const fieldLength = 64 * 1024;
/** The longest words that are quoted. */
const textLength = 4096;
/** A number of seconds since 1970 stays below this for some thousand years; one of milliseconds is above. */
const secondsBelow = 100_000_000_000;

export type Records = Exclude<Signal, { readonly reader: "title" }>;

/** What a record means; `rule` is null where none fits. */
export type Meaning = {
  readonly rule: SignalRule | null;
  readonly value: string;
  readonly text: string | null;
  readonly until: Instant | null;
  readonly prompt: string | null;
  readonly id: string | null;
};

export function meaningOf(source: Records, record: unknown): Meaning {
  const rule = source.rules.find(({ when }) => holds(when, record)) ?? null;
  return {
    rule,
    value: rule === null ? "" : valueOf(rule, record),
    text: rule === null ? null : (firstOf(record, rule.text)?.slice(0, textLength) ?? null),
    until: rule === null ? null : instantOf(firstOf(record, rule.until)),
    prompt: rule === null ? null : firstOf(record, rule.prompt),
    id: firstOf(record, [...(rule?.id ?? []), ...source.id]),
  };
}

/** Null where none of the fields holds a plain value. */
export function firstOf(record: unknown, fields: readonly string[]): string | null {
  for (const field of fields) {
    const value = fieldOf(record, field);
    if (value !== null) return value.slice(0, fieldLength);
  }
  return null;
}

/** Epoch seconds, epoch milliseconds, or a date as text. */
export function instantOf(value: string | null): Instant | null {
  if (value === null || value === "") return null;
  const number = Number(value);
  const at = Number.isFinite(number)
    ? number * (number < secondsBelow ? 1000 : 1)
    : Date.parse(value);
  return Number.isFinite(at) && at > 0 ? Math.round(at) : null;
}

export function holds(when: SignalRule["when"], record: unknown): boolean {
  return Object.entries(when).every(([field, values]) => {
    const value = fieldOf(record, field);
    return values.some((one) => fits(one, value));
  });
}

function fits(wanted: string, value: string | null): boolean {
  if (wanted === "" || value === null) return wanted === (value ?? "");
  return wanted.endsWith("*") ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
}

/** The tested fields in their words: what `why` shows. */
function valueOf({ when }: SignalRule, record: unknown): string {
  const values = Object.keys(when).map((field) => fieldOf(record, field) ?? "");
  return values
    .filter((one) => one !== "")
    .join(" ")
    .slice(0, textLength);
}

/** A field, or with dots a field of a field, as text; null when it is absent or no plain value. */
function fieldOf(record: unknown, field: string): string | null {
  let at: unknown = record;
  for (const name of field.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return null;
    at = Object.getOwnPropertyDescriptor(at, name)?.value;
  }
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean"
    ? String(at)
    : null;
}
