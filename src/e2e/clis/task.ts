// A task, from a sentence to a merged branch, by one real coding agent after another: one plans, one edits and commits,
// a check runs, one reviews, and it lands on the remote. The false model runs one script, which does what its step is.

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { missed, REPLY_MS, type Seen, type State } from "./acts.ts";
import { up, type Stage } from "./stage.ts";
import type { Lab } from "../lab.ts";

const DONE_MS = 4 * 60_000;
const LIMIT_MS = DONE_MS + 2 * REPLY_MS;
const TASK = "page";
const PASSED = "plan passed, implement passed, check passed, review passed";

/** Each step as a coding agent would do it with its tools; the shells of one forget which PATH they were given. */
const SCRIPT = `set -e
PATH="$(dirname "$0")/bin:$PATH"
case "$AGENTS_STEP" in
  plan) echo "One page, with a heading." >"$AGENTS_REPORT"; agents report done ;;
  implement)
    echo "# A page" >page.md
    git add page.md && git commit -q -m "page: begin it"
    echo "It is there." >"$AGENTS_REPORT"; agents report done ;;
  review) git show --stat >"$AGENTS_REPORT"; agents report approve ;;
esac
`;

const MORE = `
[tasks]
repo = "work"
merge = "queue"
check = "test -f page.md"
stagger = 0
`;

function repository(lab: Lab, program: string): void {
  lab.git(".", "init", "-q", "--bare", "-b", "main", "origin.git");
  lab.write("work/README.md", "Pages.\n");
  lab.git("work", "add", ".");
  lab.git("work", "commit", "-q", "-m", "base");
  lab.git("work", "remote", "add", "origin", "../origin.git");
  lab.git("work", "push", "-q", "-u", "origin", "main");
  lab.write("step.sh", SCRIPT);
  lab.write("bin/agents", `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(join(lab.dir, "bin/agents"), 0o755);
}

type Told = {
  readonly task: { readonly state: string; readonly because: string };
  readonly steps: readonly { readonly id: string; readonly came: string | null }[];
};

async function wentThrough(stage: Stage): Promise<Seen> {
  if (!(await up(stage))) return missed("the watchdog is not up");
  const begun = performance.now();
  const body = `A page is missing.\nplay: shell sh ${join(stage.lab.dir, "step.sh")}`;
  const added = await stage.agents("task", "add", "Begin a page", "--id", TASK, "--body", body);
  if (added.code !== 0) return missed(added.stderr);
  await stage.agents("task", "wait", TASK, "--timeout", `${DONE_MS / 1000}s`);
  const ms = Math.round(performance.now() - begun);
  const shown = await stage.agents("task", "show", TASK, "--json");
  const { task, steps }: Told = JSON.parse(shown.stdout);
  const judged = steps.filter(({ came: how }) => how !== null);
  const came = judged.map(({ id, came: how }) => `${id} ${how}`).join(", ");
  const landed = stage.lab.git("origin.git", "log", "--reverse", "--format=%s", "main").split("\n");
  const page = landed.length === 2 && stage.lab.git("origin.git", "show", "main:page.md");
  const ok = task.state === "done" && came === PASSED && page === "# A page";
  return {
    seen: ok ? `${came}; merged: ${landed.at(-1)}` : `${task.state}: ${task.because}; ${came}`,
    ms,
    ok,
  };
}

export const TASKS: State = {
  name: "task",
  wanted: "planned, made, checked, reviewed, merged",
  only: [],
  play: { mood: "trusting", agents: {}, more: MORE, ready: repository },
  limitMs: LIMIT_MS,
  see: wentThrough,
};
