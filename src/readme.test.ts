// The tables of README.md are printed from the program itself. UPDATE_README=1 writes them anew.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scores, type Score } from "./cli/screens.ts";
import type { Outside } from "./cli/outside.ts";
import { groups } from "./cli/verbs.ts";
import type { Verb } from "./cli/verbs/verb.ts";
import { presetBackends } from "./config/backends.ts";
import type { Backend, Signal } from "./config/config.ts";
import { load } from "./config/load.ts";
import { manualTables } from "./config/manual.ts";

const path = fileURLToPath(new URL("../README.md", import.meta.url));

function verbTable(): string {
  const parts = groups.map(({ heading, verbs }) => {
    const rows = verbs.filter(({ hidden }) => hidden !== true).map(verbRow);
    return [`| ${heading} | |`, "|---|---|", ...rows].join("\n");
  });
  return `\n${parts.join("\n\n")}\n`;
}

function verbRow({ name, args, about }: Verb): string {
  const words = `agents ${name} ${args}`.trim().replaceAll("|", String.raw`\|`);
  return `| \`${words}\` | ${about.replaceAll("|", String.raw`\|`)} |`;
}

const READERS: Readonly<Record<Signal["reader"], string>> = {
  json_file: "its status file",
  jsonl_tail: "its own log",
  hook_file: "hooks",
  osc: "codes in its output",
  http_json: "its local port",
  http_events: "its events",
  title: "title",
};

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

async function seenTable(): Promise<string> {
  const index: readonly { readonly file: string }[] = JSON.parse(read("core/screens/index.json"));
  const screens = index.map((one) => ({ ...one, text: read(`core/screens/${one.file}`) }));
  const backends = presetBackends(read("config/backends.toml"), "/home/dev");
  const shipped = async () => ({ screens: async () => JSON.stringify(screens) });
  const judged = await scores({ shipped } as unknown as Outside, backends);
  const rows = judged.flatMap((score) => {
    const backend = backends[score.backend];
    return backend === undefined ? [] : [seenRow(backend, score)];
  });
  const head = ["program", "started as", "judged by, best first", "its screens", "conversation"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function seenRow(backend: Backend, score: Score): readonly string[] {
  const { name, bin, promptFlag, doctor, signals, title, transcript } = backend;
  const readers = signals.map(({ reader }) => READERS[reader]);
  const titled = [title.busy, title.idle, title.asking].some((rules) => rules.length > 0);
  const sources = [...readers, ...(titled ? ["title"] : []), "screen"];
  const counts = Object.keys(score.confusion)
    .toSorted()
    .map((label) => `${score.confusion[label]?.[label] ?? 0} ${label}`);
  const all = score.right + score.wrong.length;
  const resumes = backend.supportsResume ? "taken up by its id" : "begins anew";
  return [
    `${name} ${doctor?.versions.join(", ") ?? ""}`,
    `\`${`${bin} ${promptFlag}`.trim()}\``,
    [...new Set(sources)].join(", "),
    `${score.right} of ${all} right: ${counts.join(", ")}`,
    `${resumes}; ${transcript?.shell === null ? "read from its file" : "asked of the program"}`,
  ];
}

const seen = await seenTable();

test.each([
  ["verbs", verbTable()],
  ["seen", seen],
  ["config", manualTables()],
])("the table of %s in README.md is what the program says", (name, table) => {
  const text = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest = ""] = text.split(begin);
  const [shown, after] = rest.split(end);
  expect(after, `README.md has no section between ${begin} and ${end}`).toBeDefined();
  if (process.env["UPDATE_README"] !== undefined) {
    writeFileSync(path, `${before}${begin}\n${table}\n${end}${after}`);
    return;
  }
  expect(shown, "UPDATE_README=1 npx vitest run --dir src src/readme.test.ts").toBe(`\n${table}\n`);
});

const recipes =
  (readFileSync(path, "utf8").split("\n## Recipes\n")[1] ?? "").split("\n## ")[0] ?? "";
const files = [...recipes.matchAll(/^```toml\n(.*?)^```/gms)].map(([, text = ""]) => text);

test("there are recipes", () => expect(files.length).toBeGreaterThan(5));

test.each(files)("a recipe is a whole file and right: %s", (text) => {
  const presets = read("config/backends.toml");
  const look = (file: string) => (file.endsWith(".md") ? "file" : "dir");
  const loaded = load({ path: "/p/agents.toml", text, presets, home: "/home/u", env: {}, look });
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
});
