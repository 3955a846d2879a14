// What a piece of TOML means where a value may stand: texts, numbers, truths, and tables and lists of them.
// Dates are none of these: no key of agents.toml takes one.

import { parse, TomlDate } from "smol-toml";
import type { Value } from "./toml-text.ts";

/** Null where it is no value, or more than one. */
export function tomlValue(written: string): Value | null {
  try {
    const { value, ...more } = parse(`value = ${written}`);
    return Object.keys(more).length === 0 && isValue(value) ? value : null;
  } catch {
    return null;
  }
}

function isValue(value: unknown): value is Value {
  if (Array.isArray(value)) return value.every(isValue);
  if (typeof value !== "object") return ["string", "number", "boolean"].includes(typeof value);
  return value !== null && !(value instanceof TomlDate) && Object.values(value).every(isValue);
}
