// The pictures of README.md: how a screen becomes one, and that they still show what the program prints.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TITLES } from "./cli/status.ts";
import { svg } from "./picture.mjs";

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

/** The words of a picture, without how they are drawn. */
const wordsOf = (picture: string): string =>
  picture
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ");

test("a screen keeps its columns, its colours and its words", () => {
  const drawn = svg("\u001b[1ma<b\u001b[0m \u001b[31mred\nstill\u001b[39;7m x\u001b[0m", 20);
  expect(drawn.split("\n").slice(2, -2)).toEqual([
    '<text x="12" y="25" textLength="25.2" fill="#d7dae0" font-weight="bold" xml:space="preserve">a&lt;b</text>' +
      '<text x="45.6" y="25" textLength="25.2" fill="#ef6b73" xml:space="preserve">red</text>',
    '<text x="12" y="43" textLength="42" fill="#ef6b73" xml:space="preserve">still</text>' +
      '<rect x="54" y="30" width="16.8" height="18" fill="#d7dae0"/>' +
      '<text x="54" y="43" textLength="16.8" fill="#16181d" xml:space="preserve"> x</text>',
  ]);
});

test("the picture of status has today's columns; `npm run pictures` draws it anew", () => {
  const narrow = TITLES.filter((title) => title !== "WATCH").join(" ");
  expect(wordsOf(read("pictures/status.svg"))).toContain(narrow);
});

test("the picture of top has today's columns and keys; `npm run pictures` draws it anew", () => {
  const shown = wordsOf(read("pictures/top.svg"));
  const rows = read("cli/golden/top-80x24.txt").split("\n");
  const titles =
    rows
      .find((row) => row.includes("AGENT"))
      ?.trim()
      .split(/\s{2,}/) ?? [];
  const keys =
    rows
      .find((row) => row.includes("attach"))
      ?.trim()
      .split(/\s{2,}/) ?? [];
  const missing = [...titles, ...keys].flatMap((part) =>
    part.split(/\s+/).every((word) => shown.includes(word)) ? [] : [part],
  );
  expect([titles.length, keys.length]).toEqual([5, 9]);
  expect(missing).toEqual([]);
});
