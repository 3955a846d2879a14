// Tasks on real tmux and real git, through the built program: one that asks a person, one that is given up, and an
// agent's report from inside its pane.

import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { build, openLab, program, type Lab, type Ran } from "../e2e/lab.ts";

vi.setConfig({ testTimeout: 60_000 });

const FLEET = `[defaults]
session_prefix = "t-"
log_dir = "log"
backend = "hand"

[watchdog]
signal_interval = 1

[tasks]
repo = "repo"
stagger = 0
merge = "queue"
attempts = 1

[[pipeline]]
name = "default"
step = [{ id = "implement" }, { id = "look", kind = "gate" }]

[backend.hand]
bin = "sh ../../../hand.sh"
prompt_delivery = "exec"
`;
/** It works in its worktree; an agents.toml of the repository's own is not the one that it reports to. */
const HAND = `grep -q 'Do it' "$AGENTS_KICKOFF" || exit 3
echo "at work on $AGENTS_TASK"
echo "$AGENTS_TASK" > work.txt
git add . && git commit -q -m "$AGENTS_TASK"
echo 'I did it.' | agents report done --file -
sleep 1000
`;

let lab: Lab;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("hand.sh", HAND);
  lab.write("bin/agents", `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(lab.dir, "bin/agents"), 0o755);
  lab.write("agents.toml", FLEET);
  lab.write("repo/agents.toml", "not even TOML");
  lab.git(".", "init", "-q", "--bare", "--initial-branch=main", "origin.git");
  lab.git(".", "init", "-q", "--initial-branch=main", "repo");
  lab.git("repo", "add", ".");
  lab.git("repo", "commit", "-q", "-m", "begin");
  lab.git("repo", "remote", "add", "origin", "../origin.git");
  lab.git("repo", "push", "-q", "origin", "main");
  const up = await lab.with({ PATH: `${join(lab.dir, "bin")}:${lab.env["PATH"] ?? ""}` }, "up");
  if (up.code !== 0) throw new Error(up.stderr);
});

afterAll(() => lab.close());

const short = ({ code, stdout, stderr }: Ran): string =>
  `${code} ${stdout}${stderr}`.replaceAll(/\b[0-9a-f]{7,40}\b/g, "SHA").trimEnd();

async function asks(id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { stdout } = await lab.agents("task", "list", "--state", "needs-human", "--json");
      expect(JSON.parse(stdout)).toMatchObject({ tasks: [{ id }] });
    },
    { timeout: 40_000, interval: 200 },
  );
}

test("failure 19: a task goes from a sentence to the target with a person's word in between, and none of it into the file", async () => {
  const written = readFileSync(join(lab.dir, "agents.toml"), "utf8");
  expect(short(await lab.agents("task", "add", "Do it", "--id", "one"))).toBe("0 one");
  await asks("one");
  const status = await lab.agents("status");
  expect([status.code, status.stdout]).toEqual([
    3,
    expect.stringMatching(/^one +needs-human +look +.*waits for a person to approve it$/m),
  ]);
  const why = await lab.agents("why", "one");
  expect(why.stdout).toMatch(/^ {2}implement passed.*\n {4}\| I did it\.$/m);

  expect(short(await lab.agents("task", "approve", "one"))).toBe("0 one goes on");
  expect(short(await lab.agents("task", "wait", "one"))).toBe(
    "0 one   done: landed on main as SHA",
  );
  expect(lab.git("origin.git", "log", "--format=%s", "main")).toBe("one\nbegin");
  expect(short(await lab.agents("merge"))).toMatch(/^one +landed .* landed on main as SHA$/m);
  expect((await lab.agents("task", "logs", "one")).stdout).toContain("at work on one\n");
  expect((await lab.agents("task", "diff", "one")).stdout).toContain("+one\n");
  const artifacts = await lab.agents("task", "artifacts", "one", "--json");
  const { files }: { files: readonly { step: string; name: string }[] } = JSON.parse(
    artifacts.stdout,
  );
  expect(files.map(({ step, name }) => `${step} ${name}`)).toEqual([
    "implement log",
    "implement meta.json",
    "implement patch.diff",
    "implement prompt.md",
    "implement report.md",
    "implement result.json",
    "merge meta.json",
    "merge result.json",
  ]);
  expect(readFileSync(join(lab.dir, "agents.toml"), "utf8")).toBe(written);
  expect((await lab.agents("events", "one")).stdout).toMatch(/ one +landed on main as /);
});

test("what fails is tried again with a person's words, and is given up", async () => {
  await lab.agents("task", "add", "Something else", "--id", "two");
  expect(short(await lab.agents("task", "wait", "two"))).toBe(
    "1 two   failed: implement: exited 3",
  );
  expect(short(await lab.agents("task", "approve", "two"))).toBe(
    "1 agents: two waits for nobody's approval: it is failed",
  );
  const again = await lab.agents("task", "retry", "two", "--guidance", "Do it, I say.");
  expect(short(again)).toBe("0 two is queued again");
  await asks("two");
  const late = await lab.agents("task", "wait", "two", "--timeout", "1s");
  expect([late.code, late.stderr.split("\n")[0]]).toEqual([
    8,
    "agents: two waits for a person: look: waits for a person to approve it",
  ]);
  expect(short(await lab.agents("task", "cancel", "two", "--dry-run"))).toBe(
    "0 two   would be told: cancel",
  );
  expect(short(await lab.agents("task", "cancel", "two"))).toBe("0 two: cancelled by a person");
  expect(short(await lab.agents("task", "wait", "two"))).toBe(
    "1 two   cancelled: cancelled by a person",
  );
});

test("only an agent at a step reports", async () => {
  expect(short(await lab.agents("report", "done"))).toMatch(/^2 agents: only an agent that works/);
  const stranger = { AGENTS_NAME: "one-implement-1", AGENTS_RUN_ID: "x", AGENTS_CONFIG: "" };
  const said = await lab.with(stranger, "report", "done", "--config", "agents.toml");
  expect(short(said)).toBe("1 agents: one-implement-1 is at no task's step");
  expect(short(await lab.agents("report", "maybe"))).toMatch(/^2 agents: a report is one of/);
});

test("without a watchdog a task is put away all the same, and what is added waits", async () => {
  await lab.agents("down");
  expect(lab.git("repo", "worktree", "list")).toContain("/log/worktrees/two ");
  expect(short(await lab.agents("task", "close", "two"))).toBe("0 two is put away");
  expect(lab.git("repo", "worktree", "list")).not.toContain("/log/worktrees/two ");
  expect(short(await lab.agents("task", "wait", "two"))).toMatch(/^1 two {3}cancelled/);
  expect(short(await lab.agents("task", "add", "Do it", "--id", "three"))).toBe(
    "0 three\nagents: no watchdog runs; `agents up` begins with the queue",
  );
  expect(short(await lab.agents("task", "list", "--state", "queued"))).toMatch(
    /^three +queued +- .* left for the watchdog/m,
  );
  expect(short(await lab.agents("task", "cancel", "three"))).toMatch(
    /^1 agents: three was not taken yet/,
  );
});

test("an agent's report waits for a watchdog, and is no watchdog itself", async () => {
  const agent = { AGENTS_NAME: "one-implement-1", AGENTS_RUN_ID: "x", AGENTS_CONFIG: "" };
  const said = lab.with(agent, "report", "done", "--config", "agents.toml");
  await vi.waitFor(() =>
    expect(readdirSync(join(lab.dir, "log/state/orders/new"))).toHaveLength(1),
  );
  await lab.agents("up", "watchdog");
  expect(short(await said)).toBe("1 agents: one-implement-1 is at no task's step");
});
