import fc from "fast-check";
import { expect, test } from "vitest";
import { openParser, type TmuxEvent } from "./tmux-protocol.ts";

const said = Buffer.from(
  [
    "%begin 1 260 0",
    "printed by a hook",
    "%end 1 260 0",
    "%sessions-changed",
    "%begin 2 266 1",
    "Größe 漢字 🙂",
    "%end 2 265 1",
    "%begin 9 9 1",
    "%error 2 266 0",
    "%end 2 266 1 ",
    "",
    "%end 2 266 1",
    "%session-renamed $1 näme",
    "%begin 3 267 1",
    "can't find pane: %9",
    "%error 3 267 1",
    "%begin 4 268 1",
    "%end 4 268 1",
    "%exit",
    "",
  ].join("\n"),
);

const events: readonly TmuxEvent[] = [
  { is: "notice", line: "%sessions-changed" },
  {
    is: "block",
    block: {
      tag: "2 266 1",
      flags: 1,
      lines: [
        "Größe 漢字 🙂",
        "%end 2 265 1",
        "%begin 9 9 1",
        "%error 2 266 0",
        "%end 2 266 1 ",
        "",
      ],
      error: false,
    },
  },
  { is: "notice", line: "%session-renamed $1 näme" },
  { is: "block", block: { tag: "3 267 1", flags: 1, lines: ["can't find pane: %9"], error: true } },
  { is: "block", block: { tag: "4 268 1", flags: 1, lines: [], error: false } },
  { is: "notice", line: "%exit" },
];

test("only the exact tag ends a block, and what a hook printed is not an answer", () => {
  expect(openParser()(said)).toEqual(events);
});

test("every split of the bytes in two gives the same events", () => {
  for (let at = 0; at <= said.length; at++) {
    const feed = openParser();
    expect([...feed(said.subarray(0, at)), ...feed(said.subarray(at))]).toEqual(events);
  }
});

test("any split of the bytes into any pieces gives the same events", () => {
  const cuts = fc.array(fc.nat(said.length), { maxLength: 30 });
  fc.assert(
    fc.property(cuts, (places) => {
      const feed = openParser();
      const edges = [0, ...places.toSorted((a, b) => a - b), said.length];
      const pieces = edges.slice(1).map((end, index) => said.subarray(edges[index], end));
      expect(pieces.flatMap((piece) => feed(piece))).toEqual(events);
    }),
    { numRuns: 300 },
  );
});

test("an unfinished block gives nothing yet", () => {
  expect(openParser()(Buffer.from("%begin 1 2 1\nhalf a"))).toEqual([]);
});
