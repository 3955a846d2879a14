// A builder and an adversary, both of them real coding agents, through one phase: the builder claims, the adversary
// is told and reviews, the builder is told and writes that all is done, and the loop is complete.

import { chmodSync } from "node:fs";
import { REPLY_MS, type State } from "./acts.ts";
import { up } from "./stage.ts";
import type { Lab } from "../lab.ts";

const DONE_MS = 4 * 60_000;
const LIMIT_MS = DONE_MS + 2 * REPLY_MS;

/** What the false model tells each of them to run: one commit, pushed. */
const COMMITS = {
  build: ["machine-docs/STATUS-1.md", "Gate 1 is claimed.", "claim: gate 1"],
  review: ["machine-docs/REVIEW-1.md", "Gate 1 holds.", "review: gate 1 passes"],
  finish: ["machine-docs/STATUS-1.md", "## DONE\n\nGate 1 was built and reviewed.", "status: done"],
} as const;

const ROLES = {
  builder: "Build the phase.\nplay: shell sh ../build.sh\nafterwards: shell sh ../finish.sh\n",
  adversary: "Wait for a claim.\nplay: hello\nafterwards: shell sh ../review.sh\n",
};

function repository(lab: Lab): void {
  lab.git(".", "init", "-q", "--bare", "-b", "main", "origin.git");
  lab.write("work/PLAN-1.md", "Build one thing.\n");
  lab.git("work", "add", ".");
  lab.git("work", "commit", "-q", "-m", "plan: phase 1");
  lab.git("work", "remote", "add", "origin", "../origin.git");
  lab.git("work", "push", "-q", "-u", "origin", "main");
  for (const [name, [file, text, subject]] of Object.entries(COMMITS)) {
    const written = `mkdir -p machine-docs && printf '%s\\n' '${text}' > ${file}`;
    const pushed = `git add machine-docs && git commit -q -m '${subject}' && git push -q origin main`;
    lab.write(`${name}.sh`, `set -e\n${written}\n${pushed}\n`);
    chmodSync(`${lab.dir}/${name}.sh`, 0o755);
  }
  for (const [role, text] of Object.entries(ROLES)) lab.write(`prompts/${role}.md`, text);
}

const MORE = `
[loop]
roles_dir = "prompts"
phases = [{ id = "1", plan = "PLAN-1.md", status = "STATUS-1.md" }]
[loop.handoff]
repo = "work"
`;

export const LOOP: State = {
  name: "loop",
  wanted: "claimed, reviewed, done",
  only: [],
  play: {
    mood: "trusting",
    agents: {
      builder: 'kind = "loop"\nrole = "builder"',
      adversary: 'kind = "loop"\nrole = "adversary"',
    },
    more: MORE,
    ready: repository,
  },
  limitMs: LIMIT_MS,
  see: async (stage) => {
    const begun = performance.now();
    const isUp = await up(stage);
    const done = (): boolean => stage.standing()?.loops[0]?.complete === true;
    const ended = await stage.sees(done, DONE_MS);
    const ms = Math.round(performance.now() - begun);
    const subjects = stage.lab.git("origin.git", "log", "--reverse", "--format=%s").split("\n");
    const once =
      subjects.join(", ") === "plan: phase 1, claim: gate 1, review: gate 1 passes, status: done";
    const seen = `${subjects.join(", ")}${ended === null ? "; never complete" : "; complete"}`;
    return { seen, ms, ok: isUp && ended !== null && once };
  },
};
