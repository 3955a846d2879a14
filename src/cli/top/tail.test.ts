// The end of a log, as it grows: as a pane, as lines, as last words.

import { expect, test } from "vitest";
import { fakeDisk } from "../../engine/fake-disk.ts";
import { asLastWords, asLines, asPane, follow, openTail, type Reading } from "./tail.ts";

const screen = { rows: 50, columns: 200 };
const path = "/log/t-a.log";

function logged(text: string, reading: Reading, bytes = 10_000) {
  const { disk } = fakeDisk(() => 0);
  disk.append(path, text);
  const tail = openTail(disk, { path, bytes, reading });
  const more = (added: string): readonly string[] => {
    disk.append(path, added);
    follow(disk, tail);
    return reading.lines();
  };
  return { disk, tail, more, lines: reading.lines };
}

const AGAIN = "\r\u001B[1A\u001B[J";

test("the pane shows what somebody attached would see", () => {
  const { more, disk, tail } = logged("● one\r\n✻ Working… (0s)\r\n> ", asPane(screen));
  expect(more(`${AGAIN}✻ Working… (1s)\r\n> `)).toEqual(["● one", "✻ Working… (1s)", ">"]);
  expect(follow(disk, tail)).toBe(false);
  expect(more(`${AGAIN}\u001B[31m● two\u001B[0m\u001B]0;title\u0007\r\n> `)).toEqual([
    "● one",
    "● two",
    ">",
  ]);
  expect(more("\u001B[2J\u001B[Hnew")).toEqual(["new"]);
});

test("lines are told once each, in order", () => {
  const { more } = logged(`● one\r\n> ${AGAIN}● one\r\n● two\r\n> `, asLines(screen));
  const lines = more(`${AGAIN}● two\r\n● three\r\n> `);
  expect(lines.filter((line) => line.startsWith("●"))).toEqual(["● one", "● two", "● three"]);
});

test("the last words are the last line that says something", () => {
  const words = (text: string): readonly string[] => logged(text, asLastWords(screen)).lines();
  expect(words("● one\r\n\u001B]0;t\u0007\u001B[31m● two\u001B[0m\r\n──────\r\n\r\n")).toEqual([
    "● two",
  ]);
  expect(words("● one\r\n✻ Working… (1s)")).toEqual(["● one"]);
  expect(words("not a line yet")).toEqual(["not a line yet"]);
  expect(words("")).toEqual([]);
  expect(words("── ──\r\n>")).toEqual([]);
});

test("only the end of a long log is read, from the beginning of a line, and a bounded part kept", () => {
  const text = Array.from({ length: 5000 }, (_, at) => `line ${at}`).join("\r\n");
  const lines = logged(text, asLines(screen), 1000).lines();
  expect([lines[0], lines.at(-1)]).toEqual([expect.stringMatching(/^line 49\d\d$/), "line 4999"]);
  expect(logged(text, asLines(screen), 10_000_000).lines().length).toBeLessThanOrEqual(2050);
});

test("a rotated log goes on", () => {
  const { disk, more } = logged("one\r\n", asLines(screen));
  disk.rename(path, `${path}.1`);
  more("a\r\n");
  expect(more("b\r\n")).toEqual(["one", "a", "b"]);
});

test("what never wrote has nothing, until it does", () => {
  const { disk } = fakeDisk(() => 0);
  const reading = asLines(screen);
  const tail = openTail(disk, { path, bytes: 100, reading });
  expect(reading.lines()).toEqual([]);
  disk.append(path, "hello\r\n");
  expect(follow(disk, tail)).toBe(true);
  expect(reading.lines()).toEqual(["hello"]);
});
