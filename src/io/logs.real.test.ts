// Pane logs on a real tmux: what a pane writes is in one of the files, once and in order, over every new beginning.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { logBytes, logFilesKept, mostBytes, openLogs } from "../engine/logs.ts";
import { realDisk } from "./disk.ts";
import { eventually, must, openLab } from "./tmux-lab.ts";

const lab = openLab(process.env);
const { terminal } = lab.open();
afterAll(() => lab.end());

/** Tends the log until it ends in this line; answers its files, oldest first. */
async function tended(name: string, end: string): Promise<readonly string[]> {
  const logs = openLogs(terminal, realDisk);
  const path = join(lab.dir, `${name}.log`);
  const ended = await eventually(async () => {
    const rows = must(await terminal.look()).rows.filter(({ session }) => session === name);
    logs.tend(rows, { logDir: lab.dir }, Date.now());
    await sleep(50);
    return tailOf(path).endsWith(end) ? true : null;
  }, 30_000);
  expect(ended).toBe(true);
  const ages = Array.from({ length: logFilesKept + 1 }, (_, age) => age);
  return ages
    .map((age) => (age === 0 ? path : `${path}.${age}`))
    .filter((file) => existsSync(file))
    .toReversed();
}

const tailOf = (path: string): string =>
  existsSync(path) ? readFileSync(path).subarray(-64).toString("latin1") : "";

const numbersIn = (files: readonly string[]): readonly number[] => {
  const text = files.map((file) => readFileSync(file, "latin1")).join("");
  return [...text.matchAll(/^(\d+)\r$/gm)].map(([, number]) => Number(number));
};

/** Where a flood was cut, half a number may stand at the end of one file and half of another begin the next. */
const wholeNumbersIn = (files: readonly string[]): readonly number[] =>
  files.flatMap((file, at) => {
    const lines = readFileSync(file, "latin1").split("\r\n");
    return lines
      .slice(at === 0 ? 0 : 1, -1)
      .filter((line) => /^\d+$/.test(line))
      .map(Number);
  });

test("a flood of thirty megabytes leaves a few bounded, private files, in order and nothing twice (reference defect 34)", async () => {
  const last = 3_500_000;
  const flood = ["sh", "-c", `seq 1 ${last}; echo END; exec sleep 100`];
  must(await terminal.start(lab.spec("flood", flood)));
  const files = await tended("flood", "END\r\n");
  expect([files.length > 1, files.length <= logFilesKept]).toEqual([true, true]);
  expect(files.filter((file) => statSync(file).size > mostBytes + logBytes)).toEqual([]);
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual(files.map(() => 0o600));
  const numbers = wholeNumbersIn(files);
  const sorted = numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0));
  // Where the writer changes in the middle of a flood, tmux drops what it still holds for the old one.
  expect([sorted, numbers.at(-1), last - numbers.length < 10_000]).toEqual([true, last, true]);
}, 40_000);

test("a pane that pauses now and then loses no line over a new beginning", async () => {
  const path = join(lab.dir, "steps.log");
  const steps = `seq 1 1400000; sleep 4; for i in 1400001 1400002 1400003; do echo $i; sleep 0.3; done; echo END`;
  must(await terminal.start(lab.spec("steps", ["sh", "-c", `${steps}; exec sleep 100`])));
  const files = await tended("steps", "END\r\n");
  expect(files).toEqual([`${path}.1`, path]);
  const numbers = numbersIn(files);
  expect([numbers.length, numbers.at(-1)]).toEqual([1_400_003, 1_400_003]);
}, 40_000);

test("a log whose writer was killed is opened again, and goes on in the same file", async () => {
  must(
    await terminal.start(
      lab.spec("killed", ["sh", "-c", "echo one; read _; echo two; exec sleep 100"]),
    ),
  );
  await tended("killed", "one\r\n");
  await lab.tmux("pipe-pane", "-t", "=killed:");
  const logs = openLogs(terminal, realDisk);
  const told = await eventually(async () => {
    const rows = must(await terminal.look()).rows.filter(({ session }) => session === "killed");
    return logs.tend(rows, { logDir: lab.dir }, Date.now()).told[0]?.because ?? null;
  });
  expect(told).toBe("its log was closed; it is open again");
  await lab.tmux("send-keys", "-t", "=killed:", "Enter");
  expect(await tended("killed", "two\r\n")).toEqual([join(lab.dir, "killed.log")]);
}, 20_000);
