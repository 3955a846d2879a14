// What the reference supervisor got wrong and only a real fleet can show: each test is named after the
// right behaviour and the number of the defect.

import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Standing } from "../cli/standing.ts";
import { build, openLab, type Lab } from "./lab.ts";

let lab: Lab;

beforeAll(build);
afterEach(() => lab.close(), 60_000);

const HEAD = `[defaults]\nsession_prefix = "d-"\nlog_dir = "log"\nbackend = "stub"\nwatch = "heal"\nrestart = { first = "1s" }\n`;
const STUB = `[backend.stub]\nprompt_delivery = "exec"\nbin = "cat {kickoff}; while read -r line; do echo \\"got $line\\"; done; exec sleep 3000"\n`;
const agent = (name: string, more = ""): string =>
  `[[agent]]\nname = "${name}"\nprompt = "go"\n${more}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function watchdogPid({ watchdog }: Standing): number {
  if (watchdog.pid === null) throw new Error("no watchdog runs");
  return watchdog.pid;
}

function fleet(text: string): void {
  lab = openLab();
  lab.write("agents.toml", text);
}

test("the intervals of the file count while the watchdog runs (reference defect 2)", async () => {
  fleet(`${HEAD}[watchdog]\nsignal_interval = 60\n${STUB}${agent("one")}`);
  await lab.agents("up");
  lab.write("agents.toml", `${HEAD}[watchdog]\nsignal_interval = 1\n${STUB}${agent("one")}`);
  const now = await lab.until("the new interval", (seen) => seen.watchdog.interval === 1, 5_000);
  const first = Date.parse(now.watchdog.lastTick ?? "");
  await pause(1_600);
  expect(Date.parse((await lab.status()).watchdog.lastTick ?? "")).toBeGreaterThan(first);
}, 30_000);

test("a wake that is added later wakes, and one that is removed harms nobody (reference defect 3)", async () => {
  fleet(`${HEAD}[watchdog]\nsignal_interval = 1\n${STUB}${agent("one")}`);
  lab.write("wake.md", "good\nmorning\n");
  await lab.agents("up");
  lab.write(
    "agents.toml",
    `${HEAD}[watchdog]\nsignal_interval = 1\n${STUB}${agent("one", 'wake = { interval = 2, prompt_file = "wake.md" }\n')}`,
  );
  await expect
    .poll(() => lab.read("log/d-one.log"), { timeout: 25_000 })
    .toContain("got good morning");
  lab.write("agents.toml", `${HEAD}[watchdog]\nsignal_interval = 1\n${STUB}${agent("one")}`);
  await pause(2_500);
  expect((await lab.status()).watchdog.state).toBe("running");
}, 40_000);

test("a second watchdog is refused, and the first is started again when it dies (reference defect 9)", async () => {
  fleet(`${HEAD}${STUB}${agent("one")}`);
  await lab.agents("up");
  expect(await lab.agents("watchdog")).toMatchObject({
    code: 6,
    stderr: expect.stringContaining("already running (pid"),
  });
  expect(await lab.agents("up")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("already running"),
  });
  const pid = watchdogPid(await lab.status());
  process.kill(pid, "SIGKILL");
  await lab.until(
    "another one",
    (seen) => seen.watchdog.state === "running" && seen.watchdog.pid !== pid,
    9_000,
  );
}, 30_000);

test("an agent that ends at once backs off and is parked, loudly, and a person's word forgives it (reference defect 10)", async () => {
  fleet(
    `${HEAD.replace('first = "1s"', "first = 0.2, max = 0.3, starts = 3")}[watchdog]\nsignal_interval = 1\n[backend.stub]\nprompt_delivery = "exec"\nbin = "echo broken; exit 3"\n${agent("one")}`,
  );
  await lab.agents("up");
  const now = await lab.until("parked", (seen) => seen.agents[0]?.life === "parked", 15_000);
  expect(now.agents[0]).toMatchObject({ starts: 3, exit: { code: 3, signal: null } });
  expect(now.agents[0]?.because).toContain("agents restart one");
  expect((await lab.agents("status")).code).toBe(3);
  await pause(2_000);
  expect((await lab.status()).agents[0]?.starts).toBe(3);
  await lab.agents("restart", "one");
  expect((await lab.status()).agents[0]?.starts).toBeGreaterThan(3);
}, 40_000);

test("a task that is done stays done, whatever watch it inherits (reference defect 12)", async () => {
  fleet(
    `${HEAD}[watchdog]\nsignal_interval = 1\n[backend.stub]\nprompt_delivery = "exec"\nbin = "echo done; exit 0"\n${agent("one", 'kind = "task"\n')}`,
  );
  expect((await lab.agents("up")).code).toBe(0);
  await pause(2_500);
  const now = await lab.status();
  expect(now.agents[0]).toMatchObject({
    life: "ended",
    starts: 1,
    exit: { code: 0, signal: null },
  });
}, 30_000);

test("a directory that cannot be entered is a failure with its name, not another directory (reference defect 14)", async () => {
  fleet(`${HEAD}${STUB}${agent("one", 'dir = "file/below"\n')}${agent("two")}`);
  lab.write("file", "not a directory");
  const ran = await lab.agents("up");
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("file/below") });
  expect((await lab.status()).agents[1]?.life).toBe("up");
}, 30_000);

test("panes are 200 columns wide, so that banners do not wrap (reference defect 16)", async () => {
  fleet(`${HEAD}${STUB}${agent("one")}`);
  await lab.agents("up");
  expect(lab.tmux("list-panes", "-t", "=d-one:", "-F", "#{pane_width}x#{pane_height}")).toBe(
    "200x50",
  );
}, 30_000);

test("a restart takes the conversation up again, and begins a new one where that fails (reference defect 8)", async () => {
  fleet("");
  const home = dirname(lab.dir);
  const recorder = join(home, "record");
  writeFileSync(
    recorder,
    `#!/bin/sh\necho "$*" >> ${home}/calls\n[ "$1" = --resume ] && [ -e ${home}/lost ] && exit 1\nexec sleep 3000\n`,
  );
  chmodSync(recorder, 0o755);
  lab.write(
    "agents.toml",
    `${HEAD}[watchdog]\nsignal_interval = 1\n[backend.stub]\nprompt_delivery = "arg"\nbin = "${recorder}"\nsupports_resume = true\nsession_flag = "--session-id '{id}'"\n${agent("one", "resume = true\n")}`,
  );
  await lab.agents("up");
  const calls = (): readonly string[] =>
    readFileSync(join(home, "calls"), "utf8").trim().split("\n");
  const kill = async (count: number): Promise<void> => {
    process.kill(await lab.pid("one"), "SIGKILL");
    await expect.poll(() => calls().length, { timeout: 15_000 }).toBe(count);
    await lab.until("up again", (seen) => seen.agents[0]?.life === "up");
  };
  const id = /^--session-id ([0-9a-f-]{36}) go$/.exec(calls()[0] ?? "")?.[1];
  expect(id).toBeDefined();
  expect(lab.read("log/state/one.id").trim()).toBe(id);
  await kill(2);
  expect(calls()[1]).toBe(`--resume ${id} go`);
  writeFileSync(join(home, "lost"), "");
  await kill(4);
  expect(calls()[2]).toBe(`--resume ${id} go`);
  expect(calls()[3]).toMatch(/^--session-id [0-9a-f-]{36} go$/);
  expect(calls()[3]).not.toContain(id);
}, 60_000);

