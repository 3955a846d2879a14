import fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { expect, test } from "vitest";
import { type Path, whereIn } from "./where.ts";

const TEXT = `# a fleet
[defaults]
session_prefix = "p-"
note = """
[[agent]]
model = "not here"
\\""" still text"""

[backend.claude]
bin = 'a # b'
screen.busy = [
  "one", # [[agent]]
  { re = "two", rows = 3 },
]
"quoted \\u0061" = 1

[[agent]]
name = "a"
[agent.wake]
interval = 5
[[agent]] # second
name = "b"
wake = { interval = 7, prompt_file = "w" }

[[loop]]
name = "l"
[[loop.phases]]
id = "1"
[[loop.phases]]
id = "2"
models = { builder = "x" }
[loop.handoff]
repo = "."
[[loop]]
[[loop.phases]]
id = "3"
`;

/** The text that stands at the place of a path, up to the end of the line. */
function standsAt(text: string, path: Path): string {
  const { line, column } = whereIn(text)(path);
  return `${line}: ${text.split("\n")[line - 1]?.slice(column - 1) ?? ""}`;
}

test("every kind of key is found where it stands", () => {
  const paths: Path[] = [
    ["defaults"],
    ["defaults", "note"],
    ["backend", "claude"],
    ["backend", "claude", "bin"],
    ["backend", "claude", "screen", "busy"],
    ["backend", "claude", "screen", "busy", 0],
    ["backend", "claude", "screen", "busy", 1, "rows"],
    ["backend", "claude", "quoted a"],
    ["agent", 0, "name"],
    ["agent", 0, "wake", "interval"],
    ["agent", 1],
    ["agent", 1, "wake", "prompt_file"],
    ["loop", 0, "phases", 1, "models", "builder"],
    ["loop", 0, "handoff", "repo"],
    ["loop", 1, "phases", 0, "id"],
  ];
  expect(paths.map((path) => standsAt(TEXT, path))).toEqual([
    "2: defaults]",
    '4: note = """',
    "9: claude]",
    "10: bin = 'a # b'",
    "11: busy = [",
    '12: "one", # [[agent]]',
    "13: rows = 3 },",
    '15: "quoted \\u0061" = 1',
    '18: name = "a"',
    "20: interval = 5",
    "21: agent]] # second",
    '23: prompt_file = "w" }',
    '31: builder = "x" }',
    '33: repo = "."',
    '36: id = "3"',
  ]);
});

test("what is absent is placed at the table that should hold it", () => {
  expect(standsAt(TEXT, ["agent", 1, "model"])).toBe("21: agent]] # second");
  expect(whereIn(TEXT)(["nothing"])).toEqual({ line: 1, column: 1 });
});

test("for any document, the place of a key reads as that key", () => {
  const key = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,6}$/).filter((name) => name !== "__proto__");
  const { table } = fc.letrec<{ table: Record<string, unknown>; any: unknown }>((tie) => ({
    table: fc.dictionary(key, tie("any"), { maxKeys: 4 }),
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer({ min: -9, max: 9 }),
      fc.boolean(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.array(tie("table"), { minLength: 1, maxLength: 3 }),
      tie("table"),
    ),
  }));
  fc.assert(
    fc.property(table, (document) => {
      const text = stringify(document);
      const where = whereIn(text);
      for (const path of keyPaths(parse(text), [])) {
        const { line, column } = where(path);
        const stands = text.split("\n")[line - 1]?.slice(column - 1) ?? "";
        expect(stands.startsWith(String(path.at(-1)))).toBe(true);
      }
    }),
  );
});

test("no text makes the scanner throw or hang", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab[]{}=\"'.,#\n \\1".split("")) }),
      (text) => {
        expect(whereIn(text)(["a"]).line).toBeGreaterThan(0);
      },
    ),
  );
});

function keyPaths(value: unknown, path: Path): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => keyPaths(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name],
    ...keyPaths(inner, [...path, name]),
  ]);
}
