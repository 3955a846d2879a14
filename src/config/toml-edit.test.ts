import { parse } from "smol-toml";
import fc from "fast-check";
import { expect, test } from "vitest";
import { edited, type Edit } from "./toml-edit.ts";

const FLEET = `# my fleet
[defaults]
log_dir = "logs"   # here
backend = "demo"

# the builder
[[agent]]
name = "builder"   # it builds
model = 'opus'
env = { A = "1", B = "2" } # two

[agent.restart]
starts = 3

# the reader
# of two lines
[[agent]]
name = "reader"
prompt = """
Read
 this"""

# the pair
[loop]
agents = [
  "builder", # first
  "reader",
]
`;

const after = (edit: Edit, text = FLEET): string => {
  const made = edited(text, edit);
  return made.ok ? made.text : `refused: ${made.refused}`;
};

/** What the edit did, as the lines that went and came. */
const change = (edit: Edit, text = FLEET): readonly string[] => {
  const [before, now] = [text.split("\n"), after(edit, text).split("\n")];
  return [
    ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
  ];
};

test("a value is replaced where it stands, and its comment stays", () => {
  expect(change({ is: "set", path: ["defaults", "log_dir"], value: "state" })).toEqual([
    '- log_dir = "logs"   # here',
    '+ log_dir = "state"   # here',
  ]);
});

test("a new key comes behind the last one of its table, not behind the comment of the next", () => {
  expect(after({ is: "set", path: ["agent", 1, "enabled"], value: false })).toBe(
    FLEET.replace(' this"""\n', ' this"""\nenabled = false\n'),
  );
});

test("a new key of a table with sections below comes before them", () => {
  expect(after({ is: "set", path: ["agent", 0, "enabled"], value: false })).toBe(
    FLEET.replace("# two\n", "# two\nenabled = false\n"),
  );
});

test("a key is set inside braces and inside a section", () => {
  expect(change({ is: "set", path: ["agent", 0, "env", "C"], value: 'say "hi"' })).toEqual([
    '- env = { A = "1", B = "2" } # two',
    `+ env = { A = "1", B = "2", C = 'say "hi"' } # two`,
  ]);
  expect(change({ is: "set", path: ["agent", 0, "restart", "starts"], value: 9 })).toEqual([
    "- starts = 3",
    "+ starts = 9",
  ]);
});

test("what has no table yet gets one", () => {
  expect(after({ is: "set", path: ["watchdog", "signal_interval"], value: 5 })).toBe(
    `${FLEET}\n[watchdog]\nsignal_interval = 5\n`,
  );
  expect(change({ is: "set", path: ["agent", 1, "wake", "every"], value: "5m" })).toEqual([
    '+ wake.every = "5m"',
  ]);
});

test("a new agent comes behind the last one", () => {
  const added = after({ is: "add", kind: "agent", table: { name: "third", prompt: "Go.\n" } });
  expect(added).toBe(
    FLEET.replace("# the pair\n", '[[agent]]\nname = "third"\nprompt = "Go.\\n"\n\n# the pair\n'),
  );
});

test("the first of a kind comes at the end", () => {
  expect(after({ is: "add", kind: "service", table: { name: "web", command: "x" } })).toBe(
    `${FLEET}\n[[service]]\nname = "web"\ncommand = "x"\n`,
  );
  expect(after({ is: "add", kind: "agent", table: { name: "a" } }, "")).toBe(
    '[[agent]]\nname = "a"\n',
  );
});

test("a key goes with its line, also out of braces", () => {
  expect(change({ is: "unset", path: ["agent", 0, "model"] })).toEqual(["- model = 'opus'"]);
  expect(change({ is: "unset", path: ["agent", 1, "prompt"] })).toEqual([
    '- prompt = """',
    "- Read",
    '-  this"""',
  ]);
  expect(change({ is: "unset", path: ["agent", 0, "env", "B"] })).toEqual([
    '- env = { A = "1", B = "2" } # two',
    '+ env = { A = "1" } # two',
  ]);
  expect(after({ is: "unset", path: ["agent", 0, "dir"] })).toBe(FLEET);
  const dotted = '[[agent]]\nname = "a"\nenv.A = "1"\n';
  expect(after({ is: "unset", path: ["agent", 0, "env", "A"] }, dotted)).toBe(
    '[[agent]]\nname = "a"\n',
  );
});

test("an agent goes with its sections and the comment above it", () => {
  const without = after({ is: "remove", kind: "agent", index: 0 });
  expect(without).toBe(FLEET.replace(/# the builder[\s\S]*starts = 3\n\n/, ""));
  expect(after({ is: "remove", kind: "agent", index: 1 })).toBe(
    FLEET.replace(/# the reader[\s\S]* this"""\n\n/, ""),
  );
});

test("what cannot be said in this layout is refused, and nothing is written", () => {
  const inline = 'agent = [{ name = "a" }]\n';
  const refused = edited(inline, { is: "add", kind: "agent", table: { name: "b" } });
  expect(refused.ok).toBe(false);
});

test("whatever is set is there afterwards, and nothing else changed", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
  const path = fc.constantFrom<readonly (string | number)[]>(
    ["defaults", "log_dir"],
    ["agent", 0, "model"],
    ["agent", 1, "prompt"],
    ["agent", 0, "env", "A"],
    ["agent", 0, "restart", "within"],
    ["loop", "agents"],
    ["backend", "mine", "bin"],
  );
  fc.assert(
    fc.property(path, value, (where, what) => {
      const made = edited(FLEET, { is: "set", path: where, value: what });
      if (!made.ok) throw new Error(made.refused);
      const at = where.reduce<unknown>(
        (table, step) => Reflect.get(Object(table), step),
        parse(made.text),
      );
      expect(at).toEqual(what);
      expect(made.text.match(/#.*$/gm)?.length).toBeGreaterThanOrEqual(where[0] === "loop" ? 7 : 8);
    }),
  );
});
