// Columns stay aligned and inside the terminal, whatever stands in them.

import fc from "fast-check";
import { expect, test } from "vitest";

import { fit, narrowed, table, textWidth } from "./table.ts";

test("columns are as wide as their widest cell and the last one is not padded", () => {
  const rows = [
    ["AGENT", "STATE", "WHY"],
    ["builder", "up", "works"],
    ["a", "parked", ""],
  ];
  expect(table({ rows, width: 80 })).toBe(
    "AGENT    STATE   WHY\nbuilder  up      works\na        parked\n",
  );
});

test("the last column takes what is left and says with … that it was cut", () => {
  expect(table({ rows: [["builder", "waits for the review"]], width: 20 })).toBe(
    "builder  waits for …\n",
  );
});

test("a long first column gives way before the last one vanishes", () => {
  expect(table({ rows: [["a".repeat(40), "because"]], width: 20 })).toBe("aaaaaaaaaa…  because\n");
});

test("what is cheap to measure measures the same as what is looked at character by character", () => {
  const narrow = fc.string({
    unit: fc.constantFrom("a", "~", "é", "–", "…", "→", "─", "▸", "●", "▼"),
    maxLength: 20,
  });
  fc.assert(
    fc.property(narrow, fc.integer({ min: 1, max: 25 }), (text, width) => {
      // A wide character in front takes the slow way.
      expect(textWidth(`日${text}`)).toBe(2 + textWidth(text));
      expect(fit(`日${text}`, width + 2)).toBe(`日${fit(text, width)}`);
    }),
  );
});

test("without a terminal nothing is cut", () => {
  expect(table({ rows: [["a", "b".repeat(300)]], width: null })).toBe(`a  ${"b".repeat(300)}\n`);
});

test("colour does not count", () => {
  const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
  expect(
    table({
      rows: [
        [{ text: "ab", paint: red }, "x"],
        ["abcd", "y"],
      ],
      width: 80,
    }),
  ).toBe("\u001B[31mab\u001B[39m    x\nabcd  y\n");
});

test("a newline in a cell does not break its row", () => {
  expect(table({ rows: [["a\nb", "c\td"]], width: null })).toBe("a b  c d\n");
});

test.each([
  ["plain", 5],
  ["日本", 4],
  ["한글", 4],
  ["e\u0301", 1],
  ["👍", 2],
  ["👩‍👩‍👧", 2],
  ["❤️", 2],
  ["✻ …", 3],
  ["ｆｕ", 4],
  ["", 0],
])("%s takes %d columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test("a cut never leaves half of a wide character", () => {
  expect([
    fit("日本語", 5),
    fit("日本語", 4),
    fit("日本語", 6),
    fit("日本", 1),
    fit("日", 0),
  ]).toEqual(["日本…", "日…", "日本語", "…", ""]);
});

test("no row is wider than the terminal", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 4 }),
      fc.nat(60),
      (rows, room) => {
        const width = room + 8;
        for (const line of table({ rows, width }).split("\n")) {
          expect(textWidth(line)).toBeLessThanOrEqual(width);
        }
      },
    ),
  );
});

test("a narrow terminal does without spare columns, as many as the reasons need", () => {
  const rows = [
    ["NAME", "KIND", "MODEL", "WHY"],
    ["ann", "loop", "default", "waits for the limit"],
  ];
  const titles = (width: number | null, last: number) =>
    narrowed({ rows, width }, { spare: ["MODEL", "KIND"], last })[0];
  expect(titles(null, 19)).toEqual(["NAME", "KIND", "MODEL", "WHY"]);
  expect(titles(40, 19)).toEqual(["NAME", "KIND", "MODEL", "WHY"]);
  expect(titles(39, 19)).toEqual(["NAME", "KIND", "WHY"]);
  expect(titles(39, 18)).toEqual(["NAME", "KIND", "MODEL", "WHY"]);
  expect(titles(39, 90)).toEqual(["NAME", "KIND", "WHY"]);
  expect(titles(10, 19)).toEqual(["NAME", "WHY"]);
});
