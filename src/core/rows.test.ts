import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBottom, hitsIn, quote, rowEnd, rowsOf, rowStart } from "./rows.ts";

test("defect 16: blank rows below the text are no rows", () => {
  const rows = rowsOf("one\n\ntwo\nthree\n\n\n\n");
  expect(rows.text.slice(fromBottom(rows, 2))).toBe("two\nthree");
  expect(rows.text.slice(fromBottom(rows, 99))).toBe("one\n\ntwo\nthree");
});

test("a rule with a window of rows counts in that window only", () => {
  const rows = rowsOf("busy\nx\ny\nz");
  const rule = { re: "^busy", flags: "", rows: 2 };
  expect(hitsIn(rows, [rule], 0)).toEqual([]);
  expect(hitsIn(rows, [{ ...rule, rows: null }], 0)).toMatchObject([{ start: 0, end: 4 }]);
});

test("a pattern that is none, or matches nothing at all, costs no look", () => {
  const rows = rowsOf("abc");
  expect(hitsIn(rows, [{ re: "(", flags: "", rows: null }], 0)).toEqual([]);
  expect(hitsIn(rows, [{ re: "x*", flags: "", rows: null }], 0).length).toBe(4);
});

test("a quote is one line without the edges of a box, and bounded", () => {
  expect(quote("│ usage   limit │\n│ reached │")).toBe("usage limit reached");
  expect(quote("x".repeat(5000)).length).toBe(300);
});

test("a row begins and ends at its newlines", () => {
  const rows = rowsOf("one\ntwo\nthree");
  expect([rowStart(rows, 5), rowEnd(rows, 5), rowStart(rows, 0), rowEnd(rows, 12)]).toEqual([
    4, 7, 0, 13,
  ]);
});

test("rows that say something begin where a reader sees them begin, two hundred at most", () => {
  const row = fc.constantFrom("", " ", "a", " b ", "\u00a0", "c\t");
  fc.assert(
    fc.property(fc.array(row, { maxLength: 230 }), (given) => {
      const shown = given.join("\n").replaceAll("\t", " ").trimEnd().split("\n").slice(-200);
      const { text, starts } = rowsOf(given.join("\n"));
      expect(text).toBe(shown.join("\n"));
      expect(starts).toEqual([...text.matchAll(/^.*\S.*$/gm)].map(({ index }) => index));
    }),
  );
});
