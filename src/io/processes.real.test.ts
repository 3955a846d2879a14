// Both readers of the process table against real processes.

import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { procTable, psTable } from "./process-table.ts";
import { openProcesses } from "./processes.ts";
import { eventually, must } from "./tmux-lab.ts";

const tables = { proc: procTable("/proc"), ps: psTable() };
const begun: ChildProcess[] = [];
afterEach(() => {
  for (const child of begun.splice(0)) if (child.pid !== undefined) end(-child.pid);
});
const end = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
};

const begin = (script: string, run: string): number => {
  const env = { PATH: process.env["PATH"], AGENTS_RUN_ID: run };
  const child = spawn("sh", ["-c", script], { env, detached: true, stdio: "ignore" });
  begun.push(child);
  if (child.pid === undefined) throw new Error("no child");
  return child.pid;
};

const open = (table: keyof typeof tables) =>
  openProcesses({
    table: tables[table],
    steady: () => performance.now(),
    self: process.pid,
    uid: process.getuid?.() ?? -1,
  });

test.each(["proc", "ps"] as const)(
  "%s: children of a run are found, signalled and seen to end",
  async (name) => {
    const processes = open(name);
    const run = randomUUID();
    const root = begin("sleep 1000 & setsid sleep 1001 & sleep 1002; true", run);
    const query = { run, root, spare: [] };
    const found = await eventually(async () => {
      const all = must(processes.members(query));
      return all.length === 4 && all.filter(({ name: called }) => called === "sleep").length === 3
        ? all
        : null;
    });
    expect(found?.map(({ name: called }) => called).toSorted()).toEqual([
      "sh",
      "sleep",
      "sleep",
      "sleep",
    ]);
    expect(must(processes.started(root))).toBe(found?.find(({ pid }) => pid === root)?.started);
    expect(processes.childless(root)).toBe(false);
    expect(must(processes.weigh(root)).processes).toBe(4);
    processes.signal([{ pid: root, name: "sh", started: "another incarnation" }], "KILL");
    expect(must(processes.started(root))).not.toBe(null);
    processes.signal(found ?? [], "KILL");
    const left = await eventually(async () =>
      must(processes.members(query)).length === 0 ? "none" : null,
    );
    expect([left, must(processes.started(root))]).toEqual(["none", null]);
  },
  60_000,
);

test("a zombie is not alive", async () => {
  const processes = open("proc");
  // The child ends at once and its parent never asks for it.
  const root = begin("sleep 0.5 & exec sleep 1000", randomUUID());
  const before = await eventually(async () =>
    processes.childless(root) === false ? "child" : null,
  );
  const after = await eventually(async () => (processes.childless(root) === true ? "none" : null));
  expect([before, after]).toEqual(["child", "none"]);
});

test.each(["proc", "ps"] as const)(
  "%s: work of the tree is weighed, also that of children it has waited for",
  async (name) => {
    const processes = open(name);
    const root = begin(
      "i=0; sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; exec sleep 1000",
      randomUUID(),
    );
    await sleep(60);
    const heavy = await eventually(async () => {
      const weight = processes.weigh(root);
      return weight.ok && weight.value.cpuMs >= (name === "proc" ? 50 : 0) ? weight.value : null;
    });
    expect(heavy?.cpuMs).toBeGreaterThanOrEqual(name === "proc" ? 50 : 0);
  },
  15_000,
);

test("nobody has no start time", () => {
  expect(open("proc").started(2 ** 22 + 1)).toEqual({ ok: true, value: null });
  expect(open("ps").started(2 ** 22 + 1)).toEqual({ ok: true, value: null });
});
