// Commands of jobs as real processes: what they print and how they end lies in files, whoever looks.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { JobAsk, Jobs } from "../engine/ports.ts";
import { openJobs } from "./jobs.ts";
import { procTable, psTable } from "./process-table.ts";
import { openProcesses } from "./processes.ts";

vi.setConfig({ testTimeout: 20_000 });

const processes = openProcesses({
  table: process.platform === "linux" ? procTable("/proc") : psTable(),
  steady: () => performance.now(),
  self: process.pid,
  uid: process.getuid?.() ?? -1,
});

let dir = "";
let rings = 0;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "agents-jobs-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function open(): Jobs {
  return openJobs({ processes: processes, politeMs: 300, ring: () => void (rings += 1) });
}

function ask(run: string, command: string, where = dir): JobAsk {
  const home = join(dir, "home");
  mkdirSync(home, { recursive: true });
  return { run, home, command, dir: where, env: { PATH: process.env["PATH"] ?? "" } };
}

const log = (run: string): string => readFileSync(join(dir, "home", `${run}.log`), "utf8");

test("a command runs where it is told, and its output and code are kept for whoever asks", async () => {
  const jobs = open();
  const one = ask("a1", 'pwd; echo "$AGENTS_RUN_ID" >&2; exit 3');
  expect(jobs.seen(one)).toBe("none");
  expect(await jobs.begin(one)).toEqual({ ok: true, value: null });
  await vi.waitFor(() => expect(jobs.seen(one)).toEqual({ code: 3 }), { timeout: 10_000 });
  expect([log("a1"), open().seen(one)]).toEqual([`${dir}\njob-a1\n`, { code: 3 }]);
  await vi.waitFor(() => expect(rings).toBeGreaterThan(0));
});

test("what was begun is begun by nobody a second time, and another engine knows it running and ended", async () => {
  const one = ask("a2", `echo once; while ! [ -e go ]; do sleep 0.05; done`);
  await open().begin(one);
  const other = open();
  expect(await other.begin(one)).toEqual({ ok: true, value: null });
  expect(other.seen(one)).toBe("running");
  writeFileSync(join(dir, "go"), "");
  await vi.waitFor(() => expect(other.seen(one)).toEqual({ code: 0 }), { timeout: 10_000 });
  expect(log("a2")).toBe("once\n");
});

test("an end takes everything that the command began, and leaves no code", async () => {
  const jobs = open();
  const one = ask("a3", "trap '' TERM; sleep 1000 & sleep 1000");
  await jobs.begin(one);
  expect(jobs.seen(one)).toBe("running");
  expect(await open().end(one)).toEqual({ ok: true, value: null });
  await vi.waitFor(() => expect(jobs.seen(one)).toBe("lost"), { timeout: 10_000 });
});

test("a directory that is not there is told", async () => {
  const jobs = open();
  const one = ask("a4", "true", join(dir, "nowhere"));
  expect(await jobs.begin(one)).toEqual({
    ok: false,
    failure: expect.stringContaining(`it did not begin in ${join(dir, "nowhere")}: `),
  });
});

test("the oldest runs are put away", async () => {
  const jobs = open();
  for (let run = 10; run < 40; run += 1) writeFileSync(join(dir, "home", `0${run}.log`), "");
  await jobs.begin(ask("b1", "true"));
  expect(existsSync(join(dir, "home", "010.log"))).toBe(false);
  expect(readdirSync(join(dir, "home")).filter((name) => name.endsWith(".log"))).toHaveLength(20);
});
