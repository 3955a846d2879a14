import fc from "fast-check";
import { expect, test } from "vitest";
import { readPattern, readPythonPattern } from "./patterns.ts";

test("Python's spellings are written in JavaScript's", () => {
  const python = [
    "(?i)usage limit",
    "(?P<what>a)(?P=what)",
    String.raw`\Aone\Z`,
    "[]x]+|[^]x]",
    "a{,3}",
    "(?#why)b(?i:c)",
    String.raw`\U0001F916 \\A`,
    "(?s)a.b",
    String.raw`esc to interrupt|\u00b7 \d+`,
    String.raw`[(?P<\]]`,
  ];
  expect(python.map(readPythonPattern)).toEqual([
    { ok: true, re: "usage limit", flags: "im" },
    { ok: true, re: String.raw`(?<what>a)\k<what>`, flags: "im" },
    { ok: true, re: String.raw`(?<![\s\S])one(?![\s\S])`, flags: "im" },
    { ok: true, re: String.raw`[\]x]+|[^\]x]`, flags: "im" },
    { ok: true, re: "a{0,3}", flags: "im" },
    { ok: true, re: "b(?:c)", flags: "im" },
    { ok: true, re: String.raw`🤖 \\A`, flags: "im" },
    { ok: true, re: "a.b", flags: "ims" },
    { ok: true, re: String.raw`esc to interrupt|\u00b7 \d+`, flags: "im" },
    { ok: true, re: String.raw`[(?P<\]]`, flags: "im" },
  ]);
});

test("what cannot be translated is told, not thrown", () => {
  expect(readPythonPattern("(?x) a b")).toEqual({
    ok: false,
    why: "the flag (?x) has no counterpart here",
  });
  expect(readPythonPattern("a(b").ok).toBe(false);
  expect(readPattern("*").ok).toBe(false);
  expect(readPattern("a".repeat(5000)).ok).toBe(false);
});

test("no pattern makes the reader throw, and what is ok compiles", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."ab\\[](){}?P<>=:#^,3iAZU0".split("")) }),
      (source) => {
        const read = readPythonPattern(source);
        if (read.ok) expect(() => new RegExp(read.re, read.flags)).not.toThrow();
      },
    ),
  );
});
