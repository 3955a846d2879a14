// The file that `agents init` writes: small enough to read at once, and it loads as it stands.

import { NAME } from "./words.ts";

/** Room for an agent's name behind it in a tmux status line. */
const MAX_PREFIX = 30;

/** A prefix from a directory's name: `my.app` would give sessions that tmux cannot find again. */
export function prefixFrom(directory: string): string {
  const words = directory.replaceAll(/[^A-Za-z0-9_-]+/g, "-").replace(/^[-_]+/, "");
  const prefix = words.slice(0, MAX_PREFIX).replace(/-+$/, "");
  return NAME.test(prefix) ? `${prefix}-` : "fleet-";
}

export type Shape = { readonly is: "workers"; readonly count: number } | { readonly is: "loop" };

export function starterFile({
  prefix,
  backend,
  shape,
}: {
  readonly prefix: string;
  readonly backend: string;
  readonly shape: Shape;
}): string {
  return `# A fleet of agents. \`agents config help\` explains every key, \`agents config check\` reads this file.

[defaults]
session_prefix = ${JSON.stringify(prefix)} # begins the name of every tmux session
log_dir = ".agents" # logs and state; keep it out of git
backend = ${JSON.stringify(backend)} # \`agents backends\` lists what is known
watch = "heal" # none | heal | heal+stall
# model = "…" # empty: the program's own choice

${shape.is === "loop" ? LOOP : workers(shape.count)}
# An agent that is done when it ends, and is not started again:
# [[agent]]
# name = "report"
# kind = "task"
# enabled = false # started by name: agents up report
# prompt_file = "prompts/report.md"

# A command that agents need, started before them:
# [[service]]
# name = "server"
# command = "npm run dev"
# ready = { port = 8080 }

# To change one thing about a known backend, say only that:
# [backend.${backend}]
# stall_idle = "10m"
`;
}

function workers(count: number): string {
  const names =
    count === 1 ? ["worker"] : Array.from({ length: count }, (_, at) => `worker-${at + 1}`);
  return names
    .map(
      (name) => `[[agent]]
name = ${JSON.stringify(name)}
prompt = "You are a worker agent. Wait for instructions."
`,
    )
    .join("\n");
}

const LOOP = `[[agent]]
name = "builder"
kind = "loop"
role = "builder" # its prompt is prompts/builder.md

[[agent]]
name = "adversary"
kind = "loop"
role = "adversary"

[loop]
kickoff_template = "prompts/kickoff.md"
roles_dir = "prompts"
# A phase is done when its status file says so on the branch below; write its plan before \`agents up\`.
phases = [{ id = "1", plan = "PLAN-1.md", status = "STATUS-1.md" }]

[loop.handoff]
repo = "."
branch = "main"
claim_pings = "adversary" # a pushed commit "claim: …"
review_pings = "builder" # a pushed commit "review: …"
`;
