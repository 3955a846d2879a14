import { expect, test } from "vitest";
import { overlaps } from "./globs.ts";

test.each([
  ["src/a.ts", "src/a.ts"],
  ["src", "src/a.ts"],
  ["src/", "./src/a.ts"],
  ["src/**", "src/core/a.ts"],
  ["src/*.ts", "src/a.ts"],
  ["src/**/*.ts", "src/core/**"],
  ["**/*.md", "docs/guide.md"],
  ["src/{a,b}.ts", "src/b.ts"],
  ["**", "anything"],
])("%s and %s may meet", (a, b) => {
  expect([overlaps([a], [b]), overlaps([b], [a])]).toEqual([true, true]);
});

test.each([
  ["src/a.ts", "src/b.ts"],
  ["src", "srcs/a.ts"],
  ["src/*.ts", "src/core/a.ts"],
  ["src/core/**", "src/cli/**"],
  ["src/a+b.ts", "src/aab.ts"],
])("%s and %s do not meet", (a, b) => {
  expect([overlaps([a], [b]), overlaps([b], [a])]).toEqual([false, false]);
});

test("who names no files meets nobody", () => {
  expect(overlaps([], ["**"])).toBe(false);
});
