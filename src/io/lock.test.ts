// Exactly one holder, for exactly as long as it lives. Real child processes, because the kernel is what is tested.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acquire, holderOf, lockBy, type LockPlace } from "./lock.ts";
import { openProcesses } from "./processes.ts";
import { procTable, psTable } from "./process-table.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "lock-")));
const children: ChildProcess[] = [];
const table = process.platform === "linux" ? procTable("/proc") : psTable();
const processes = openProcesses({
  table,
  steady: () => performance.now(),
  self: process.pid,
  uid: 0,
});
const started = (pid: number): ReturnType<typeof processes.started> => processes.started(pid);
const kinds =
  lockBy(process.platform) === "socket" ? (["socket", "record"] as const) : (["record"] as const);
let count = 0;

/** Answers each line "take" with whether it holds the lock, each "drop" with "dropped". */
const contender = `
  import { acquire } from "./lock.ts";
  import { openProcesses } from "./processes.ts";
  import { procTable, psTable } from "./process-table.ts";
  import { createInterface } from "node:readline";
  const table = process.platform === "linux" ? procTable("/proc") : psTable();
  const { started } = openProcesses({ table, steady: () => performance.now(), self: process.pid, uid: 0 });
  let lock = null;
  createInterface({ input: process.stdin }).on("line", async (line) => {
    const [word, by, stateDir] = JSON.parse(line);
    if (word === "take") {
      lock = await acquire({ stateDir, started, by }, { verb: "watchdog", at: 7 });
      console.log(lock.ok ? "holds" : "loses " + (lock.holder?.pid ?? lock.failure));
    } else {
      if (lock?.ok) await lock.release();
      console.log("dropped");
    }
  });
`;

beforeAll(() => {
  buildSync({
    stdin: { contents: contender, resolveDir: import.meta.dirname, loader: "ts" },
    outfile: join(home, "contender.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
  });
});

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

type Contender = {
  readonly child: ChildProcess;
  ask(...words: readonly string[]): Promise<string>;
};

function contend(): Contender {
  const child = spawn(process.execPath, [join(home, "contender.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    ask: async (...words) => {
      child.stdin.write(`${JSON.stringify(words)}\n`);
      return String((await lines.next()).value);
    },
  };
}

async function end({ child }: Contender, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, "exit");
}

function place(by: LockPlace["by"]): LockPlace {
  count += 1;
  return { stateDir: join(home, `${count}`, "state"), started, by };
}

/** The pid lives, but it is another process than the one that took the lock. */
const stale = {
  v: 1,
  pid: process.ppid,
  started: "otherboot-1",
  since: 1,
  verb: "up",
  nonce: "x",
};

function leaveRecord(stateDir: string, record: unknown): void {
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, "engine.lock"), JSON.stringify(record));
}

const taking = { verb: "watchdog", at: 7 };

describe.each(kinds)("the lock held by a %s", (by) => {
  test("of twenty at once exactly one wins, ten times over", { timeout: 30_000 }, async () => {
    const all = Array.from({ length: 20 }, contend);
    const winners: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { stateDir } = place(by);
      // Half of the rounds begin with what a dead holder left: stealing must have one winner too.
      if (round % 2 === 1) leaveRecord(stateDir, stale);
      const answers = await Promise.all(all.map((one) => one.ask("take", by, stateDir)));
      winners.push(answers.filter((answer) => answer === "holds").length);
      await Promise.all(all.map((one) => one.ask("drop")));
    }
    await Promise.all(all.map((one) => end(one, "SIGKILL")));
    expect(winners).toEqual(Array.from({ length: 10 }, () => 1));
  });

  test("kill -9 frees it at once, and until then it says who holds it", async () => {
    const here = place(by);
    const other = contend();
    expect(await other.ask("take", by, here.stateDir)).toBe("holds");
    const holder = { pid: other.child.pid, since: 7, verb: "watchdog" };
    expect(await holderOf(here)).toMatchObject({ held: true, holder });
    const refused = await acquire(here, taking);
    expect(refused).toMatchObject({ ok: false, holder });
    expect(!refused.ok && refused.failure).toBe(
      `\`agents watchdog\` (pid ${other.child.pid}) holds this fleet's lock since 1970-01-01T00:00:00.007Z`,
    );
    await end(other, "SIGKILL");
    expect(await holderOf(here)).toEqual({ held: false });
    expect(await acquire(here, taking)).toMatchObject({ ok: true });
  });

  test("a stopped holder keeps it", async () => {
    const here = place(by);
    const other = contend();
    await other.ask("take", by, here.stateDir);
    other.child.kill("SIGSTOP");
    expect(await acquire(here, taking)).toMatchObject({
      ok: false,
      holder: { pid: other.child.pid },
    });
    expect(await holderOf(here)).toMatchObject({ held: true });
    await end(other, "SIGKILL");
  });

  test("a symbolic link to the directory is the same lock", async () => {
    const here = place(by);
    const lock = await acquire(here, taking);
    const link = `${here.stateDir}-link`;
    symlinkSync(here.stateDir, link);
    const other = contend();
    expect(await other.ask("take", by, link)).toBe(`loses ${process.pid}`);
    expect(lock.ok && lock.stillOurs()).toBe(true);
    await end(other, "SIGKILL");
  });

  test("a record of another boot or of a reused pid does not block", async () => {
    const here = place(by);
    leaveRecord(here.stateDir, stale);
    expect(await holderOf(here)).toEqual({ held: false });
    expect(await acquire(here, taking)).toMatchObject({ ok: true });
  });

  test("a process of which nothing can be learned is not gone", async () => {
    const here = place(by);
    leaveRecord(here.stateDir, stale);
    const blind: LockPlace = {
      ...here,
      started: (pid) => (pid === process.pid ? started(pid) : { ok: false, failure: "EMFILE" }),
    };
    expect(await acquire(blind, taking)).toMatchObject({ ok: false, holder: stale });
    expect(readFileSync(join(here.stateDir, "engine.lock"), "utf8")).toBe(JSON.stringify(stale));
  });

  test("released, it is free and leaves no record; another's record means that it is lost", async () => {
    const here = place(by);
    const first = await acquire(here, taking);
    if (!first.ok) throw new Error(first.failure);
    await first.release();
    expect(await holderOf(here)).toEqual({ held: false });
    const second = await acquire(here, taking);
    if (!second.ok) throw new Error(second.failure);
    const path = join(here.stateDir, "engine.lock");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"nonce":"\w+"/, '"nonce":"other"'));
    expect(second.stillOurs()).toBe(false);
    await second.release();
    expect(readFileSync(path, "utf8")).toContain('"nonce":"other"');
  });
});

test("a garbled record blocks only where the record alone is the lock", async () => {
  const results: Record<string, boolean> = {};
  for (const by of kinds) {
    const here = place(by);
    mkdirSync(here.stateDir, { recursive: true });
    writeFileSync(join(here.stateDir, "engine.lock"), "\0\0\0");
    results[by] = (await acquire(here, taking)).ok;
  }
  expect(results).toEqual(kinds.length === 2 ? { socket: true, record: false } : { record: false });
});
