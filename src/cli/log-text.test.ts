// Lines of a log for a person: the last ones of a long log, and what stands unfinished on the screen.

import { expect, test } from "vitest";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { openLog, type LogFile } from "./log-file.ts";
import { lastLines, logText } from "./log-text.ts";

const size = { rows: 10, columns: 80 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function logOf(text: string): LogFile {
  const fake = fakeDisk(() => 0);
  put(fake, "/l/a.log", text);
  const log = openLog(fake.disk, "/l/a.log");
  if (log === null) throw new Error("nothing was written");
  return log;
}

test("the last lines of a long log are the same as if all of it were read", () => {
  const text = Array.from({ length: 60_000 }, (_, n) => `\u001B[32mline\u001B[0m ${n}\r\n`).join(
    "",
  );
  const log = logOf(`${text}> `);
  expect(lastLines(log, 3, size).lines).toEqual(["line 59998", "line 59999", ">"]);
  expect(lastLines(log, 0, size).lines).toEqual([]);
  expect(lastLines(log, 59_000, size).lines[0]).toBe("line 1001");
});

test("more is read where redraws take most of the room", () => {
  const spin = Array.from({ length: 40_000 }, (_, n) => `\r\u001B[K* working ${n}s`).join("");
  const log = logOf(`first\r\nsecond\r\n${spin}\r\u001B[Kdone\r\n`);
  expect(lastLines(log, 3, size).lines).toEqual(["first", "second", "done"]);
});

test("a log that begins in the middle begins with a whole line", () => {
  const text = `${"a".repeat(300 * 1024)}\r\nwhole\r\n`;
  expect(lastLines(logOf(text), 1, size).lines).toEqual(["whole"]);
});

test("what stands on the screen is told once, and not again when it comes to rest", () => {
  const text = logText(size);
  expect(text.feed(bytes("one\r\n> as"))).toEqual(["one"]);
  expect(text.standing()).toEqual(["> as"]);
  expect(text.standing()).toEqual([]);
  expect(text.feed(bytes("k\r\nanswer\r\n> as\r\nmore\r\n"))).toEqual(["> ask", "answer", "more"]);
});

test("a character cut in two is one character", () => {
  const [ü] = [bytes("ü\r\n")];
  const text = logText(size);
  expect(text.feed(ü.subarray(0, 1))).toEqual([]);
  expect(text.feed(ü.subarray(1))).toEqual(["ü"]);
});
