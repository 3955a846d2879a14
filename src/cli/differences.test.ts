import { expect, test } from "vitest";
import { differences } from "./differences.ts";

test("only the lines that go and come are told, each with its number", () => {
  expect(differences("a\nb\nc\nd\n", "a\nB\nc\nd\ne\n")).toBe("- 2  b\n+ 2  B\n+ 5  e\n");
});

test("equal texts have no differences", () => {
  expect(differences("a\n", "a\n")).toBe("");
});

test("a line that moved goes in one place and comes in another", () => {
  expect(differences("a\nb\nc\n", "b\nc\na\n")).toBe("- 1  a\n+ 3  a\n");
});
