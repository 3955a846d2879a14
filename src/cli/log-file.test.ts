// A log and its rotated parts read as one, from any place, and followed over a rotation.

import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeDisk, put, textOf, type FakeDisk } from "../engine/fake-disk.ts";
import { grown, openLog, pieces, startOfLast } from "./log-file.ts";

const path = "/l/a.log";

function diskOf(present: string | null, ...older: readonly string[]): FakeDisk {
  const fake = fakeDisk(() => 0);
  if (present !== null) put(fake, path, present);
  for (const [index, text] of older.entries()) put(fake, `${path}.${index + 1}`, text);
  return fake;
}

function read(fake: FakeDisk, lines: number | null): string | null {
  const log = openLog(fake.disk, path);
  if (log === null) return null;
  const start = lines === null ? 0 : startOfLast(log, lines);
  return Buffer.concat([...pieces(log, start, log.size)]).toString();
}

test("the oldest part comes first, and what was never written is null", () => {
  expect(read(diskOf("c\n", "b\n", "a\n"), null)).toBe("a\nb\nc\n");
  expect(read(diskOf(null, "b\n"), null)).toBe("b\n");
  expect(read(diskOf(null), null)).toBeNull();
});

test("the last lines are the last lines, wherever rotation cut them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("x", "\n"), maxLength: 12 }), { maxLength: 4 }),
      fc.string({ unit: fc.constantFrom("y", "\n"), maxLength: 12 }),
      fc.integer({ min: 0, max: 8 }),
      (older, present, count) => {
        const whole = [...older.toReversed(), present].join("");
        const lines = whole.match(/[^\n]*\n|[^\n]+$/g) ?? [];
        const last = count === 0 ? "" : lines.slice(-count).join("");
        expect(read(diskOf(present, ...older), count)).toBe(last);
      },
    ),
  );
});

test("the last lines of a log of many pieces are found without the first ones", () => {
  const text = Array.from({ length: 100_000 }, (_, n) => `line ${n}\n`).join("");
  const fake = diskOf(text);
  expect(read(fake, 2)).toBe("line 99998\nline 99999\n");
  expect(read(fake, 50_000)).toBe(text.slice(text.indexOf("line 50000\n")));
});

test("a rotation while following loses nothing and repeats nothing", () => {
  const fake = diskOf("one\n");
  const bytes = (more: ReturnType<typeof grown>): string =>
    Buffer.concat([...more.bytes]).toString();
  const start = grown(fake.disk, path, 4);
  expect([bytes(start), start.position]).toEqual(["", 4]);
  put(fake, `${path}.1`, `${textOf(fake, path)}two\n`);
  put(fake, path, "3\n");
  const after = grown(fake.disk, path, start.position);
  expect([bytes(after), after.position]).toEqual(["two\n3\n", 2]);
  fake.files.delete(path);
  expect(grown(fake.disk, path, after.position)).toEqual({ bytes: [], position: 2 });
});
