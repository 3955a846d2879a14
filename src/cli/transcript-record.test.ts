// Records that the real programs wrote in a conversation with a false model, read by the shipped tables.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import type { Told } from "../config/config.ts";
import { transcriptReader } from "./transcript-record.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const backends = presetBackends(read("../config/backends.toml"), "/home/dev");

const told = (name: string, version: string): string[] => {
  const reader = transcriptReader(backends[name]!.transcript!);
  return read(`fixtures/${name}-${version}.jsonl`)
    .trimEnd()
    .split("\n")
    .flatMap((line) => reader.tell(JSON.parse(line)))
    .map(({ as, at, name: tool, text, spent: { input, cached, output, cost } }) => {
      const time = new Date(at ?? 0).toISOString().slice(11, 19);
      const spent = as === "usage" ? `${input} (${cached}) ${output} ${cost ?? "-"}` : text;
      return `${time} ${as} ${tool === "" ? "" : `[${tool}] `}${spent}`;
    });
};

test("a conversation of the first program: turns, a tool with its result, tokens once a message, the limit", () => {
  expect(told("claude", "2.1.197")).toMatchInlineSnapshot(`
    [
      "14:22:26 user @@bash:date",
      "14:22:26 agent Calling a tool now.",
      "14:22:26 usage 1000 (0) 6 -",
      "14:22:26 tool [Bash] date",
      "14:22:26 result Fri Nov 20 14:22:26 UTC 2026",
      "14:22:26 agent Tool finished. END-OF-ANSWER.",
      "14:22:26 usage 1000 (0) 6 -",
      "14:22:27 user @@limit:3600",
      "14:22:27 error You've hit your session limit · resets 3:22pm (UTC)",
    ]
  `);
});

test("a rollout: its own context is no prompt, tokens are those of the answer, a failed turn is an error", () => {
  expect(told("codex", "0.169.0")).toMatchInlineSnapshot(`
    [
      "14:22:27 user @@bash:date",
      "14:22:27 agent Calling a tool now.",
      "14:22:27 tool [exec_command] {"cmd":"date","yield_time_ms":120000}",
      "14:22:28 result Chunk ID: bad23d
    Wall time: 0.0000 seconds
    Process exited with code 0
    Original token count: 8
    Output:
    Fri Nov 20 14:22:28 UTC 2026",
      "14:22:28 usage 1000 (0) 9 -",
      "14:22:28 agent Tool finished. END-OF-ANSWER.",
      "14:22:28 usage 1000 (0) 9 -",
      "14:22:28 user @@limit:7200",
      "14:22:28 error You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at 4:22 PM.",
    ]
  `);
});

test("rows of a database: what is still being written is left for later, cost is known", () => {
  expect(told("opencode", "1.18.33")).toMatchInlineSnapshot(`
    [
      "14:22:38 user @@bash:date",
      "14:22:39 agent Calling a tool now.",
      "14:22:39 tool [bash] date",
      "14:22:39 result Fri Nov 20 14:22:40 UTC 2026",
      "14:22:40 usage 1000 (0) 9 0.001018",
      "14:22:40 agent Tool finished. END-OF-ANSWER.",
      "14:22:40 usage 1000 (0) 9 0.001018",
      "14:22:43 user @@auth",
      "14:22:44 error Incorrect API key provided: sk-fake.",
    ]
  `);
});

test("a message that is written again with its tools is told once, and the tools with it", () => {
  expect(told("gemini", "0.61.0")).toMatchInlineSnapshot(`
    [
      "14:22:49 user @@bash:date",
      "14:22:49 agent Calling a tool now.",
      "14:22:49 usage 1000 (0) 9 -",
      "14:22:49 tool [run_shell_command] date",
      "14:22:49 result Fri Nov 20 14:22:49 UTC 2026",
      "14:22:49 agent Tool finished. END-OF-ANSWER.",
      "14:22:49 usage 1000 (0) 9 -",
    ]
  `);
});

const rule = (change: Partial<Told>): Told => ({
  as: "agent",
  when: {},
  each: null,
  where: {},
  text: ["text"],
  name: null,
  once: null,
  input: [],
  cached: [],
  output: [],
  cost: null,
  ...change,
});

const texts = (show: Told, ...records: readonly unknown[]): string[] => {
  const table = { path: [], shell: null, dir: null, dirFile: null, time: null, show: [show] };
  const reader = transcriptReader(table);
  return records.flatMap((record) => reader.tell(record)).map(({ text }) => text);
};

test("a field must have one of the values: any, none, or one that begins so", () => {
  const records = [{ text: "a", kind: "x" }, { text: "b" }, { text: "c", kind: "yes" }];
  const kinds = (...kind: string[]) => texts(rule({ when: { kind } }), ...records);
  expect([kinds("*"), kinds(""), kinds("x"), kinds("y*"), kinds("x", "")]).toEqual([
    ["a", "c"],
    ["b"],
    ["a"],
    ["c"],
    ["a", "b"],
  ]);
});

test("records that are not what the table says are told as nothing", () => {
  const odd = [null, 7, "text", [], { text: { deep: 1 } }, { text: null }, { items: "no list" }];
  expect(texts(rule({}), ...odd)).toEqual(['{"deep":1}']);
  expect(texts(rule({ each: "items" }), ...odd)).toEqual([]);
  expect(texts(rule({ text: ["__proto__.polluted", "constructor"] }), ...odd)).toEqual([]);
});
