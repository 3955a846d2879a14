// What is killed comes back, once: an agent, the watchdog, the tmux server, both at the same moment.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { build, openLab, took, type Lab } from "./lab.ts";
import { openPace } from "./pace.ts";

/** Two ticks and five seconds. */
const TICK_MS = 2_000;
/** Without a ring it would be seen at a tick: most of ten ends would be later than half of one. */
const SEEN_MS = 250;
const RIGHT_AGAIN_MS = 2 * TICK_MS + 5_000;

let lab: Lab;

beforeAll(build);
afterEach(() => lab.close(), 60_000);

function fleet(count: number, more = ""): void {
  lab = openLab();
  const agents = Array.from(
    { length: count },
    (_, at) => `[[agent]]\nname = "a${at}"\nprompt = "go ${at}"\n`,
  );
  lab.write(
    "agents.toml",
    `[defaults]\nsession_prefix = "f-"\nlog_dir = "log"\nbackend = "stub"\nwatch = "heal"\nrestart = { first = "1s", starts = 50 }\n` +
      `[watchdog]\nsignal_interval = ${TICK_MS / 1000}\n` +
      `[backend.stub]\nprompt_delivery = "exec"\nbin = "cat {kickoff}; setsid sleep 4000 & exec sleep 3000"\n${agents.join("")}${more}`,
  );
}

const watchdogPid = (): number => JSON.parse(lab.read("log/state/status.json")).watchdog.pid;
const serverPid = (): number => Number(lab.tmux("display-message", "-p", "#{pid}"));

async function rightAgainMs(): Promise<number> {
  const pace = openPace();
  await pace.sample();
  return pace.stretched(RIGHT_AGAIN_MS);
}

async function rightAgain(
  count: number,
  before: ReadonlyMap<string, number | null>,
): Promise<void> {
  await lab.until(
    "everything is up",
    (now) =>
      now.watchdog.state === "running" &&
      now.agents.every((one) => one.life === "up" && one.pid !== before.get(one.name)),
    await rightAgainMs(),
  );
  for (let at = 0; at < count; at += 1)
    expect([...lab.incarnations(`a${at}`).keys()]).toHaveLength(1);
}

const pids = async (): Promise<ReadonlyMap<string, number | null>> =>
  new Map((await lab.status()).agents.map((one) => [one.name, one.pid]));

test("a killed agent among fifty is seen within 250 ms and restarted after its backoff", async () => {
  fleet(50);
  expect(await lab.agents("up")).toMatchObject({ code: 0, stderr: "" });
  const events = join(lab.dir, "log/events.jsonl");
  const seen: number[] = [];
  const pace = openPace();
  for (let at = 0; at < 10; at += 1) {
    await pace.sample();
    process.kill(await lab.pid(`a${at}`), "SIGKILL");
    const mark = `"agent":"a${at}","event":"ended"`;
    seen.push(
      await took(() => existsSync(events) && readFileSync(events, "utf8").includes(mark), 2_000),
    );
  }
  const late = seen.filter((ms) => ms > pace.stretched(SEEN_MS));
  expect(late.length, `seen after ${seen.map(Math.round).join(", ")} ms`).toBeLessThanOrEqual(1);
  await lab.until("all back", (now) => now.agents.every((one) => one.life === "up"), 10_000);
  for (let at = 0; at < 10; at += 1) expect([...lab.incarnations(`a${at}`).keys()]).toHaveLength(1);
}, 60_000);

test("kill -9 of the watchdog, of the tmux server and of both: right again, nothing twice", async () => {
  fleet(6);
  expect(await lab.agents("up")).toMatchObject({ code: 0, stderr: "" });
  const before = await pids();

  const watchdog = watchdogPid();
  process.kill(watchdog, "SIGKILL");
  await lab.until(
    "a new watchdog",
    (now) => now.watchdog.state === "running" && now.watchdog.pid !== watchdog,
    await rightAgainMs(),
  );
  expect(await pids(), "a watchdog that comes back touches nobody").toEqual(before);

  process.kill(serverPid(), "SIGKILL");
  await rightAgain(6, before);

  const again = await pids();
  process.kill(serverPid(), "SIGKILL");
  process.kill(watchdogPid(), "SIGKILL");
  await rightAgain(6, again);
  const charged = lab
    .read("log/events.jsonl")
    .split("\n")
    .filter((line) => line.includes('"event":"backoff"'));
  expect(charged, "a lost server is nobody's crash").toEqual([]);
}, 90_000);

test("what a person stopped stays stopped, over a watchdog's death and against its ticks (reference defect 11)", async () => {
  fleet(3);
  await lab.agents("up");
  expect(await lab.agents("down", "a1")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("a1"),
  });
  process.kill(watchdogPid(), "SIGKILL");
  await lab.until(
    "a new watchdog",
    (now) => now.watchdog.state === "running",
    await rightAgainMs(),
  );
  await took(() => false, 2 * TICK_MS + 500);
  const now = await lab.status();
  expect(now.agents.map((one) => [one.name, one.life, one.wanted])).toEqual([
    ["a0", "up", "up"],
    ["a1", "down", "down"],
    ["a2", "up", "up"],
  ]);
  expect(lab.incarnations("a1").size).toBe(0);
  expect((await lab.agents("up", "a1")).code).toBe(0);
  expect(lab.incarnations("a1").size).toBe(1);
}, 60_000);

test("a restarted agent leaves none of its children behind, and down leaves nothing at all", async () => {
  fleet(2);
  await lab.agents("up");
  const before = [...lab.incarnations("a0").values()].flat();
  expect(before.length).toBeGreaterThanOrEqual(2);
  process.kill(await lab.pid("a0"), "SIGKILL");
  await lab.until(
    "a0 is back",
    (now) => now.agents[0]?.life === "up" && !before.includes(now.agents[0].pid ?? 0),
  );
  const after = [...lab.incarnations("a0").values()].flat();
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  expect((await lab.agents("down")).code).toBe(0);
  expect(lab.incarnations("a0").size + lab.incarnations("a1").size).toBe(0);
  expect(() => lab.tmux("ls")).toThrow();
}, 60_000);
