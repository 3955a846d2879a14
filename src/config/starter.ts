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

export function starterFile({ prefix, backend }: { prefix: string; backend: string }): string {
  return `# A fleet of agents. \`agents config help\` explains every key, \`agents config check\` reads this file.

[defaults]
session_prefix = ${JSON.stringify(prefix)} # begins the name of every tmux session
log_dir = ".agents" # logs and state; keep it out of git
backend = ${JSON.stringify(backend)} # \`agents backends\` lists what is known
watch = "heal" # none | heal | heal+stall
# model = "…" # empty: the program's own choice

[[agent]]
name = "worker"
prompt = "You are a worker agent. Wait for instructions."

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
