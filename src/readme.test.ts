// The tables of README.md are printed from the program itself. UPDATE_README=1 writes them anew.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { verbs } from "./cli/verbs.ts";
import { manualTables } from "./config/manual.ts";

const path = fileURLToPath(new URL("../README.md", import.meta.url));

function verbTable(): string {
  const rows = verbs
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, args, about }) => {
      const words = `agents ${name} ${args}`.trim().replaceAll("|", String.raw`\|`);
      return `| \`${words}\` | ${about.replaceAll("|", String.raw`\|`)} |`;
    });
  return ["| verb | what it does |", "|---|---|", ...rows].join("\n");
}

test.each([
  ["verbs", verbTable()],
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
