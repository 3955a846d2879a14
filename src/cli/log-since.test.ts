// From where a log is shown since some time.

import { expect, test } from "vitest";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { markEveryMs, marksOf, openMarks } from "../engine/log-marks.ts";
import { openLog } from "./log-file.ts";
import { placeAt } from "./log-since.ts";

const fake = fakeDisk(() => 0);
const { disk } = fake;
const mark = openMarks(disk);
const path = "/l/s.log";
const minute = (count: number): number => 1_000_000 + count * markEveryMs;

/** Written so many bytes by that minute; `old`: of the file that was begun anew. */
function stood(at: number, size: number, old?: number): void {
  put(fake, path, "x".repeat(size));
  if (old !== undefined) put(fake, `${path}.1`, "y".repeat(old));
  mark([{ session: "s", path }], "/l", minute(at));
}

test("a log is shown from where it stood at the last mark before, also in a rotated file", () => {
  stood(0, 10);
  stood(1, 30);
  stood(2, 30);
  stood(3, 5, 40);
  stood(4, 25);
  put(fake, path, "x".repeat(28));
  const log = openLog(disk, path)!;
  const marks = marksOf(disk, "/l", "s");
  expect(marks.map(({ size }) => size)).toEqual([10, 30, 5, 25]);
  const places = [-1, 0, 1.5, 2.5, 3, 9].map((at) => placeAt(log, marks, minute(at)));
  expect(places).toEqual([null, 10, 30, 30, 45, 65]);
});

test("within a minute nothing is marked twice, and of another session nothing is told", () => {
  mark([{ session: "t", path }], "/l", minute(4) + 1);
  expect([marksOf(disk, "/l", "t"), marksOf(disk, "/none", "s")]).toEqual([[], []]);
});