test("one agent that is slow to connect delays no other (reference defect 17)", async () => {
  fleet(
    `${HEAD}[backend.stub]\nprompt_delivery = "ping"\nbin = "while read -r line; do echo \\"got $line\\"; done"\nconnect_delay = 6\n[backend.quick]\nprompt_delivery = "exec"\nbin = "cat {kickoff}; exec sleep 3000"\n${agent("slow")}${agent("fast", 'backend = "quick"\n')}${agent("slow2")}`,
  );
  const up = lab.agents("up");
  const names = ({ agents }: Standing): readonly string[] =>
    agents.flatMap(({ name, life }) => (life === "up" ? [name] : []));
  expect(names(await lab.until("one is up", (seen) => names(seen).length > 0))).toEqual(["fast"]);
  await lab.until("one of the slow is up", (seen) => names(seen).length > 1);
  const first = performance.now();
  expect(names(await lab.until("all are up", (seen) => names(seen).length > 2))).toHaveLength(3);
  // One after another they would be six seconds apart.
  expect(performance.now() - first).toBeLessThan(4_000);
  expect((await up).code).toBe(0);
  for (const name of ["slow", "slow2"])
    expect(lab.read(`log/d-${name}.log`)).toMatch(
      /got Your full kickoff prompt is in .*kickoff-d-slow2?\.txt/,
    );
}, 40_000);

