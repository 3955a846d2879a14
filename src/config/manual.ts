// The manual of agents.toml, printed from the schema: tables for the README, help for one key, the schema
// that editors read. Nothing is said here that the schema does not say.

import { type Tree, keysAt, schemaTree, shapesOf, treeAt } from "./tree.ts";
import type { Path } from "./where.ts";

type Section = { readonly header: string; readonly path: Path };

/** In the order in which a person meets them. */
const SECTIONS: readonly Section[] = [
  { header: "[defaults]", path: ["defaults"] },
  { header: "[[agent]]", path: ["agent", 0] },
  { header: "[agent.wake]", path: ["agent", 0, "wake"] },
  { header: "[agent.restart]", path: ["agent", 0, "restart"] },
  { header: "[[service]]", path: ["service", 0] },
  { header: "[service.ready]", path: ["service", 0, "ready"] },
  { header: "[watchdog]", path: ["watchdog"] },
  { header: "[tmux]", path: ["tmux"] },
  { header: "[loop]", path: ["loop"] },
  { header: "[[loop.phases]]", path: ["loop", "phases", 0] },
  { header: "[loop.handoff]", path: ["loop", "handoff"] },
  { header: "[[loop.handoff.rules]]", path: ["loop", "handoff", "rules", 0] },
  { header: "[loop.on_complete]", path: ["loop", "on_complete"] },
  { header: "[[notify]]", path: ["notify", 0] },
  { header: "[notify.quiet]", path: ["notify", 0, "quiet"] },
  { header: "[tasks]", path: ["tasks"] },
  { header: "[tasks.quiet]", path: ["tasks", "quiet"] },
  { header: "[[pipeline]]", path: ["pipeline", 0] },
  { header: "[[pipeline.step]]", path: ["pipeline", 0, "step", 0] },
  { header: "[route]", path: ["route"] },
  { header: "[[route.rule]]", path: ["route", "rule", 0] },
  { header: "[[route.rule.to]]", path: ["route", "rule", 0, "to", 0] },
  { header: "[budget]", path: ["budget"] },
  { header: "[price.MODEL]", path: ["price", "MODEL"] },
  { header: "[[job]]", path: ["job", 0] },
  { header: "[job.task]", path: ["job", 0, "task"] },
  { header: "[job.quiet]", path: ["job", 0, "quiet"] },
  { header: "[backend.NAME]", path: ["backend", "NAME"] },
  { header: "[backend.NAME.screen]", path: ["backend", "NAME", "screen"] },
  { header: "[backend.NAME.screen.failed]", path: ["backend", "NAME", "screen", "failed"] },
  { header: "[backend.NAME.title]", path: ["backend", "NAME", "title"] },
  { header: "[[backend.NAME.signals]]", path: ["backend", "NAME", "signals", 0] },
  {
    header: "[[backend.NAME.signals.rules]]",
    path: ["backend", "NAME", "signals", 0, "rules", 0],
  },
  {
    header: "[[backend.NAME.signals.usage]]",
    path: ["backend", "NAME", "signals", 0, "usage", 0],
  },
  { header: "[backend.NAME.keys]", path: ["backend", "NAME", "keys"] },
  { header: "[backend.NAME.typed]", path: ["backend", "NAME", "typed"] },
  { header: "[backend.NAME.transcript]", path: ["backend", "NAME", "transcript"] },
  {
    header: "[[backend.NAME.transcript.show]]",
    path: ["backend", "NAME", "transcript", "show", 0],
  },
  { header: "[backend.NAME.doctor]", path: ["backend", "NAME", "doctor"] },
];

/** In other tables `command` is another word for a key that is told already. */
const HAVE_COMMANDS: readonly unknown[] = ["service", "notify", "pipeline", "job"];
const REQUIRED = "required";

type Row = {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly words: string;
  readonly example: string | null;
};

/** Every table of the file as a table of Markdown. */
export function manualTables(): string {
  const tree = schemaTree();
  return SECTIONS.map((section) => {
    const about = aboutOf(tree, section);
    const rows = rowsOf(tree, section).map(
      (row) => `| \`${row.key}\` | ${cell(row.type)} | ${code(row.default)} | ${cell(row.words)} |`,
    );
    const head = [`### \`${section.header}\``, "", ...(about === "" ? [] : [about, ""])];
    return [...head, "| key | value | default | meaning |", "|---|---|---|---|", ...rows].join(
      "\n",
    );
  }).join("\n\n");
}

/** Help for a key ("stall_idle", "backend.stall_idle") or a table ("watchdog"); null when there is none. */
export function manualFor(asked: string): string | null {
  const tree = schemaTree();
  const tables = SECTIONS.filter(({ header }) => plain(header) === plain(asked));
  if (tables.length > 0) return tables.map((section) => tableHelp(tree, section)).join("\n\n");
  const found = SECTIONS.flatMap((section) =>
    rowsOf(tree, section)
      .filter(({ key }) => asked === key || plain(asked) === `${plain(section.header)}.${key}`)
      .map((row) => keyHelp(section, row)),
  );
  return found.length === 0 ? null : found.join("\n\n");
}

