import fc from "fast-check";
import { expect, test } from "vitest";
import { freshAgent } from "./fresh.ts";
import { patch, same, soonest } from "./step.ts";

test("equality of plain data is that of its JSON, and of nothing less", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(same(a, structuredClone(a))).toBe(true);
      if (same(a, b)) expect(a).toEqual(b);
    }),
  );
  expect(same({ a: undefined }, {})).toBe(false);
  expect(same([], {})).toBe(false);
  expect(same({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
});

test("a patch that changes nothing answers the very same memory", () => {
  const memory = freshAgent("s");
  expect(patch(memory, { life: { is: "down" }, says: [], because: "" })).toBe(memory);
  expect(patch(memory, { because: "why" })).toEqual({ ...memory, because: "why" });
});

test("the soonest of several instants counts, and none where there is none", () => {
  expect([soonest(), soonest(null), soonest(5, null, 3), soonest(null, 7)]).toEqual([
    null,
    null,
    3,
    7,
  ]);
});
