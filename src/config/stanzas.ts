// Backends in the words in which they are written: a preset, or the user's stanza laid over the preset of
// the same name, key by key. For people to read and paste; what runs is made by backends.ts.

import { parse, TomlDate } from "smol-toml";
import type { Table, Value } from "./toml-text.ts";

export type Stanza = {
  readonly name: string;
  readonly from: "built in" | "file" | "file over built in";
  readonly written: Table;
};

/** Tables whose keys are laid over each other one by one; every other value is replaced as a whole. */
const LAYERED = new Set(["screen", "failed", "title", "keys", "transcript", "doctor"]);

/** `file` is the text of a configuration that was accepted; "" where there is none. */
export function stanzasOf(presets: string, file: string): readonly Stanza[] {
  const known = backendsIn(presets);
  const own = backendsIn(file);
  return [...new Set([...own.keys(), ...known.keys()])].map((name): Stanza => {
    const preset = known.get(name);
    const stanza = own.get(name);
    if (stanza === undefined) return { name, from: "built in", written: preset ?? {} };
    if (preset === undefined || isAnother(preset, stanza))
      return { name, from: "file", written: stanza };
    return { name, from: "file over built in", written: laidOver(preset, stanza) };
  });
}

/** An exec backend is its command: of another command the preset knows nothing. */
function isAnother(preset: Table, own: Table): boolean {
  const { bin } = own;
  return preset["prompt_delivery"] === "exec" && bin !== undefined && bin !== preset["bin"];
}

function laidOver(preset: Table, own: Table): Table {
  const merged: Record<string, Value | undefined> = { ...preset, ...own };
  for (const key of LAYERED) {
    const below = preset[key];
    const above = own[key];
    if (isTable(below) && isTable(above)) merged[key] = laidOver(below, above);
  }
  return merged;
}

function backendsIn(text: string): ReadonlyMap<string, Table> {
  const { backend } = tableOf(parse(text));
  if (!isTable(backend)) return new Map();
  const stanzas = Object.entries(backend).flatMap(([name, stanza]) =>
    isTable(stanza) ? [[name, stanza] as const] : [],
  );
  return new Map(stanzas);
}

/** Without notes, and without what no key of ours can hold, such as dates. */
function tableOf(table: object): Table {
  const kept = Object.entries(table).flatMap(([key, value]) => {
    const plain = key.startsWith("x-") ? undefined : plainOf(value);
    return plain === undefined ? [] : [[key, plain] as const];
  });
  return Object.fromEntries(kept);
}

function plainOf(value: unknown): Value | undefined {
  if (Array.isArray(value)) return value.map(plainOf).filter((item) => item !== undefined);
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "object":
      return value === null || value instanceof TomlDate ? undefined : tableOf(value);
    default:
      return undefined;
  }
}

function isTable(value: Value | undefined): value is Table {
  return typeof value === "object" && !Array.isArray(value);
}
