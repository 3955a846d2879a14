// Where a dialog begins on a screen.

import { expect, test } from "vitest";
import type { Rule } from "../config/config.ts";
import { dialogAt } from "./dialog.ts";
import { hitsIn, rowsOf } from "./rows.ts";

const rule = (re: string): Rule => ({ re, flags: "m", rows: null });
const asking = [rule("^Proceed"), rule("^❯ 1")];

function begins(screen: string): string {
  const rows = rowsOf(screen);
  const hit = hitsIn(rows, asking, 0).at(-1);
  return hit === undefined ? "nowhere" : rows.text.slice(dialogAt(rows, asking, hit).start);
}

test("a dialog begins at its first words, or at the border above them", () => {
  const rows = ["Proceed?", "❯ 1. Yes"].join("\n");
  const border = "─".repeat(20);
  expect([
    begins(`said before\n${rows}`),
    begins(`said before\n${border}\ntouch x\n${rows}`),
    begins(`${border}\n${"row\n".repeat(40)}${rows}`),
  ]).toEqual([rows, `${border}\ntouch x\n${rows}`, rows]);
});
