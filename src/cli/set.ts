// `agents set KEY VALUE`: one key of agents.toml, by its path: `builder.model`, `defaults.watch`. The value is
// TOML where it reads as TOML and fits there, and plain text otherwise.

import { parse } from "smol-toml";
import type { Edit } from "../config/toml-edit.ts";
import { type Value } from "../config/toml-text.ts";
import { didYouMean } from "../config/suggest.ts";
import type { Path } from "../config/where.ts";
import { makeEdits, writtenFile, type Written } from "./file-edit.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

const TABLES = ["defaults", "watchdog", "tmux", "backend", "loop"];

export async function set(call: Call): Promise<ExitCode> {
  const [key = "", ...words] = call.args;
  const isUnset = call.options["unset"] === true;
  if (isUnset !== (words.length === 0))
    throw new Refusal(2, "`agents set KEY VALUE` sets it, `agents set KEY --unset` takes it away");
  const file = await writtenFile(call);
  const path = pathOf(file, key);
  const ways: readonly Edit[] = isUnset
    ? [{ is: "unset", path }]
    : readings(words.join(" ")).map((value) => ({ is: "set", path, value }));
  return makeEdits(
    call,
    file,
    ways.map((edit) => [edit]),
  );
}

/** A member's name, or a table's, then the keys. */
function pathOf({ rows }: Written, key: string): Path {
  const [first = "", ...rest] = key.split(".");
  if (rest.length === 0 || rest.includes(""))
    throw new Refusal(
      2,
      `${JSON.stringify(key)} is no key; \`builder.model\` and \`defaults.watch\` are`,
    );
  if (TABLES.includes(first)) return [first, ...rest];
  for (const kind of ["agent", "service"] as const) {
    const index = rows[kind].indexOf(first);
    if (index >= 0) return [kind, index, ...rest];
  }
  const known = [...rows.agent, ...rows.service, ...TABLES];
  const meant = didYouMean(first, known);
  throw new Refusal(
    4,
    `no agent, service or table is called ${JSON.stringify(first)}${meant === "" ? "." : meant} There are: ${known.join(", ")}. An agent's key is its name and the key: \`builder.model\`.`,
  );
}

/** `5` is a number first and a text second; the schema says which of them it takes. */
function readings(written: string): readonly Value[] {
  const value = tomlValue(written);
  return value === null || value === written ? [written] : [value, written];
}

function tomlValue(written: string): Value | null {
  if (written.includes("\n")) return null;
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
  return value !== null && !(value instanceof Date) && Object.values(value).every(isValue);
}
