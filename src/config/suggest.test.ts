import { expect, test } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

const KEYS = ["watch", "wake", "name", "dir", "prompt", "prompt_file", "restart"];

test("a slip of the fingers finds the key that was meant", () => {
  expect(
    ["wathc", "wtach", "Watch", "promptfile", "restarts", "nmae"].map((w) => nearest(w, KEYS)),
  ).toEqual(["watch", "watch", "watch", "prompt_file", "restart", "name"]);
});

test("another word is not a slip", () => {
  expect(["color", "x", "", "dog", "enabled"].map((word) => nearest(word, KEYS))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(didYouMean("color", KEYS)).toBe("");
  expect(didYouMean("wathc", KEYS)).toBe(' — did you mean "watch"?');
});
