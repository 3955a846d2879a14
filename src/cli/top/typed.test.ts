// What terminals send, whole and in pieces.

import fc from "fast-check";
import { expect, test } from "vitest";
import { keysAtLast, keysIn, type Key } from "./typed.ts";

const is = (input: string): readonly string[] =>
  keysIn(input).keys.map((one) => (one.is === "text" ? one.text : one.is));

test.each([
  ["\u001B[A\u001BOB\u001B[1;5C\u001B[D", ["up", "down", "right", "left"]],
  ["\u001B[5~\u001B[6~\u001B[1~\u001B[4~", ["page up", "page down", "home", "end"]],
  ["\r\n\t\u007F\b", ["enter", "enter", "tab", "backspace", "backspace"]],
  ["aé日👍", ["a", "é", "日", "👍"]],
  ["\u001Bx\u001B\u007Fy", ["ctrl-w", "y"]],
  ["\u001B[<0;1;1M\u001B[?1;2cq", ["q"]],
  ["\u001B\u001B[A", ["escape", "up"]],
  ["\u001B[15~\u001B[200~a\nb\u001B[201~\u0001", ["a\nb"]],
])("%j", (input, keys) => {
  expect(is(input)).toEqual(keys);
});

test("an Escape is one only when nothing follows it", () => {
  expect(keysIn("\u001B")).toEqual({ keys: [], rest: "\u001B" });
  expect(keysAtLast("\u001B")).toEqual([{ is: "escape" }]);
  expect(keysAtLast("\u001B[")).toEqual([]);
});

test("it is the same in any pieces", () => {
  const whole = "j\u001B[A\u001B[200~paste me\u001B[201~\u001B[6~日q";
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 })), (cuts) => {
      const edges = [0, ...new Set(cuts.toSorted((a, b) => a - b)), whole.length];
      const keys: Key[] = [];
      let rest = "";
      for (const [at, edge] of edges.slice(1).entries()) {
        const typed = keysIn(rest + whole.slice(edges[at], edge));
        keys.push(...typed.keys);
        rest = typed.rest;
      }
      expect({ keys, rest }).toEqual(keysIn(whole));
    }),
  );
});

test("a paste without an end is not waited for for ever", () => {
  expect(keysIn(`\u001B[200~${"x".repeat(70_000)}`).rest).toBe("");
});
