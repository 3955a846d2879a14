// The ground of one bench lane: a directory, a tmux socket directory and an environment of its own, with an
// agents.toml that both programs read. Whatever was started on it is ended by `clear`.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LIMIT_MS = 10 * 60_000;

export const openGround = (count) => {
  const dir = mkdtempSync(join(process.platform === "darwin" ? "/tmp" : tmpdir(), "agents-bench-"));
  const sockets = join(dir, "tmux");
  mkdirSync(sockets, { mode: 0o700 });
  const config = join(dir, "agents.toml");
  writeFileSync(config, fleetOf(count));
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    TERM: "xterm",
    LANG: "C.UTF-8",
    TMUX_TMPDIR: sockets,
  };
  const run = (...argv) => {
    const [file, ...args] = argv;
    const begun = performance.now();
    const ran = spawnSync(file, args, { cwd: dir, env, encoding: "utf8", timeout: LIMIT_MS });
    const wallMs = performance.now() - begun;
    return {
      code: ran.status,
      out: ran.stdout ?? "",
      err: ran.stderr ?? String(ran.error),
      wallMs,
    };
  };
  return { dir, config, env, run, clear: () => clear({ dir, sockets, run }) };
};

/** The watchdog's server first: it would start again what the others lose. */
const clear = ({ dir, sockets, run }) => {
  const found = readdirSync(sockets, { recursive: true }).map((name) => join(sockets, name));
  for (const socket of found.toSorted(
    (a, b) => Number(b.endsWith("-w")) - Number(a.endsWith("-w")),
  )) {
    run("tmux", "-S", socket, "kill-server");
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
};

/** The first line that each agent prints, the moment it starts. */
export const FIRST_LINE = "the first line of a prompt";

/** N agents that print a prompt at once and then sit still; half of them watched for stalls. */
const fleetOf = (count) => {
  const lines = [
    FIRST_LINE,
    ...Array.from({ length: 29 }, (_, at) => `line ${at} of a prompt with some words in it`),
  ];
  const agent = (at) => `
[[agent]]
name = "a${at}"
prompt = ${JSON.stringify(lines.join("\n"))}
watch = "${at % 2 === 0 ? "heal" : "heal+stall"}"
`;
  return `[defaults]
session_prefix = "b-"
log_dir = ".agents"
backend = "still"

[watchdog]
signal_interval = 1
heavy_interval = 300

[backend.still]
bin = "cat {kickoff}; exec sleep 100000"
prompt_delivery = "exec"
process_name = "sleep"
active_re = "esc to interrupt|Running tool"
limit_re = "usage limit|limit reached|reached your .*limit"
fatal_re = "API Error: 400|tool_use ids"
stall_idle = 100000
${Array.from({ length: count }, (_, at) => agent(at)).join("")}`;
};
