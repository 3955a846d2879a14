import { expect, test } from "vitest";
import type { Typed } from "../config/typed.ts";
import { literal, plainly } from "./literal.ts";

const TEXTS = [
  "!rm -rf build",
  "/compact",
  "# a heading\n",
  "@work is a file",
  "ask @work",
  "mail a@b.example",
  "a ! in it",
  "",
];
const blank: Typed = { signs: "!/#@", before: " ", after: " " };

test("what would be taken for a command or a choice gets a blank, and nothing else does", () => {
  expect(TEXTS.map((text) => literal(text, blank))).toEqual([
    " !rm -rf build",
    " /compact",
    " # a heading\n",
    " @work is a file",
    "ask @work ",
    "mail a@b.example",
    "a ! in it",
    "",
  ]);
});

test("a program's signs are its own, and what goes before them is", () => {
  const joined: Typed = { signs: "/", before: "\u2060", after: "" };
  expect(TEXTS.map((text) => literal(text, joined))).toEqual(TEXTS.with(1, "\u2060/compact"));
});

test("a text is known again whatever was put around it", () => {
  expect(["e\u0301t\u00e9 ", " \u00e9t\u00e9", "\u2060\u00e9t\u00e9"].map(plainly)).toEqual(
    Array.from({ length: 3 }, () => "\u00e9t\u00e9"),
  );
});