/** Everything that manualFor answers to. */
export function manualNames(): readonly string[] {
  const tree = schemaTree();
  const keys = SECTIONS.flatMap((section) => rowsOf(tree, section).map(({ key }) => key));
  return [...new Set([...SECTIONS.map(({ header }) => plain(header)), ...keys])];
}

/** For editors: draft 4, with keys that begin with `x-` allowed in every table. */
export function editorSchema(): Tree {
  const { $schema = "", ...tree } = schemaTree();
  return { $schema, title: "agents.toml", ...forEditors(tree) };
}

function forEditors({ example: _example, holds: _holds, ...tree }: Tree): Tree {
  const inner = (table: Readonly<Record<string, Tree>>): Record<string, Tree> =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name, forEditors(value)]));
  return {
    ...tree,
    ...(tree.properties && { properties: inner(tree.properties) }),
    ...(tree.additionalProperties === false && { patternProperties: { "^x-": {} } }),
    ...(typeof tree.additionalProperties === "object" && {
      additionalProperties: forEditors(tree.additionalProperties),
    }),
    ...(tree.items && { items: forEditors(tree.items) }),
    ...(tree.anyOf && { anyOf: tree.anyOf.map(forEditors) }),
  };
}

function tableHelp(tree: Tree, section: Section): string {
  const rows = rowsOf(tree, section);
  const width = Math.max(...rows.map(({ key }) => key.length));
  const about = aboutOf(tree, section);
  return [
    about === "" ? section.header : `${section.header}  ${about}`,
    ...rows.map(({ key, words }) => `  ${key.padEnd(width)}  ${words}`),
  ].join("\n");
}

function keyHelp({ header }: Section, row: Row): string {
  return [
    `${header} ${row.key}`,
    `  ${row.words}`,
    `  value:    ${row.type}`,
    ...(row.default === "" ? [] : [`  default:  ${row.default}`]),
    ...(row.example === null ? [] : [`  example:  ${row.key} = ${row.example}`]),
  ].join("\n");
}

function aboutOf(tree: Tree, { path }: Section): string {
  const [last] = path.slice(-1);
  const owner = typeof last === "number" || last === "NAME" ? path.slice(0, -1) : path;
  return treeAt(tree, owner)?.description ?? "";
}

function rowsOf(tree: Tree, { path }: Section): readonly Row[] {
  // Under [defaults], the keys of [[agent]] would only be listed a second time.
  const elsewhere = path[0] === "defaults" ? keysAt(tree, ["agent", 0]) : [];
  const required = shapesOf(treeAt(tree, path) ?? {}).flatMap((shape) => shape.required ?? []);
  return keysAt(tree, path)
    .filter(
      (key) => (!elsewhere.includes(key) && key !== "command") || HAVE_COMMANDS.includes(path[0]),
    )
    .map((key) => {
      const value = treeAt(tree, [...path, key]) ?? {};
      return {
        key,
        type: typeOf(value),
        default: required.includes(key) ? REQUIRED : defaultOf(value),
        words: value.description ?? "",
        example: value.example ?? null,
      };
    });
}

function typeOf(tree: Tree): string {
  if (tree.holds === "duration") return "seconds or a duration";
  if (tree.holds === "pattern") return "regular expression";
  if (tree.enum !== undefined) return tree.enum.map((value) => JSON.stringify(value)).join(", ");
  if (tree.items !== undefined) return `array of ${plural(tree.items)}`;
  if (tree.anyOf !== undefined) return [...new Set(tree.anyOf.map(typeOf))].join(" or ");
  const types = [tree.type ?? "object"].flat().map((type) => TYPES[type] ?? type);
  return types.join(" or ");
}

function plural(tree: Tree): string {
  if (tree.anyOf !== undefined) return tree.anyOf.map(plural).join(" or ");
  if (tree.holds === "pattern") return "regular expressions";
  return tree.type === "object" ? "tables" : `${typeOf(tree)}s`;
}

const TYPES: Readonly<Record<string, string>> = {
  object: "table",
  boolean: "true or false",
  integer: "whole number",
};

function defaultOf(tree: Tree): string {
  return tree.default === undefined ? "" : JSON.stringify(tree.default);
}

/** A header or a dotted name, without what only TOML needs. */
function plain(header: string): string {
  return header.replaceAll(/[[\]]/g, "").replace(".NAME", "");
}

/** "required" is a word, a default is what could be written. */
function code(value: string): string {
  return value === "" || value === REQUIRED ? value : `\`${cell(value)}\``;
}

function cell(words: string): string {
  return words.replaceAll("|", String.raw`\|`);
}
