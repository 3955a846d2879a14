import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { procTable, type Process } from "./process-table.ts";
import { openProcesses } from "./processes.ts";

type Given = {
  readonly pid: number;
  readonly parent: number;
  readonly name?: string;
  readonly run?: string;
  readonly uid?: number;
};

const table = (given: readonly Given[]) => {
  const all: readonly Process[] = given.map(({ pid, parent, name, run, uid }) => ({
    pid,
    parent,
    uid: uid ?? 1000,
    name: name ?? "sh",
    started: `boot-${pid}`,
    cpuMs: pid,
    starvedMs: () => 0,
    run: () => run ?? null,
  }));
  return {
    all: () => ({ ok: true, value: all }) as const,
    one: (pid: number) =>
      ({ ok: true, value: all.find((each) => each.pid === pid) ?? null }) as const,
  };
};

const members = (
  given: readonly Given[],
  change: { root?: number | null; spare?: readonly string[] } = {},
) => {
  const processes = openProcesses({ table: table(given), steady: () => 0, self: 999, uid: 1000 });
  const found = processes.members({ run: "r1", root: 10, spare: [], ...change });
  return found.ok ? found.value.map(({ pid }) => pid).toSorted((a, b) => a - b) : found;
};

const pane = { pid: 10, parent: 2, run: "r1" };

test("the pane's tree belongs, marked or not, and so does a marked process that left it", () => {
  const given = [
    { pid: 2, parent: 1, name: "tmux: server" },
    pane,
    { pid: 11, parent: 10 },
    { pid: 12, parent: 11, run: "r1" },
    { pid: 20, parent: 1, run: "r1" },
    { pid: 21, parent: 20 },
    { pid: 30, parent: 1, run: "r2" },
    { pid: 31, parent: 1 },
  ];
  expect(members(given)).toEqual([10, 11, 12, 20, 21]);
  expect(members(given, { root: null })).toEqual([10, 11, 12, 20, 21]);
});

test("what runs under another run does not belong, nor what is below it without a mark of ours", () => {
  const given = [
    pane,
    { pid: 11, parent: 10, run: "r2" },
    { pid: 12, parent: 11 },
    { pid: 13, parent: 12, run: "r1" },
  ];
  expect(members(given)).toEqual([10, 13]);
});

test("a tmux server that the agent started keeps its panes, also after it left the tree", () => {
  const given = [
    pane,
    { pid: 11, parent: 10, name: "tmux: server", run: "r1" },
    { pid: 12, parent: 11, run: "r1" },
    { pid: 21, parent: 1, name: "tmux: server", run: "r1" },
    { pid: 22, parent: 21, run: "r1" },
    { pid: 23, parent: 22 },
  ];
  expect(members(given)).toEqual([10]);
});

test("a fleet inside an agent of another fleet still sweeps its own", () => {
  const given = [
    { pid: 2, parent: 1, name: "tmux: server", run: "r0" },
    { ...pane, run: "r1" },
    { pid: 11, parent: 10, run: "r1" },
  ];
  expect(members(given)).toEqual([10, 11]);
  expect(members(given, { root: null })).toEqual([10, 11]);
});

test("spared names stay, by the part that the kernel keeps of them; the pane itself does not", () => {
  const given = [
    { ...pane, name: "ssh-agent" },
    { pid: 11, parent: 10, name: "ssh-agent", run: "r1" },
    { pid: 12, parent: 10, name: "containerd-shim" },
    { pid: 13, parent: 10, name: "node" },
  ];
  expect(members(given, { spare: ["ssh-agent", "containerd-shim-runc"] })).toEqual([10, 13]);
});

test("neither our own process nor another user's belongs", () => {
  const given = [pane, { pid: 999, parent: 10, run: "r1" }, { pid: 12, parent: 10, uid: 0 }];
  expect(members(given)).toEqual([10]);
});

test("a root whose number another run has now is not swept", () => {
  expect(
    members([
      { ...pane, run: "r2" },
      { pid: 11, parent: 10 },
    ]),
  ).toEqual([]);
});

test("a tree weighs what all of it used", () => {
  const given = [pane, { pid: 11, parent: 10 }, { pid: 12, parent: 11 }, { pid: 20, parent: 1 }];
  const processes = openProcesses({ table: table(given), steady: () => 0, self: 999, uid: 1000 });
  expect(processes.weigh(10)).toEqual({ ok: true, value: { cpuMs: 33, processes: 3 } });
  expect(processes.weigh(5)).toEqual({ ok: false, failure: "There is no process 5." });
  expect([10, 12, 5].map((pid) => processes.childless(pid))).toEqual([false, true, null]);
});

// Chaos, seed 915865: on a machine with six times too much to do, a silent worker had 2 % of a CPU and was taken for idle.
test("time that its threads waited for a CPU is work too", () => {
  const root = mkdtempSync(`${tmpdir()}/agents-proc-`);
  onTestFinished(() => rmSync(root, { recursive: true }));
  const fields = [
    "S",
    "2",
    ...Array.from({ length: 9 }, () => "0"),
    "1",
    "2",
    "0",
    "0",
    "0",
    "0",
    "1",
    "0",
    "77",
  ];
  for (const thread of [10, 11]) mkdirSync(`${root}/10/task/${thread}`, { recursive: true });
  writeFileSync(`${root}/10/stat`, `10 (node) ${fields.join(" ")}\n`);
  writeFileSync(`${root}/10/task/10/schedstat`, "1438308 40000000 9\n");
  writeFileSync(`${root}/10/task/11/schedstat`, "1438308 2000000 9\n");
  const proc = procTable(root);
  const processes = openProcesses({
    table: proc,
    steady: () => 0,
    self: 999,
    uid: process.getuid?.() ?? 0,
  });
  expect(processes.weigh(10)).toEqual({ ok: true, value: { cpuMs: 72, processes: 1 } });
});

test("one scan answers the questions of one moment, a failed one too", () => {
  let scans = 0;
  let now = 0;
  const broken = { ok: false, failure: "no /proc" } as const;
  const failing = {
    all: () => {
      scans++;
      return broken;
    },
    one: () => broken,
  };
  const processes = openProcesses({ table: failing, steady: () => now, self: 999, uid: 1000 });
  expect([processes.weigh(1), processes.childless(1), processes.started(1)]).toEqual([
    { ok: false, failure: "no /proc" },
    null,
    { ok: false, failure: "no /proc" },
  ]);
  expect(scans).toBe(1);
  now = 51;
  processes.weigh(1);
  expect(scans).toBe(2);
});
