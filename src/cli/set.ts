// `agents set KEY VALUE`: one key of agents.toml, by its path: `builder.model`, `defaults.watch`. The value is
// TOML where it reads as TOML and fits there, and plain text otherwise.

import type { Edit } from "../config/toml-edit.ts";
import { type Value } from "../config/toml-text.ts";
import { tomlValue } from "../config/toml-value.ts";
import type { Path } from "../config/where.ts";
import { refuseName } from "./fleet.ts";
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
  return refuseName("agent, service or table", first, known);
}

/** `5` is a number first and a text second; the schema says which of them it takes. */
function readings(written: string): readonly Value[] {
  const value = written.includes("\n") ? null : tomlValue(written);
  return value === null || value === written ? [written] : [value, written];
}
