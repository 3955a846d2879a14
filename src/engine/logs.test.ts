// Housekeeping of pane logs, on a disk and a terminal that only remember.

import { expect, test } from "vitest";
import { fakeDisk, put, textOf } from "./fake-disk.ts";
import { logBytes, logFilesKept, mostBytes, openLogs } from "./logs.ts";
import type { Result, Row } from "./ports.ts";

const config = { logDir: "/l" };
const path = "/l/a.log";
const big = "x".repeat(logBytes + 1);

const row = (change: Partial<Row>): Row => ({
  session: "a",
  pane: "%1",
  pid: 1,
  mark: { run: "r1", hash: "h", target: "a" },
  dead: null,
  command: "sh",
  title: "",
  inMode: false,
  attached: false,
  outputAt: 0,
  key: "",
  piped: true,
  ...change,
});

/** A terminal that opens a log by making the file, or fails with this sentence. */
const ground = () => {
  let now = 0;
  const disk = fakeDisk(() => now);
  const opened: string[] = [];
  const answer: { failure: string | null } = { failure: null };
  const pipe = (session: string, run: string, log: string): Promise<Result<null>> => {
    opened.push(`${session} ${run} ${log}`);
    if (answer.failure !== null) return Promise.resolve({ ok: false, failure: answer.failure });
    put(disk, log, "");
    return Promise.resolve({ ok: true, value: null });
  };
  const logs = openLogs({ pipe }, disk.disk);
  const tend = async (at: number, ...rows: readonly Row[]) => {
    now = at;
    const tended = logs.tend(rows, config, at);
    await Promise.resolve();
    await Promise.resolve();
    return tended;
  };
  const words = async (at: number, ...rows: readonly Row[]) =>
    (await tend(at, ...rows)).told.map(({ because }) => because);
  return { disk, opened, answer, tend, words };
};

const OPEN = `a r1 ${path}`;

test("a living pane whose log was closed gets it again, and that is told once", async () => {
  const { opened, words } = ground();
  const closed = row({ piped: false });
  expect([
    await words(1_000, closed),
    await words(2_000, row({})),
    await words(3_000, row({})),
  ]).toEqual([[], ["its log was closed; it is open again"], []]);
  expect(opened).toEqual([OPEN]);
});

test("the dead, and sessions of others, are left alone", async () => {
  const { opened, tend } = ground();
  const dead = row({ piped: false, dead: { code: 0, signal: null } });
  await tend(1_000, dead, row({ piped: false, mark: null }));
  expect(opened).toEqual([]);
});

test("a log that closes again at once is opened no more often than every ten seconds", async () => {
  const { opened, tend, answer } = ground();
  answer.failure = "no";
  for (let at = 1_000; at <= 22_000; at += 1_000) await tend(at, row({ piped: false }));
  expect(opened).toEqual([OPEN, OPEN, OPEN]);
});

test("a full log is begun anew; five files are kept, and the oldest goes", async () => {
  const { disk, opened, tend, words } = ground();
  put(disk, path, "small");
  await tend(1_000, row({}));
  for (let turn = 1; turn <= 6; turn += 1) {
    put(disk, path, `${turn}${big}`);
    await tend(turn * 5_000, row({ outputAt: turn * 5_000 - 2_000 }));
  }
  const firsts = [path, ...[1, 2, 3, 4, 5].map((age) => `${path}.${age}`)].map(
    (file) => textOf(disk, file)?.slice(0, 1) ?? null,
  );
  expect(firsts).toEqual(["", "6", "5", "4", "3", null]);
  expect([logFilesKept, opened.length, await words(90_000, row({}))]).toEqual([5, 6, []]);
});

test("a pane that writes just now keeps its full log until it is quiet, or the log twice as large", async () => {
  const { disk, opened, tend } = ground();
  put(disk, path, big);
  await tend(5_000, row({ outputAt: 5_000 }));
  await tend(5_900, row({ outputAt: 5_000 }));
  expect(opened).toEqual([]);
  await tend(8_000, row({ outputAt: 5_000 }));
  expect(opened).toEqual([OPEN]);
  put(disk, path, "x".repeat(mostBytes + 1));
  await tend(9_000, row({ outputAt: 9_000 }));
  expect(opened).toEqual([OPEN, OPEN]);
});

test("a log moved away by somebody who died before opening the next is opened again", async () => {
  const { disk, opened, tend } = ground();
  put(disk, `${path}.1`, "old");
  await tend(1_000, row({}));
  expect(opened).toEqual([OPEN]);
});

test("a log that never was is not missed", async () => {
  const { opened, tend } = ground();
  await tend(1_000, row({}));
  await tend(2_000, row({}));
  expect(opened).toEqual([]);
});

test("a pane that wrote nothing costs no look at the disk", async () => {
  const { disk, tend, opened } = ground();
  put(disk, path, "x");
  await tend(5_000, row({ outputAt: 1_000 }));
  put(disk, path, big);
  await tend(10_000, row({ outputAt: 1_000 }));
  expect(opened).toEqual([]);
});

test("a flood asks to be looked at when its log will be full, and a trickle far later", async () => {
  const { disk, tend } = ground();
  const due = async (at: number, size: number) => {
    put(disk, path, "x".repeat(size));
    return (await tend(at, row({ outputAt: at }))).due;
  };
  expect([
    await due(1_000, 0),
    await due(2_000, 1024 * 1024),
    await due(3_000, 16 * 1024 * 1024),
    await due(4_000, 16 * 1024 * 1024),
  ]).toEqual([null, 21_000, 4_000, null]);
});

test("a log that cannot be moved goes on growing rather than being lost", async () => {
  const { disk, opened, tend } = ground();
  put(disk, path, big);
  disk.broken = "disk on fire";
  await tend(1_000, row({ outputAt: 1_000 }));
  expect(opened).toEqual([]);
});