test("services are ready before the agents that need them, and heal (reference defect 18)", async () => {
  fleet(
    `${HEAD}[watchdog]\nsignal_interval = 1\n[backend.stub]\nprompt_delivery = "exec"\nbin = "cat flag; exec sleep 3000"\n${agent("one")}[[service]]\nname = "web"\ncommand = "sleep 1; echo yes > flag; echo serving; exec sleep 3000"\nready = { pattern = "serving" }\nrestart = { policy = "always", first = 0.5 }\n`,
  );
  expect((await lab.agents("up")).code).toBe(0);
  expect(lab.read("log/d-one.log")).toContain("yes");
  const pid = await lab.pid("web");
  process.kill(pid, "SIGKILL");
  await lab.until(
    "the service is back",
    (seen) => seen.services[0]?.life === "up" && seen.services[0].pid !== pid,
    9_000,
  );
}, 40_000);

test("a message gets one Enter, also in a program that echoes it (reference defect 31)", async () => {
  fleet(
    `${HEAD}[watchdog]\nsignal_interval = 1\n[backend.stub]\nprompt_delivery = "exec"\nbin = "cat {kickoff}; while IFS= read -r line; do echo \\"line <$line>\\"; done"\n${agent("one")}`,
  );
  await lab.agents("up");
  expect(await lab.agents("send", "one", "hello there")).toMatchObject({ code: 0 });
  await pause(4_000);
  const lines = lab.read("log/d-one.log").match(/line <.*?>/g);
  expect(lines).toEqual(["line <hello there>"]);
}, 40_000);

test("a prompt of 300 KB arrives byte for byte, and one of 128 KiB - 1 as an argument (reference defect 32)", async () => {
  fleet("");
  const home = dirname(lab.dir);
  const recorder = join(home, "record");
  writeFileSync(
    recorder,
    `#!/bin/sh\nprintf '%s' "$1" > ${home}/"$AGENTS_NAME".arg\ncp "$AGENTS_KICKOFF" ${home}/"$AGENTS_NAME".file\nexec sleep 3000\n`,
  );
  chmodSync(recorder, 0o755);
  const line = 'it\'s "quoted" $(touch PWN) `touch PWN` \\ -n é\n';
  const big = line.repeat(Math.ceil(300_000 / line.length)) + "\n\n";
  const argument = Buffer.from(line.repeat(4000))
    .subarray(0, 128 * 1024 - 1)
    .toString("utf8")
    .replace(/\ufffd+$/, "x");
  lab.write("big.md", big);
  lab.write("argument.md", argument);
  lab.write(
    "agents.toml",
    `${HEAD}[backend.stub]\nprompt_delivery = "exec"\nbin = "${recorder} x"\n[backend.arg]\nprompt_delivery = "arg"\nbin = "${recorder}"\n${["big", "argument"].map((name) => `[[agent]]\nname = "${name}"\nprompt_file = "${name}.md"\nbackend = "${name === "big" ? "stub" : "arg"}"\n`).join("")}`,
  );
  expect(await lab.agents("up")).toMatchObject({ code: 0 });
  const file = (name: string): string =>
    execFileSync("cat", [join(home, name)], { encoding: "utf8", maxBuffer: 1 << 24 });
  await expect
    .poll(() => readdirSync(home))
    .toEqual(expect.arrayContaining(["big.file", "argument.file"]));
  await expect.poll(() => file("big.file")).toBe(big);
  expect(file("argument.arg")).toBe(argument);
}, 40_000);

test("logs, kickoffs and state are for their owner only, under any umask (reference defect 35)", async () => {
  fleet(`${HEAD}${STUB}${agent("one")}`);
  const old = process.umask(0);
  try {
    expect((await lab.agents("up")).code).toBe(0);
  } finally {
    process.umask(old);
  }
  await pause(300);
  const log = join(lab.dir, "log");
  const open = ["", ...readdirSync(log, { recursive: true, encoding: "utf8" })].filter(
    (path) => (statSync(join(log, path)).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
}, 30_000);
