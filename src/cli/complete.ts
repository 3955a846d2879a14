// `agents __complete names|jobs`: the names that a shell may offer. It is asked at every press of a key, so it
// reads the file without the schema, and says nothing where there is nothing to say.

import { parse } from "smol-toml";
import { findConfigIfAny } from "./find.ts";
import type { Call, ExitCode } from "./outside.ts";

/** The watchdog can be named wherever an agent can. */
const ALWAYS = "watchdog";

export async function complete(call: Call): Promise<ExitCode> {
  const path = findConfigIfAny(call);
  const text = path === null ? null : call.outside.text(path);
  const jobs = call.args[0] === "jobs";
  const named = text === null ? [] : namesIn(text, jobs ? ["job"] : ["agent", "service"]);
  const names = jobs || text === null ? named : [...named, ALWAYS];
  call.outside.stdout.write(names.map((name) => `${name}\n`).join(""));
  return 0;
}

function namesIn(text: string, kinds: readonly string[]): readonly string[] {
  try {
    const file = parse(text);
    return kinds
      .map((kind) => file[kind])
      .flatMap((tables) => (Array.isArray(tables) ? tables : []))
      .flatMap(nameOf);
  } catch {
    // Half a file is written while its author completes a word elsewhere.
    return [];
  }
}

function nameOf(table: unknown): readonly string[] {
  const name = typeof table === "object" && table !== null && "name" in table ? table.name : null;
  return typeof name === "string" && /^[A-Za-z0-9_-]+$/.test(name) ? [name] : [];
}
