import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { load } from "./load.ts";
import { editorSchema, manualFor, manualNames, manualTables } from "./manual.ts";
import { prefixFrom, starterFile } from "./starter.ts";
import { type Tree, schemaTree } from "./tree.ts";

const PRESETS = readFileSync(new URL("backends.toml", import.meta.url), "utf8");

/** Keys in a tree, with their tables: "agent.name". */
function keysOf(tree: Tree, above: string): string[] {
  const own = Object.entries(tree.properties ?? {}).flatMap(([name, value]) => [
    `${above}${name}`,
    ...keysOf(value, `${above}${name}.`),
  ]);
  const inner = [tree.items, tree.additionalProperties, ...(tree.anyOf ?? [])];
  return [...own, ...inner.flatMap((t) => (typeof t === "object" ? keysOf(t, above) : []))];
}

test("every key has words, and the manual prints them", () => {
  const tables = manualTables();
  const wordless = (tree: Tree): string[] =>
    [tree, ...(tree.anyOf ?? []), ...(tree.items === undefined ? [] : [tree.items])].flatMap((t) =>
      Object.entries(t.properties ?? {}).flatMap(([name, value]) => [
        ...(value.description === undefined ? [name] : []),
        ...wordless(value),
      ]),
    );
  // The two keys of a pattern and the two of an inbox are told where patterns and inboxes are.
  const own = wordless(schemaTree()).filter((name) => name !== "re" && name !== "rows");
  expect(own).toEqual([]);
  const untold = [...new Set(keysOf(schemaTree(), ""))]
    .map((key) => key.split(".").at(-1) ?? "")
    .filter((key) => !["re", "rows", "file"].includes(key) && !SECTION_KEYS.has(key))
    .filter((key) => !tables.includes(`| \`${key}\` |`));
  expect(untold).toEqual([]);
});

/** Tables of the file itself: they are headings of the manual. */
const SECTION_KEYS = new Set([
  "defaults",
  "watchdog",
  "tmux",
  "backend",
  "agent",
  "service",
  "loop",
  "notify",
  "tasks",
  "pipeline",
  "route",
  "budget",
  "price",
  "job",
]);

test("a key is explained with its value, default and example", () => {
  expect(manualFor("stall_idle")).toBe(
    [
      "[backend.NAME] stall_idle",
      "  Idle for this long without a WAITING-UNTIL line is a stall.",
      "  value:    seconds or a duration",
      "  default:  300",
    ].join("\n"),
  );
  expect(manualFor("[loop].done_marker")).toBe(
    [
      "[loop] done_marker",
      "  The line that ends a phase begins with this.",
      "  value:    string",
      '  default:  "## DONE"',
    ].join("\n"),
  );
  expect(manualFor("agent.kind")?.split("\n")[2]).toBe(
    '  value:    "persistent", "orchestrator", "loop", "task"',
  );
  expect(
    manualFor("tmux")
      ?.split("\n")
      .map((line) => line.trim().split(" ")[0]),
  ).toEqual(["[tmux]", "socket", "width", "height", "history_limit"]);
  expect(manualFor("wathc")).toBe(null);
});

test("whatever the manual names, it answers to", () => {
  expect(manualNames().filter((name) => manualFor(name) === null)).toEqual([]);
});

test("the schema for editors is draft 4, has its properties at the root, and allows notes everywhere", () => {
  const schema = editorSchema();
  expect([schema.$schema, schema.type, Object.keys(schema.properties ?? {})]).toEqual([
    "http://json-schema.org/draft-04/schema#",
    "object",
    [
      "defaults",
      "watchdog",
      "tmux",
      "backend",
      "agent",
      "service",
      "loop",
      "notify",
      "tasks",
      "pipeline",
      "route",
      "budget",
      "price",
      "job",
    ],
  ]);
  const text = JSON.stringify(schema);
  const closed = text.split('"additionalProperties":false').length;
  expect(text.split('"patternProperties":{"^x-":{}}').length).toBe(closed);
  expect(text).not.toContain('"$ref"');
  expect(schema.properties?.["watchdog"]?.properties?.["signal_interval"]).toEqual({
    description: "The longest gap between two looks at everything.",
    type: ["number", "string"],
    default: 30,
  });
});

test("defect 15: the starter file of any directory loads without a word", () => {
  const directories = ["my.app", "日本", "", "-x", "a".repeat(99), "web", "_.._", "a--"];
  expect(directories.map(prefixFrom)).toEqual([
    "my-app-",
    "fleet-",
    "fleet-",
    "x-",
    `${"a".repeat(30)}-`,
    "web-",
    "fleet-",
    "a-",
  ]);
  for (const prefix of directories.map(prefixFrom)) {
    const text = starterFile({ prefix, backend: "demo", shape: { is: "workers", count: 1 } });
    const source = { path: "/p/agents.toml", home: "/h", env: {}, presets: PRESETS, text };
    const loaded = load({ ...source, look: () => null });
    expect(loaded.ok ? [loaded.config.prefix, loaded.warnings] : loaded.problems).toEqual([
      prefix,
      [],
    ]);
  }
});

test.each([
  [{ is: "workers", count: 3 } as const, ["worker-1", "worker-2", "worker-3"], 0],
  [{ is: "loop" } as const, ["builder", "adversary"], 1],
])("the starter file of %j loads without a word", (shape, names, loops) => {
  const text = starterFile({ prefix: "p-", backend: "demo", shape });
  const source = { path: "/p/agents.toml", home: "/h", env: {}, presets: PRESETS, text };
  const loaded = load({ ...source, look: () => "file" });
  if (!loaded.ok) throw new Error(loaded.problems.map((one) => one.message).join("\n"));
  expect(loaded.warnings).toEqual([]);
  expect(loaded.config.agents.map(({ name }) => name)).toEqual(names);
  expect(loaded.config.loops).toHaveLength(loops);
});

test("what the starter file offers in comments is right too", () => {
  const text = starterFile({ prefix: "p-", backend: "demo", shape: { is: "workers", count: 1 } });
  const offered = text.replaceAll(/^# (?=[[a-z_.]+(?:\]| =))/gm, "");
  expect(Object.keys(parse(offered))).toEqual(["defaults", "agent", "service", "backend"]);
  const source = { path: "/p/agents.toml", home: "/h", env: {}, presets: PRESETS, text: offered };
  const loaded = load({ ...source, look: () => "file" });
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
});
