import { expect, test } from "vitest";
import { hash, jitter } from "./hash.ts";

test("a hash never changes between versions", () => {
  expect([hash(""), hash("a"), hash("agents")]).toMatchInlineSnapshot(`
    [
      "cf9ebc221cc12c0cd039d212b4f678e2",
      "5a414c676221be01386d96463cd5e8f9",
      "554897e1ff52a805b3264d6196542a22",
    ]
  `);
});

test("two hundred thousand small texts have two hundred thousand hashes, in each half too", () => {
  const whole = new Set<string>();
  const left = new Set<string>();
  const right = new Set<string>();
  for (let n = 0; n < 200_000; n += 1) {
    const text = hash(`agent-${n % 400}/${n}`);
    whole.add(text);
    left.add(text.slice(0, 16));
    right.add(text.slice(16));
  }
  expect([whole.size, left.size, right.size]).toEqual([200_000, 200_000, 200_000]);
});

test("texts that differ only in length, order or a zero differ", () => {
  const texts = ["", "\0", "\0\0", "ab", "ba", "a\0b", "ab\0", "\ud800", "\udc00", "a".repeat(9)];
  expect(new Set(texts.map(hash)).size).toBe(texts.length);
});

test("jitter spreads evenly between 0 and 1 and is the same each time", () => {
  const draws = Array.from({ length: 2000 }, (_, attempt) => jitter("builder", attempt));
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => draws.filter((draw) => Math.floor(draw * 10) === tenth).length,
  );
  expect(tenths.every((count) => count > 140 && count < 260)).toBe(true);
  expect(jitter("builder", 7)).toBe(draws[7]);
  expect(jitter("builder", 0)).not.toBe(jitter("adversary", 0));
});
