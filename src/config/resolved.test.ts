import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { backendOf, presetsOf } from "./backends.ts";
import { load } from "./load.ts";
import { resolved } from "./resolved.ts";
import { stanzasOf } from "./stanzas.ts";
import { tomlText } from "./toml-text.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const presets = read("backends.toml");
const source = { path: "/p/f/agents.toml", home: "/home/dev", env: {}, presets };

const loaded = (text: string) => {
  const answer = load({ ...source, text, look: () => "file" });
  if (!answer.ok) throw new Error(answer.problems.map(({ message }) => message).join("\n"));
  return answer.config;
};

const OWN = String.raw`
[defaults]
session_prefix = "r-"
log_dir = "logs"
backend = "claude"
restart = { first = "1.5s" }

[tmux]
socket = "mine"

[backend.claude]
stall_idle = "10m"
x-note = "theirs"
ready = "^ready"
[backend.claude.screen]
idle = ['\$ $', { re = "it's \" \\d", rows = 3 }]
[backend.claude.screen.failed]
fatal = []
[backend.demo]
bin = "mine {kickoff}"
prompt_delivery = "exec"

[[agent]]
name = "a"
nudges = 0
needs = []
[[agent]]
name = "b"
kind = "loop"
role = "r"
loop = "two"
backend = "demo"
[[agent.x-notes]]
any = 1979-05-27

[[service]]
name = "s"
command = "run"
ready = { pattern = { re = "up", rows = 2 } }

[[loop]]
name = "one"
[[loop]]
name = "two"
phases = [{ id = 1, status = "S.md", models = { r = "m" } }]
handoff = { rules = [{ pattern = "^docs", pings = "a" }], inboxes = [{ file = "I.md", pings = "b" }] }
`.replace('"1.5s"', "1.5");

test.each([
  ["the example", read("../../agents.example.toml")],
  ["a file of the reference", read("fixtures/pair.toml")],
  ["a file with everything new", OWN],
])("%s, resolved and written out, means the same fleet", (_, text) => {
  const config = loaded(text);
  const written = tomlText(resolved(config, stanzasOf(presets, text)));
  expect(loaded(written)).toEqual(config);
});

test("values of an environment are not told, their names are", () => {
  const text = `
[defaults]
session_prefix = "r-"
log_dir = "logs"
backend = "demo"
env = { API_TOKEN = "hush", TZ = "UTC" }
[[agent]]
name = "a"
`;
  const written = tomlText(resolved(loaded(text), stanzasOf(presets, text)));
  expect(written).toContain('env = { API_TOKEN = "…", TZ = "…" }');
  expect(written).not.toMatch(/hush|UTC/);
});

test("a stanza laid over its preset is the backend that the loader makes of it", () => {
  const config = loaded(OWN);
  const stanzas = stanzasOf(presets, OWN);
  expect(stanzas.map(({ name, from }) => `${name}: ${from}`)).toEqual([
    "claude: file over built in",
    "demo: file",
    "codex: built in",
    "opencode: built in",
    "gemini: built in",
    "shell: built in",
  ]);
  for (const { name, written } of stanzas) {
    const raw = presetsOf(tomlText({ backend: { [name]: written } })).get(name);
    const made = raw === undefined ? null : backendOf(name, raw, "/home/dev");
    expect(made).toEqual(
      config.backends[name] ?? backendOf(name, presetsOf(presets).get(name)!, "/home/dev"),
    );
  }
});

test("whatever is written can be read again", () => {
  const table = {
    plain: "word",
    backslash: String.raw`\d+ "quoted"`,
    both: `it's \\ "so"`,
    control: "a\tb\u007f\n",
    list: [1, 2.5, true, "x"],
    long: Array.from({ length: 30 }, (_, index) => `item ${index}`),
    empty: [],
    nested: {
      small: { a: 1 },
      "odd key": { b: Array.from({ length: 40 }, () => "long") },
      none: {},
    },
    rows: [{ a: 1, sub: { b: Array.from({ length: 40 }, () => "long") } }, { a: 2 }],
    only: { deep: { list: Array.from({ length: 40 }, () => "long") } },
  };
  expect(JSON.parse(JSON.stringify(parse(tomlText(table))))).toEqual(table);
});
