// What every verb that changes agents.toml goes through: the text changes in one place only, what comes out
// must mean just that and be a good configuration, and only then does it take the file's place.

import { parse } from "smol-toml";
import { edited, type Edit } from "../config/toml-edit.ts";
import { findConfig } from "./find.ts";
import { problemsText, refuseName } from "./fleet.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { differences } from "./differences.ts";
import { readStanding, stateDirOf } from "./standing.ts";

/** The file as it stands: accepted, so that every later complaint is about the edit. */
export type Written = { readonly path: string; readonly text: string; readonly rows: Rows };

/** Names in the order of the file, by kind. */
export type Rows = Readonly<Record<"agent" | "service", readonly string[]>>;

export async function writtenFile(call: Call): Promise<Written> {
  const path = findConfig(call);
  const read = await call.outside.load(path, false);
  if (read.is === "missing") throw new Refusal(4, read.failure);
  if (read.is === "wrong") throw new Refusal(5, problemsText(read.problems));
  const text = call.outside.text(path) ?? "";
  const parsed = parse(text);
  return {
    path,
    text,
    rows: { agent: namesIn(parsed["agent"]), service: namesIn(parsed["service"]) },
  };
}

function namesIn(rows: unknown): readonly string[] {
  return Array.isArray(rows)
    ? rows.map((row: unknown) => String(Reflect.get(Object(row), "name")))
    : [];
}

/** Where a member stands in the file. */
export function rowOf(
  { rows }: Written,
  name: string,
): { readonly kind: "agent" | "service"; readonly index: number } {
  for (const kind of ["agent", "service"] as const) {
    const index = rows[kind].indexOf(name);
    if (index >= 0) return { kind, index };
  }
  return refuseName("agent or service", name, [...rows.agent, ...rows.service]);
}

/** The first edit that gives a good configuration is made; where none does, what is wrong with the first is told. */
export async function makeEdits(
  call: Call,
  file: Written,
  ways: readonly (readonly Edit[])[],
): Promise<ExitCode> {
  const { outside } = call;
  let refusal: Refusal | null = null;
  for (const way of ways) {
    const after = applied(file, way);
    const problems = await problemsOf(outside, file.path, after);
    refusal ??= problems;
    if (problems === null) return put(call, file, after);
  }
  throw refusal ?? new Refusal(2, "nothing to change");
}

function applied(file: Written, edits: readonly Edit[]): string {
  return edits.reduce((text, edit) => {
    const made = edited(text, edit);
    if (made.ok) return made.text;
    throw new Refusal(
      1,
      `${made.refused}. Nothing was written; this would have been:\n${differences(text, made.text)}`,
    );
  }, file.text);
}

async function problemsOf(outside: Outside, path: string, text: string): Promise<Refusal | null> {
  const read = await outside.check(path, text);
  return read.is === "wrong" ? new Refusal(5, problemsText(read.problems)) : null;
}

/** Shows what changes, and makes it so unless it is only tried. */
export async function put(call: Call, file: Written, after: string): Promise<ExitCode> {
  const { outside, options } = call;
  if (after === file.text) {
    outside.stdout.write("nothing to change: it is so already\n");
    return 0;
  }
  outside.stdout.write(differences(file.text, after));
  if (options["dryRun"] === true) return 0;
  const swapped = await outside.swap(file.path, { before: file.text, after });
  if (!swapped.ok) throw new Refusal(1, swapped.failure);
  outside.stdout.write(`${await whenItCounts(outside, file.path)}\n`);
  return 0;
}

async function whenItCounts(outside: Outside, path: string): Promise<string> {
  const stateDir = await stateDirOf(outside, path);
  const watchdog = stateDir === null ? null : (readStanding(outside, stateDir)?.watchdog ?? null);
  return watchdog?.state === "running"
    ? "written; the watchdog takes it up with its next look"
    : "written; it counts from the next `agents up`";
}
