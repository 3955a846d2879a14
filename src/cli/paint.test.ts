// What reaches a person's terminal: no bytes that steer it, and colour only where it was asked for.

import fc from "fast-check";
import { expect, test } from "vitest";

import { paint, plain } from "./paint.ts";

const steering =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/;

test("no control byte survives, wherever it stands", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\u001B[31m",
      "\u001B]0;t\u0007",
      "\u001BP1$q",
      "\u009B2J",
      "\u202E",
      "\u001B",
      "\u001B]",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(plain(pieces.join(""))).not.toMatch(steering);
    }),
  );
});

test("washing twice changes nothing more", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(plain(plain(text))).toBe(plain(text));
    }),
  );
});

test("words, newlines and tabs stay", () => {
  expect(plain("naïve 日本\tx\r\ny 👍")).toBe("naïve 日本\tx\ny 👍");
});

test.each([
  ["colours", "\u001B[1;31mred\u001B[0m", "red"],
  ["a window title", "a\u001B]0;evil\u0007b", "ab"],
  ["a title ended by ST", "a\u001B]2;evil\u001B\\b", "ab"],
  ["a title that never ends takes its line, not the next", "a\u001B]0;evil\nnext", "a\nnext"],
  ["a device string", "a\u001BP+q544e\u001B\\b", "ab"],
  ["a character set choice", "a\u001B(Bb", "ab"],
  ["one-byte CSI", "a\u009B31mb", "ab"],
  ["a trick with text direction", "user\u202Etxt.exe", "usertxt.exe"],
  ["a cut-off sequence", "a\u001B[12;", "a"],
  ["half a character", "a\uD83Db", "a\uFFFDb"],
])("%s is removed", (_what, dirty, clean) => {
  expect(plain(dirty)).toBe(clean);
});

test.each([
  ["a terminal", { isTTY: true }, {}, true],
  ["a pipe", { isTTY: false }, {}, false],
  ["NO_COLOR on a terminal", { isTTY: true }, { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
  ["FORCE_COLOR on a pipe", {}, { FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=0 on a terminal", { isTTY: true }, { FORCE_COLOR: "0" }, false],
  ["NO_COLOR against FORCE_COLOR", {}, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
])("%s decides about colour", (_what, stream, env, colourful) => {
  expect(paint(stream, env).red("x") === "x").toBe(!colourful);
});
