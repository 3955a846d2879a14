// A change, put on the value that it was made for, gives the other one: to the byte, through JSON.

import fc from "fast-check";
import { expect, test } from "vitest";
import { changed, changeOf, retold } from "./json-change.ts";

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const names = fc.constantFrom("a", "b", "c", "d", "1");
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 0, 1, "", "x", true),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test("there and back gives the same text", () => {
  fc.assert(
    fc.property(values, values, (before, after) => {
      const change = json(changeOf(before, after));
      const now = changed(before, change as ReturnType<typeof changeOf>);
      expect(JSON.stringify(now)).toBe(JSON.stringify(after));
    }),
  );
});

test("what did not change is not told, and what changed is told alone", () => {
  const one = { a: { b: 1, c: [1] }, d: 2 };
  expect([
    changeOf(one, json(one)),
    changeOf(one, { a: { b: 2, c: [1] }, d: 2 }),
    changeOf(one, { a: one.a }),
    changeOf(one, { d: 2, a: one.a }),
  ]).toEqual([
    null,
    { in: { a: { in: { b: { to: 2 } } } } },
    { in: {}, gone: ["d"] },
    { to: { d: 2, a: one.a } },
  ]);
});

test("texts are told anew with the name that they stand under", () => {
  const change = changeOf({ a: 1 }, { a: 1, env: { TOKEN: "x", list: ["y"] } });
  expect(change && retold(change, (key, text) => `${key} ${text}`)).toEqual({
    in: { env: { to: { TOKEN: "TOKEN x", list: ["list y"] } } },
  });
});
