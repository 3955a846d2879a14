import { expect, test } from "vitest";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { openLog, type LogFile } from "./log-file.ts";
import { turnsOf } from "./log-turns.ts";

function logOf(text: string, old = ""): LogFile {
  const fake = fakeDisk(() => 0);
  put(fake, "/a.log", text);
  if (old !== "") put(fake, "/a.log.1", old);
  const log = openLog(fake.disk, "/a.log");
  if (log === null) throw new Error("no log");
  return log;
}

const marks = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([at, size]) => ({ at, size }));

const told = (turns: ReturnType<typeof turnsOf<ReturnType<typeof source>>>) =>
  turns.map(({ source: { name }, from, to }) => `${name} ${from}-${to}`);

function source(name: string, log: LogFile, given: ReturnType<typeof marks>, start = 0) {
  return { name, log, marks: given, start };
}

test("logs take turns by the minute in which each grew", () => {
  const a = source("a", logOf("x".repeat(30)), marks([1, 10], [3, 20]));
  const b = source("b", logOf("x".repeat(30)), marks([2, 10], [4, 30]));
  expect(told(turnsOf([a, b]))).toEqual(["a 0-10", "b 0-10", "a 10-20", "b 10-30", "a 20-30"]);
});

test("who goes on after itself has one turn, and a log without marks has one", () => {
  const a = source("a", logOf("x".repeat(30)), marks([1, 10], [2, 20]));
  const b = source("b", logOf("x".repeat(5)), []);
  expect(told(turnsOf([a, b]))).toEqual(["a 0-30", "b 0-5"]);
});

test("what lies before the start, or in a rotated file, is told from there on", () => {
  const a = source("a", logOf("x".repeat(5), "x".repeat(20)), marks([1, 10], [3, 20], [5, 5]), 12);
  const b = source("b", logOf("x".repeat(9)), marks([4, 9]));
  expect(told(turnsOf([a, b]))).toEqual(["a 12-20", "b 0-9", "a 20-25"]);
});
