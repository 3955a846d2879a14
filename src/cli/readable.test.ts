// Raw pane output as lines for a person: each once, none lost, wherever the bytes are cut.

import fc from "fast-check";
import { expect, test } from "vitest";

import { reader } from "./readable.ts";

const size = { rows: 6, columns: 40 };

const read = (...pieces: string[]): string[] => {
  const logs = reader(size);
  const lines = pieces.flatMap((piece) => logs.feed(piece));
  const rest = logs.rest();
  return rest === "" ? lines : [...lines, ...rest.split("\n")];
};

const samples: Readonly<Record<string, { readonly raw: string; readonly lines: string[] }>> = {
  "ordinary lines": {
    raw: "one\r\ntwo\r\n\r\ntwo\r\n",
    lines: ["one", "two", "", "two"],
  },
  "an unfinished last line": { raw: "one\r\n$ ", lines: ["one", "$"] },
  "more lines than the screen has": {
    raw: Array.from({ length: 20 }, (_, n) => `line ${n}\r\n`).join(""),
    lines: Array.from({ length: 20 }, (_, n) => `line ${n}`),
  },
  "a progress bar shows its end": {
    raw: "\r[#    ] 20%\r[###  ] 60%\r[#####] 100%\r\ndone\r\n",
    lines: ["[#####] 100%", "done"],
  },
  "a shorter text over a longer one, erased": {
    raw: "fetching packages\r\u001B[Kok\r\n",
    lines: ["ok"],
  },
  "typing with corrections": { raw: "$ lx\b\u001B[Ks -la\r\n", lines: ["$ ls -la"] },
  "colours, titles and links": {
    raw: "\u001B]0;t\u0007\u001B[1;32mok\u001B[0m \u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\\r\n",
    lines: ["ok link"],
  },
  "a line that wraps is one line": {
    raw: `${"abcdefghij".repeat(9)}\r\nnext\r\n`,
    lines: ["abcdefghij".repeat(9), "next"],
  },
  "wide characters keep their columns": { raw: "日本\rx\u001B[4G語\r\n", lines: ["x  語"] },
  "a spinner above the prompt is told once": {
    raw: [
      "● hello\r\n",
      "✻ Working… (1s)\r\n> \r\n",
      ...[2, 3, 4].map(
        (n) => `\u001B[2K\u001B[1A\u001B[2K\u001B[1A\u001B[2K\r✳ Working… (${n}s)\r\n> \r\n`,
      ),
      "\u001B[2A\u001B[J● done\r\n> \r\n",
    ].join(""),
    lines: ["● hello", "✻ Working… (1s)", ">", "● done"],
  },
  "a block redrawn below growing text": {
    raw: [
      "┃ box\r\n> \r\n",
      ...["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"].map(
        (word) => `\u001B[2A\u001B[J${word}\r\n┃ box\r\n> \r\n`,
      ),
    ].join(""),
    lines: [
      "┃ box",
      ">",
      "alpha",
      "beta",
      "gamma",
      "delta",
      "epsilon",
      "zeta",
      "eta",
      "┃ box",
      ">",
    ],
  },
  "a full redraw repeats nothing": {
    raw: "one\r\ntwo\r\nthree\r\n\u001B[2J\u001B[3J\u001B[Hone\r\ntwo\r\nthree\r\nfour\r\n",
    lines: ["one", "two", "three", "four"],
  },
  "a full-screen program tells a line when it vanishes": {
    raw: [
      "before\r\n\u001B[?1049h",
      "\u001B[H╭────╮\r\n│ one   │\r\n│ two   │\r\n│ > h   │",
      "\u001B[H\u001B[2;1H│ one   │\r\n│ two   │\r\n│ > hi  │",
      "\u001B[H\u001B[2;1H│ two   │\r\n│ three │\r\n│ >     │",
      "\u001B[H\u001B[?1049l",
      "after\r\n",
    ].join(""),
    lines: ["before", "one", "> hi", "two", "three", ">", "after"],
  },
  "numbered lines of a full-screen program are different lines": {
    raw: `\u001B[?1049h${[1, 2, 3].map((n) => `\u001B[Hrow ${n}\r\nrow ${n + 1}`).join("")}`,
    lines: ["row 1", "row 2", "row 3", "row 4"],
  },
  "rows that scroll inside a region are kept": {
    raw: "\u001B[1;3r\u001B[1;1Ha\r\nb\r\nc\r\nd\r\ne\u001B[r\u001B[6;1Hfoot",
    lines: ["a", "b", "c", "d", "e", "", "", "foot"],
  },
};

test.each(Object.entries(samples))("%s", (_name, { raw, lines }) => {
  expect(read(raw)).toEqual(lines);
});

test.each(Object.entries(samples))("cut at every byte: %s", (_name, { raw, lines }) => {
  expect(read(...raw.split(""))).toEqual(lines);
  for (let at = 0; at <= raw.length; at += 1) {
    expect(read(raw.slice(0, at), raw.slice(at))).toEqual(lines);
  }
});

test("ordinary lines come at once, not at the end (reference defect 34)", () => {
  expect(reader(size).feed("one\r\ntwo\r\nthr")).toEqual(["one", "two"]);
});

test("a character of two halves may be cut in the middle", () => {
  const [high = "", low = ""] = "👍".split("");
  expect(read(`a${high}`, `${low}b\r\n`)).toEqual(["a👍b"]);
});

test("reading the rest changes nothing", () => {
  const logs = reader(size);
  logs.feed("one\r\n> typed");
  expect([logs.rest(), logs.rest(), logs.feed(" more\r\n")]).toEqual([
    "> typed",
    "> typed",
    ["> typed more"],
  ]);
});

test("a line without an end is told in bounded pieces", () => {
  const lines = read("x".repeat(50_000));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(10_000);
  expect(lines.join("").length).toBe(50_000);
});

test("a title without an end does not swallow the log for ever", () => {
  const logs = reader(size);
  logs.feed("\u001B]0;never");
  for (let n = 0; n < 30; n += 1) logs.feed("y".repeat(5000));
  expect(logs.feed("\r\nback\r\n")).toContain("back");
});

test("whatever comes in, no control byte comes out and nothing throws", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc
      .tuple(
        fc.constantFrom("", "?"),
        fc.nat(2000),
        fc.nat(99),
        fc.constantFrom(...Array.from("ABCDEFGHJKLMPSTX@drsuhlm")),
      )
      .map(([mark, n, m, final]) => `\u001B[${mark}${n};${m}${final}`),
    fc.constantFrom(
      "\r",
      "\n",
      "\b",
      "\t",
      "\u001B[?1049h",
      "\u001B[?1049l",
      "\u001BM",
      "\u001Bc",
      "日",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const line of read(...pieces))
        expect(line).not.toMatch(/[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/);
    }),
  );
});
