import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoted, quotesAt, splitWords } from "./words.ts";

test("words split as sh splits them, quotes and backslashes included", () => {
  const text = `--a 'b c' "d \\"e\\" $F" g\\ h '' "x"'y'z\n--last\\\n-line`;
  expect(splitWords(text)).toEqual({
    ok: true,
    words: ["--a", "b c", 'd "e" $F', "g h", "", "xyz", "--last-line"],
  });
});

test("nothing is expanded", () => {
  expect(splitWords("$HOME ~ * `id` $(id)")).toEqual({
    ok: true,
    words: ["$HOME", "~", "*", "`id`", "$(id)"],
  });
});

test("a quote that is never closed is a failure, not a guess", () => {
  expect(splitWords("--a 'b")).toEqual({ ok: false, failure: "a single quote is never closed" });
  expect(splitWords('--a "b')).toEqual({ ok: false, failure: "a double quote is never closed" });
  expect(splitWords("--a \\'b")).toEqual({ ok: true, words: ["--a", "'b"] });
});

test("quoted text comes back from the split unchanged, whatever it is", () => {
  const words = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(words, (list) => {
      expect(splitWords(list.map(quoted).join(" "))).toEqual({ ok: true, words: list });
    }),
  );
});

test("a real shell reads quoted text back unchanged", () => {
  const hostile = ["$(touch X)", "`touch X`", "a'b\"c", "-n", "two\nlines", "", "%s #(x) \\", "*"];
  const script = `for word in ${hostile.map(quoted).join(" ")}; do printf '%s\\0' "$word"; done`;
  const out = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  expect(out.split("\0").slice(0, -1)).toEqual(hostile);
});

test("the quotes around a place in shell text are known", () => {
  const text = `a 'b' "c 'd" \\" e`;
  expect(["a", "b", "c", "d", "e"].map((char) => quotesAt(text, text.indexOf(char)))).toEqual([
    "none",
    "single",
    "double",
    "double",
    "none",
  ]);
});
