import { expect, test } from "vitest";
import { openBox } from "./box.ts";

test("a match that would take for ever is broken off, wherever its pattern was made", () => {
  const box = openBox();
  const endless = /(a+)+$/;
  const begun = performance.now();
  expect(box(() => endless.test(`${"a".repeat(50)}!`), 50)).toBe(null);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test("what ends in time is answered, what is thrown is thrown, and one box serves many", () => {
  const box = openBox();
  expect([box(() => 7, 1_000), box(() => null, 1_000)]).toEqual([{ value: 7 }, { value: null }]);
  const mistake = new Error("a mistake");
  expect(() =>
    box(() => {
      throw mistake;
    }, 1_000),
  ).toThrow(mistake);
  expect(box(() => "again", 1_000)).toEqual({ value: "again" });
});
