import { expect, test } from "vitest";
import { literal } from "./literal.ts";

test("what would be taken for a command or a choice gets a blank, and nothing else does", () => {
  const texts = [
    "!rm -rf build",
    "ask @work",
    "@work",
    "mail a@b.example",
    "# a heading\n",
    "/compact",
    "",
  ];
  expect(texts.map(literal)).toEqual([
    " !rm -rf build",
    "ask @work ",
    "@work ",
    "mail a@b.example",
    "# a heading\n",
    "/compact",
    "",
  ]);
});
