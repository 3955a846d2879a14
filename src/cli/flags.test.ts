// What flags may mean, and that nothing else is taken for it.

import { expect, test } from "vitest";
import { countFlag, durationFlag, patternFlag, wordOf } from "./flags.ts";

const refused = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test("a flag that was not given is null", () => {
  expect([durationFlag({}, "timeout"), countFlag({}, "lines")]).toEqual([null, null]);
});

test("lengths of time and counts are read as people write them", () => {
  expect(durationFlag({ timeout: "1h30m" }, "timeout")).toBe(5_400_000);
  expect(durationFlag({ timeout: "90" }, "timeout")).toBe(90_000);
  expect(countFlag({ lines: "0" }, "lines")).toBe(0);
});

test.each([
  [
    "no length of time",
    () => durationFlag({ since: "soon" }, "since"),
    '--since "soon" is no length',
  ],
  ["no count", () => countFlag({ lines: "-3" }, "lines"), '--lines "-3" is no number'],
  ["no such word", () => wordOf("idel", ["idle", "done"], "--for"), 'did you mean "idle"?'],
])("%s is refused with 2, by its name", (_, work, words) => {
  expect(refused(work)).toMatchObject({ code: 2, message: expect.stringContaining(words) });
});

test("a pattern without capitals finds them too, and what is none is refused", () => {
  const matches = (pattern: string): readonly boolean[] =>
    ["an Error", "an error"].map(
      (line) => patternFlag({ grep: pattern }, "grep")?.test(line) ?? false,
    );
  expect([matches("error"), matches("Error"), patternFlag({}, "grep")]).toEqual([
    [true, true],
    [true, false],
    null,
  ]);
  expect(() => patternFlag({ grep: "(" }, "grep")).toThrow('--grep "(" is no regular expression');
});
