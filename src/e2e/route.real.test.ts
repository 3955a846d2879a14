// A route on real tmux and git, through the built program: a classifier says how hard a task is, one program ends at
// its usage limit, and another one goes on with what it left.

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { build, openLab, program, type Lab } from "./lab.ts";

vi.setConfig({ testTimeout: 60_000 });

const FLEET = `[defaults]
session_prefix = "r-"
log_dir = "log"
backend = "slow"

[watchdog]
signal_interval = 1

[tasks]
repo = "repo"
stagger = 0
merge = "queue"
attempts = 1

[[pipeline]]
name = "default"
step = [{ id = "implement" }]

[route]
classifier = "grep -q hard && echo complex"
fallback = [{ backend = "spare", model = "s" }]

[[route.rule]]
complexity = "complex"
to = [{ backend = "quick" }]

[backend.slow]
bin = "exit 9"
prompt_delivery = "exec"

[backend.quick]
bin = "sh ../../../quick.sh"
prompt_delivery = "exec"
[backend.quick.screen]
limited = ['^usage limit reached · resets (?<reset>[^\\n]+)']

[backend.spare]
bin = "sh ../../../spare.sh {model}"
prompt_delivery = "exec"
`;
const QUICK = `echo half > half.txt
echo 'usage limit reached · resets in 3 hours'
sleep 0.3
exit 1
`;
const SPARE = `cat half.txt && grep -q 'handover-1.md' "$AGENTS_KICKOFF" || exit 4
grep -q 'quick' "$AGENTS_KICKOFF" || exit 5
git add . && git commit -q -m "by $1"
echo 'I went on.' | agents report done --file -
sleep 1000
`;

let lab: Lab;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("quick.sh", QUICK);
  lab.write("spare.sh", SPARE);
  lab.write("bin/agents", `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(lab.dir, "bin/agents"), 0o755);
  lab.write("agents.toml", FLEET);
  lab.write("repo/base", "begin");
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

test("what one program left at its usage limit another one goes on with, and nothing is spent", async () => {
  await lab.agents("task", "add", "A hard one", "--id", "one");
  const waited = await lab.agents("task", "wait", "one", "--timeout", "50s");
  expect(waited.stdout).toMatch(/^one +done: landed on main as /);
  expect(lab.git("origin.git", "log", "--format=%s", "main")).toBe("by s\nbegin");
  expect(lab.git("origin.git", "show", "main:half.txt")).toBe("half");
  const { task } = JSON.parse((await lab.agents("task", "show", "one", "--json")).stdout);
  expect(task).toMatchObject({ attempt: 1, visits: { implement: 1, merge: 1 }, rounds: 0 });
  const logs = (await lab.agents("task", "logs", "one")).stdout;
  expect(logs).toContain("usage limit reached · resets in 3 hours");
  const told = (await lab.agents("events", "one")).stdout;
  expect(told).toContain("implement goes to quick: complexity complex, says the classifier");
  expect(told).toContain("implement goes on with spare, in place of quick, at its usage limit");
  const status = JSON.parse((await lab.agents("status", "--json")).stdout);
  expect(status.holds).toMatchObject([{ account: "quick", sure: true, why: "limit" }]);
});
