// What the schema found wrong, said in the user's words: which agent, which key, what to write instead.

import type * as z from "zod";
import type { Complaint } from "./problem.ts";
import { didYouMean } from "./suggest.ts";
import { type Tree, keysAt, tablesWith, treeAt } from "./tree.ts";
import type { Path } from "./where.ts";

type Issue = z.core.$ZodIssue;

/** Complaints about `raw`, the file as it was parsed. */
export function complaintsOf(issues: readonly Issue[], raw: unknown, tree: Tree): Complaint[] {
  const about = { raw, tree };
  return issues.flatMap((issue) => unfolded(issue)).flatMap((issue) => sentences(issue, about));
}

/** "agent "b"", "[watchdog]", "backend "demo"": the table that a path leads into. */
export function subjectOf(path: Path, raw: unknown): string {
  const [table, which] = path;
  if (table === undefined) return "the file";
  if (typeof which === "number") {
    const called = valueAt(raw, [table, which, "name"]);
    if (typeof called === "string") return `${table} "${called}"`;
    return table === "loop" ? "[[loop]]" : `${table} number ${which + 1}`;
  }
  return table === "backend" && which !== undefined ? `backend "${which}"` : `[${table}]`;
}

export function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(step))?.[1];
  }
  return value;
}

/** Of a choice between shapes, only what is wrong with the shape that was meant. */
function unfolded(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const meant = issue.errors.find((errors) => errors.every(({ path }) => path.length > 0));
  if (meant === undefined) return [issue];
  return meant
    .map((inner): Issue => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap((inner) => unfolded(inner));
}

type About = { readonly raw: unknown; readonly tree: Tree };

function sentences(issue: Issue, about: About): Complaint[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code !== "unrecognized_keys") return [{ path, message: sentence(issue, path, about) }];
  return issue.keys.map((name) => ({
    path: [...path, name],
    message: `${subjectOf(path, about.raw)}: ${unknownKey(name, path, about.tree)}`,
  }));
}

function sentence(issue: Issue, path: Path, { raw, tree }: About): string {
  const subject = subjectOf(path, raw);
  const key = keyWords(path);
  const said = key === "" ? subject : `${subject}: ${key}`;
  const value = valueAt(raw, path);
  switch (issue.code) {
    case "invalid_type":
      if (value !== undefined)
        return `${said} must be ${aKind(issue.expected)}, not ${shown(value)}`;
      return `${said} is required${forExample(path, tree)}`;
    case "invalid_value":
      return `${said} must be ${choice(issue.values)}, not ${shown(value)}${typeof value === "string" ? didYouMean(value, issue.values.map(String)) : ""}`;
    case "too_small":
      return `${said} must be ${issue.minimum} or more, not ${shown(value)}`;
    case "too_big":
      return `${said} must be ${issue.maximum} or less, not ${shown(value)}`;
    case "invalid_key":
      return `${said} ${issue.issues[0]?.message ?? issue.message}`;
    case "invalid_format":
      return `${said} ${issue.message}, not ${shown(value)}`;
    case "unrecognized_keys":
    case "invalid_union":
    case "not_multiple_of":
    case "invalid_element":
    case "custom":
      break;
  }
  return `${said} ${issue.message}`;
}

/** The edit that makes the file pass: the key that was meant, its table, or a name that is ignored. */
function unknownKey(name: string, path: Path, tree: Tree): string {
  const meant = didYouMean(name, keysAt(tree, path));
  if (meant !== "") return `unknown key "${name}"${meant}`;
  const elsewhere = tablesWith(tree, name);
  const where = elsewhere.length === 0 ? "" : ` — it belongs in ${elsewhere.join(" or ")}`;
  return `unknown key "${name}"${where}${where === "" ? " —" : ";"} delete it, or rename it to "x-${name}" to keep it as a note`;
}

function keyWords(path: Path): string {
  const inside = path.slice(typeof path[1] === "number" || path[0] === "backend" ? 2 : 1);
  return inside.reduce<string>((words, step) => {
    if (typeof step === "number") return `${words}[${step}]`;
    return words === "" ? step : `${words}.${step}`;
  }, "");
}

function forExample(path: Path, tree: Tree): string {
  const example = treeAt(tree, path)?.example;
  return example === undefined ? "" : `, for example ${path.at(-1)} = ${example}`;
}

function aKind(expected: string): string {
  const kinds: Readonly<Record<string, string>> = {
    int: "a whole number",
    object: "a table",
    record: "a table",
    array: "an array",
    boolean: "true or false",
  };
  return kinds[expected] ?? `a ${expected}`;
}

function choice(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value));
  return [words.slice(0, -1).join(", "), words.at(-1)].filter((part) => part !== "").join(" or ");
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "a table";
  const words = JSON.stringify(value) ?? "nothing";
  return words.length > MAX_SHOWN ? `${words.slice(0, MAX_SHOWN)}…` : words;
}
