import fc from "fast-check";
import { expect, test } from "vitest";
import { doubtOf } from "./doubt.ts";

const rule = (re: string, flags = "m") => ({ re, flags, rows: null });

test.each([
  ["plain words", "usage limit|limit reached", "usage limit", null],
  ["no words before what repeats", "(?:a|b)+!", "hello", true],
  ["a letter too few", "a.*b", "hello", true],
  ["words that are not there", "usage limit|reached your .*limit", "hello", false],
  [
    "words that are there",
    "usage limit|reached your .*limit",
    "You've reached your usual limit",
    true,
  ],
  ["words of the other case", "reached your .*limit", "REACHED YOUR", false],
  ["words of any case", ["reached your .*limit", "mi"], "REACHED YOUR USUAL LIMIT", true],
  ["a last letter that may be missing", "colou*r", "color", true],
  ["a first letter that may be missing", "x?yellow", "yellow", true],
  ["a bar in brackets", "(?:no|go)w .*", "hello", true],
  ["a bar in a class", "wait[|] .*x", "wait| for", true],
  ["escaped signs", String.raw`\$\{cost\}: .*\d`, "${cost}: 5", true],
  ["an edge before the words", String.raw`^\bDone in .*s$`, "Done in 5 s", true],
] as const)("%s", (_, pattern, text, doubtful) => {
  const doubt = doubtOf(typeof pattern === "string" ? rule(pattern) : rule(...pattern));
  expect(doubt === null ? null : doubt(text)).toBe(doubtful);
});

test("what matches at all is never thought harmless", () => {
  const piece = fc.constantFrom(
    "ab",
    "a",
    "b",
    "|",
    ".*",
    "a*",
    "[ab]+",
    "(?:ab)",
    "^",
    "b?",
    "c{0,2}",
    "\\b",
  );
  const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom("a", "b", "c", " ") }), (re, text) => {
      fc.pre(isPattern(re));
      const doubt = doubtOf(rule(re));
      // Each way through it that repeats something, or all of it where nothing does.
      fc.pre(doubt !== null && new RegExp(`^(?:${re})$`, "m").exec(text) !== null);
      const plain = re
        .split("|")
        .some((one) => !/[*+?{]/.test(one) && new RegExp(one, "m").test(text));
      expect(plain || (doubt?.(text) ?? false)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

function isPattern(re: string): boolean {
  try {
    return new RegExp(re, "m") instanceof RegExp;
  } catch {
    return false;
  }
}
