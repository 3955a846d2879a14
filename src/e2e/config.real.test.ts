// The file is read again on every look, and no state of it may cost a process: broken, empty, half
// written, gone, a FIFO. What was removed goes on as an orphan; what was edited waits for a safe point.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "./lab.ts";

let lab: Lab;

beforeAll(build);
afterEach(() => lab.close(), 60_000);

const HEAD = `[defaults]\nsession_prefix = "c-"\nlog_dir = "log"\nbackend = "stub"\nwatch = "heal"\n[watchdog]\nsignal_interval = 1\nstall_grace = 2\n`;
const BACKEND = `[backend.stub]\nstall_idle = 5\nprompt_delivery = "exec"\nbin = "cat {kickoff}; while read -r line; do echo \\"got $line\\"; done; exec sleep 3000"\n`;
const agent = (name: string, prompt = "go"): string =>
  `[[agent]]\nname = "${name}"\nprompt = "${prompt}"\n`;
const GOOD = `${HEAD}${BACKEND}${agent("one")}${agent("two")}`;

async function upWith(text: string): Promise<ReadonlyMap<string, number | null>> {
  lab = openLab();
  lab.write("agents.toml", text);
  expect(await lab.agents("up")).toMatchObject({ code: 0, stderr: "" });
  return pids();
}

const pids = async (): Promise<ReadonlyMap<string, number | null>> =>
  new Map((await lab.status()).agents.map((one) => [one.name, one.pid]));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("no broken file changes what runs, and status shows its line; a watchdog restart does not either (reference defect 1)", async () => {
  const before = await upWith(GOOD);
  const path = join(lab.dir, "agents.toml");
  const ways: readonly [string, () => void][] = [
    ["not TOML", () => lab.write("agents.toml", `${GOOD}garbage = [\n`)],
    ["a mistake", () => lab.write("agents.toml", GOOD.replace("prompt", "promt"))],
    ["empty", () => lab.write("agents.toml", "")],
    ["gone", () => rmSync(path)],
    ["a directory", () => mkdirSync(path)],
    ["a FIFO", () => execFileSync("mkfifo", [path])],
  ];
  for (const [name, make] of ways) {
    make();
    const now = await lab.until(`${name} is noticed`, (seen) => !seen.config.ok, 4_000);
    expect(now.config.problems.join("\n"), name).toMatch(/agents\.toml/);
    expect(await pids(), name).toEqual(before);
    if (name === "a directory") rmdirSync(path);
    if (name === "a FIFO") rmSync(path);
  }
  lab.write("agents.toml", `${GOOD}garbage = [\n`);
  process.kill(JSON.parse(lab.read("log/state/status.json")).watchdog.pid, "SIGKILL");
  const again = await lab.until(
    "a new watchdog reads the last good file",
    (seen) => seen.watchdog.state === "running" && !seen.config.ok,
    9_000,
  );
  expect(again.config.problems.join("\n")).toContain("agents.toml:20:1: this is not TOML");
  expect(await pids()).toEqual(before);
  expect((await lab.agents("status")).code).toBe(3);
  lab.write("agents.toml", GOOD);
  await lab.until("the file is good again", (seen) => seen.config.ok, 4_000);
  expect(await pids()).toEqual(before);
}, 60_000);

test("a file written byte by byte starts and stops nobody before it is whole", async () => {
  const before = await upWith(GOOD);
  const target = `${GOOD}${agent("three")}`;
  lab.write("agents.toml", "");
  for (let end = 1; end <= target.length; end += 1) {
    lab.write("agents.toml", target.slice(0, end));
    await pause(4);
  }
  const now = await lab.until(
    "three is up",
    (seen) => seen.agents.some((one) => one.name === "three" && one.life === "up"),
    6_000,
  );
  for (const [name, pid] of before)
    expect(now.agents.find((one) => one.name === name)?.pid).toBe(pid);
  const events = lab.read("log/events.jsonl");
  expect(events.match(/"event":"start"/g)).toHaveLength(3);
}, 60_000);

test("an agent that is removed goes on as an orphan until a person says down", async () => {
  const before = await upWith(GOOD);
  lab.write("agents.toml", `${HEAD}${BACKEND}${agent("one")}`);
  const now = await lab.until(
    "two is an orphan",
    (seen) => seen.agents.some((one) => one.name === "two" && one.orphan),
    5_000,
  );
  expect(now.agents.find((one) => one.name === "two")).toMatchObject({
    life: "up",
    pid: before.get("two"),
  });
  expect(await lab.agents("down", "two")).toMatchObject({ code: 0 });
  expect(lab.incarnations("two").size).toBe(0);
  expect((await lab.status()).agents.map((one) => one.name)).toEqual(["one"]);
}, 60_000);

test("an edited launch waits for the agent to be still, and only it is restarted", async () => {
  const before = await upWith(GOOD);
  lab.write("agents.toml", `${HEAD}${BACKEND}${agent("one", "another")}${agent("two")}`);
  await lab.until("the restart is pending", (seen) => seen.agents[0]?.pending !== null, 5_000);
  const now = await lab.until(
    "one runs the new prompt",
    (seen) => seen.agents[0]?.life === "up" && seen.agents[0].pid !== before.get("one"),
    30_000,
  );
  expect(now.agents[1]?.pid).toBe(before.get("two"));
  expect(lab.read("log/c-one.log")).toContain("another");
  expect(lab.read("log/events.jsonl")).not.toContain('"event":"backoff"');
}, 60_000);

test("AGENT_MODEL_x holds for one incarnation and reaches no other agent", async () => {
  const text = GOOD.replace(
    "cat {kickoff}",
    "echo model={model} $AGENT_MODEL_one; cat {kickoff}",
  ).replace("[[agent]]", "x-model = 1\n[[agent]]");
  lab = openLab();
  lab.write("agents.toml", text.replace('backend = "stub"', 'backend = "stub"\nmodel = "usual"'));
  expect(await lab.with({ AGENT_MODEL_one: "special" }, "up")).toMatchObject({ code: 0 });
  const logs = (name: string): string => lab.read(`log/c-${name}.log`);
  expect(logs("one")).toMatch(/^model=special\s/);
  expect(logs("two")).toMatch(/^model=usual\s/);
  await pause(2_500);
  expect((await lab.status()).agents[0]).toMatchObject({ life: "up", pending: null });
  expect(await lab.agents("restart", "one")).toMatchObject({ code: 0 });
  await expect.poll(() => logs("one")).toMatch(/model=usual\s/);
}, 60_000);
