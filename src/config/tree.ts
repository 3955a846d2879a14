// The schema as plain data: which keys a table has, what they are for, what they hold. Made once from the
// schema for everything that explains it: messages, help, the README's tables, the editors' schema.

import * as z from "zod";
import { WRITTEN } from "./defaults.ts";
import { AgentsToml } from "./schema.ts";
import type { Path } from "./where.ts";

/** The part of JSON schema (draft 4) that our schema uses, with `example` and `holds` added. */
export type Tree = {
  $schema?: string;
  title?: string;
  type?: string | string[];
  description?: string;
  example?: string;
  holds?: "duration" | "pattern";
  default?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Tree>;
  patternProperties?: Record<string, Tree>;
  required?: readonly string[];
  additionalProperties?: boolean | Tree;
  items?: Tree;
  anyOf?: readonly Tree[];
};

/** The schema does not change: it is written down once, when it is first asked for. */
let writtenDown = "";

/** A fresh one each time: callers may add to it. */
export function schemaTree(): Tree {
  writtenDown ||= JSON.stringify(z.toJSONSchema(AgentsToml, { target: "draft-4", io: "input" }));
  const tree = JSON.parse(writtenDown) as Tree;
  for (const [table, path] of TABLES) fill(treeAt(tree, path), WRITTEN[table]);
  return tree;
}

/** Tables that have defaults, and one place where each of them stands. */
const TABLES: readonly (readonly [keyof typeof WRITTEN, Path])[] = [
  ["watchdog", ["watchdog"]],
  ["tmux", ["tmux"]],
  ["backend", ["backend", "NAME"]],
  ["agent", ["agent", 0]],
  ["restart", ["agent", 0, "restart"]],
  ["wake", ["agent", 0, "wake"]],
  ["loop", ["loop"]],
  ["loop", ["loop", 0]],
  ["handoff", ["loop", "handoff"]],
  ["handoff", ["loop", 0, "handoff"]],
  ["notify", ["notify", 0]],
  ["tasks", ["tasks"]],
  ["pipeline", ["pipeline", 0]],
  ["step", ["pipeline", 0, "step", 0]],
  ["route", ["route"]],
  ["budget", ["budget"]],
  ["job", ["job", 0]],
];

function fill(table: Tree | null, values: Readonly<Record<string, unknown>>): void {
  for (const shape of shapesOf(table ?? {})) {
    for (const [name, value] of Object.entries(values)) {
      const key = shape.properties?.[name];
      if (key !== undefined) key.default = value;
    }
  }
}

/** Null where the schema has no such key. A number leads into an array, a name into a table. */
export function treeAt(tree: Tree, path: Path): Tree | null {
  const [step, ...rest] = path;
  if (step === undefined) return tree;
  for (const shape of shapesOf(tree)) {
    const next = typeof step === "number" ? shape.items : inside(shape, step);
    if (next !== undefined) return treeAt(next, rest);
  }
  return null;
}

export function keysAt(tree: Tree, path: Path): readonly string[] {
  const table = treeAt(tree, path);
  return table === null
    ? []
    : shapesOf(table).flatMap((shape) => Object.keys(shape.properties ?? {}));
}

/** Headers of the tables that know this key: what to say to a key in the wrong place. */
export function tablesWith(tree: Tree, name: string): readonly string[] {
  const tables: readonly (readonly [string, Path])[] = [
    ["[defaults]", ["defaults"]],
    ["[watchdog]", ["watchdog"]],
    ["[tmux]", ["tmux"]],
    ["[backend.NAME]", ["backend", "NAME"]],
    ["[[agent]]", ["agent", 0]],
    ["[[service]]", ["service", 0]],
    ["[loop]", ["loop"]],
    ["[loop.handoff]", ["loop", "handoff"]],
    ["[[notify]]", ["notify", 0]],
    ["[tasks]", ["tasks"]],
    ["[[pipeline.step]]", ["pipeline", 0, "step", 0]],
    ["[route]", ["route"]],
    ["[budget]", ["budget"]],
    ["[[job]]", ["job", 0]],
  ];
  return tables.filter(([, path]) => keysAt(tree, path).includes(name)).map(([header]) => header);
}

export function shapesOf(tree: Tree): readonly Tree[] {
  return tree.anyOf ?? [tree];
}

function inside(shape: Tree, name: string): Tree | undefined {
  const named = shape.properties !== undefined && Object.hasOwn(shape.properties, name);
  if (named) return shape.properties?.[name];
  return typeof shape.additionalProperties === "object" ? shape.additionalProperties : undefined;
}
