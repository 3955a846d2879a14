// Jobs of a fleet on real tmux, through the built program: a command outlives the watchdog that began it, and the next
// one knows how it ended.

import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { build, openLab, type Lab } from "../e2e/lab.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const FLEET = `[defaults]
session_prefix = "j-"
log_dir = "log"
backend = "shell"
[watchdog]
signal_interval = 1
[[agent]]
name = "ann"
prompt = "sleep 1000"
[[job]]
name = "long"
cron = "@yearly"
command = "echo began >> runs; while ! [ -e go ]; do sleep 0.1; done; echo ended >> runs"
[[job]]
name = "often"
every = "10s"
command = "echo so >> often"
[[job]]
name = "bad"
cron = "@yearly"
command = "echo no >&2; exit 3"
`;

let lab: Lab;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("agents.toml", FLEET);
  expect((await lab.agents("up")).code).toBe(0);
});
afterAll(() => lab.close());

type Listed = {
  readonly name: string;
  readonly state: string;
  readonly last: { readonly came: string; readonly because: string } | null;
};

async function job(name: string): Promise<Listed | undefined> {
  const { jobs }: { readonly jobs: readonly Listed[] } = JSON.parse(
    (await lab.agents("job", "list", "--json")).stdout,
  );
  return jobs.find((one) => one.name === name);
}

async function until(
  name: string,
  is: (one: Listed | undefined) => boolean,
): Promise<Listed | undefined> {
  return vi.waitFor(
    async () => {
      const one = await job(name);
      if (!is(one)) throw new Error(`not so: ${JSON.stringify(one)}`);
      return one;
    },
    { timeout: 30_000, interval: 200 },
  );
}

test("a command goes on while its watchdog is killed, begins no second time, and its end is known", async () => {
  expect((await lab.agents("job", "run", "long")).stdout).toBe("long   begins\n");
  await until("long", (one) => one?.state === "running" && existsSync(`${lab.dir}/runs`));
  const { watchdog } = JSON.parse((await lab.agents("status", "--json")).stdout);
  process.kill(watchdog.pid, "SIGKILL");
  const again = await lab.agents("job", "run", "long");
  expect([again.code, again.stderr]).toEqual([1, "agents: long still runs\n"]);
  lab.write("go", "");
  expect((await until("long", (one) => one?.state === "scheduled"))?.last).toMatchObject({
    came: "done",
  });
  expect(lab.read("runs")).toBe("began\nended\n");
});

test("what fails is told in status, why and events, and its output is kept", async () => {
  expect((await lab.agents("job", "run", "bad", "--json")).code).toBe(0);
  await until("bad", (one) => one?.last !== null);
  const status = await lab.agents("status");
  expect([status.code, status.stderr]).toEqual([
    3,
    "agents: job bad failed: exit code 3; see `agents why bad`\n",
  ]);
  const why = (await lab.agents("why", "bad")).stdout;
  expect(why).toContain("failed");
  const log = /^log +(\S+)$/m.exec(why)?.[1] ?? "";
  expect(lab.read(log.slice(lab.dir.length + 1))).toBe("no\n");
  expect((await lab.agents("events", "bad")).stdout).toMatch(/bad {2,}failed: exit code 3/);
});

test("what is held back does not begin, and what the fleet takes down with it is told so", async () => {
  await until("often", (one) => one?.last?.came === "done");
  expect((await lab.agents("job", "pause", "often")).stdout).toBe("often   paused\n");
  expect((await job("often"))?.state).toBe("paused");
  await lab.agents("job", "resume", "often");
  expect((await job("often"))?.state).toBe("scheduled");
  expect((await lab.agents("down")).code).toBe(0);
  expect((await job("often"))?.state).toBe("off");
});
