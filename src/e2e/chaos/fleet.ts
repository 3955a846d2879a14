// The fleet that chaos plays with: stub agents, a repository, their files, and the ways to reach them. It
// knows what was asked of each agent and who ended it; whether that came true is the witness's business.

import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Standing } from "../../cli/standing.ts";
import { census, type Census } from "../census.ts";
import { openLab, program, root, type Lab, type Ran } from "../lab.ts";

export const TICK_MS = 2_000;
/** The promise: right again within two ticks and five seconds. */
export const PROMISE_MS = 2 * TICK_MS + 5_000;
const TMUX_LIMIT_MS = 3_000;
const DISK_MB = 1_024;

export type Kind = "tui" | "plain" | "family" | "stubborn" | "quiet" | "service";
export type Members = Readonly<Record<string, Kind>>;

export const ALL: Members = {
  builder: "tui",
  reviewer: "tui",
  talker: "tui",
  plain: "plain",
  parent: "family",
  mule: "stubborn",
  quiet: "quiet",
  web: "service",
};
export const FEW: Members = { builder: "tui", reviewer: "tui", parent: "family", plain: "plain" };

export type Word = "up" | "down" | "unsure";

export type Fleet = {
  readonly lab: Lab;
  /** Where the program that is maltreated lies: a copy, so that building a new one meanwhile harms nobody. */
  readonly copy: string;
  readonly home: string;
  readonly members: Members;
  readonly names: readonly string[];
  /** log_dir lies on a file system of its own, which can be made full. Else: why not. */
  readonly disk: string | null;
  readonly config: string;
  /** What the watchdogs record of their decisions. */
  readonly recording: string;
  /** What a person said last, and since when nothing else may be so. */
  readonly wanted: Map<string, { readonly word: Word; readonly at: number }>;
  /** Somebody else than the program ends those agents, or tells it to. */
  excuse(names: readonly string[]): void;
  /** Whether that was so between these instants. */
  isExcused(name: string, from: number, to: number): boolean;
  agents(...words: readonly string[]): Promise<Ran>;
  tmux(...words: readonly string[]): Promise<string | null>;
  /** False when nobody of that name listens. */
  tell(name: string, command: string): boolean;
  standing(): Standing | null;
  /** When the watchdog looked last. */
  lookedAt(): number;
  watchdog(): number | null;
  server(): Promise<number | null>;
  /** The one that the watchdog and its keeper live in. */
  keeperServer(): Promise<number | null>;
  census(): Census;
  session(name: string): string;
  file(name: string): string;
};

export function openFleet(members: Members): Fleet {
  const copy = copyOfProgram();
  const lab = openLab("chaos", join(copy, basename(program)));
  const home = join(dirname(lab.dir), "stubs");
  const names = Object.keys(members);
  makeStubs(home, names);
  makeRepository(lab);
  const config = join(lab.dir, "agents.toml");
  writeFileSync(config, configOf(members, home));
  mkdirSync(join(lab.dir, "log"), { mode: 0o700 });
  const disk = mountDisk(join(lab.dir, "log"));
  const recording = join(home, "decisions.jsonl");
  const env = {
    PATH: `${join(home, "bin")}:${lab.env["PATH"] ?? ""}`,
    AGENTS_RECORD: recording,
  };
  const excused: { readonly name: string; readonly at: number }[] = [];
  const standing = (): Standing | null => standingIn(join(lab.dir, "log/state/status.json"));
  return {
    lab,
    copy,
    home,
    members,
    names,
    disk,
    config,
    recording,
    wanted: new Map(names.map((name) => [name, { word: "up", at: Date.now() }])),
    excuse: (which) => which.forEach((name) => excused.push({ name, at: Date.now() })),
    isExcused: (name, from, to) =>
      excused.some((one) => one.name === name && one.at >= from && one.at <= to),
    agents: (...words) => lab.with(env, ...words),
    tmux: (...words) => tmux(lab, lab.socket, words),
    tell: (name, command) => tell(join(home, `${name}.ctl`), command),
    standing,
    lookedAt: () =>
      statSync(join(lab.dir, "log/state/status.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    watchdog: () => standing()?.watchdog.pid ?? null,
    server: () => serverOn(lab, lab.socket),
    keeperServer: () => serverOn(lab, `${lab.socket}-w`),
    census: () => census(config),
    session: (name) => `x-${name}`,
    file: (name) => join(home, name),
  };
}

function copyOfProgram(): string {
  const copy = mkdtempSync(join(tmpdir(), "agents-chaos-"));
  for (const part of [basename(program), "chunks"])
    cpSync(join(dirname(program), part), join(copy, part), { recursive: true });
  return copy;
}

function makeStubs(home: string, names: readonly string[]): void {
  mkdirSync(join(home, "bin"), { recursive: true });
  for (const file of ["agent.sh", "stub.mjs"])
    copyFileSync(join(root, "src/e2e/chaos", file), join(home, file));
  // Earlier in PATH than the real one: it hangs while that file is there.
  const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeFileSync(
    join(home, "bin/git"),
    `#!/bin/sh\n[ -e ${home}/git-hangs ] && exec sleep 600\nexec ${git} "$@"\n`,
  );
  chmodSync(join(home, "bin/git"), 0o755);
  for (const name of names) execFileSync("mkfifo", [join(home, `${name}.ctl`)]);
}

function makeRepository(lab: Lab): void {
  lab.git(".", "init", "-q", "--bare", "-b", "main", "origin");
  lab.git(".", "init", "-q", "-b", "main", "work");
  lab.git("work", "remote", "add", "origin", join(lab.dir, "origin"));
  lab.git("work", "commit", "-q", "--allow-empty", "-m", "start");
  lab.git("work", "push", "-q", "origin", "main");
  for (const role of ["builder", "reviewer"]) lab.write(`prompts/${role}.md`, `Be a ${role}.\n`);
}

function configOf(members: Members, home: string): string {
  const of = (kind: Kind): string => `sh ${home}/agent.sh ${kind}`;
  const agents = Object.entries(members).flatMap(([name, kind]) => {
    const roled = name === "builder" || name === "reviewer";
    const what = roled ? `kind = "loop"\nrole = "${name}"` : `prompt = "go"`;
    const watch =
      kind === "plain" || kind === "family" || kind === "stubborn" ? "heal" : "heal+stall";
    return kind === "service"
      ? []
      : [`[[agent]]\nname = "${name}"\nbackend = "${kind}"\nwatch = "${watch}"\n${what}\n`];
  });
  const services = Object.entries(members).flatMap(([name, kind]) =>
    kind === "service"
      ? [
          `[[service]]\nname = "${name}"\ncommand = "${of("plain")}"\nrestart = { policy = "always", first = 0.5, max = 1, starts = 1000, healthy = 5 }\n`,
        ]
      : [],
  );
  const backends = (["plain", "family", "stubborn", "quiet"] as const).map(
    (kind) =>
      `[backend.${kind}]\nprompt_delivery = "exec"\nbin = "${of(kind)} {kickoff}"\nstall_idle = 20\n`,
  );
  return `[defaults]
session_prefix = "x-"
log_dir = "log"
restart = { first = 0.5, max = 1, starts = 1000, healthy = 5 }
[watchdog]
signal_interval = ${TICK_MS / 1000}
heavy_interval = 5
stall_grace = 5
[backend.tui]
prompt_delivery = "ping"
bin = "${of("tui")}"
connect_delay = 5
stall_idle = 45
ready = '^>'
input = '^> ?(?<text>[^\\n]*)$'
[backend.tui.keys]
exit = ["C-c", "C-c"]
[backend.tui.screen]
busy = ['esc to interrupt']
idle = ['^ready for words']
asking = ['^Do you want to go on']
${backends.join("")}${agents.join("")}${services.join("")}[loop]
phases = [{ id = "only", plan = "PLAN.md", status = "STATUS.md" }]
[loop.handoff]
repo = "work"
claim_pings = "reviewer"
review_pings = "builder"
`;
}

/** Null when it is there; else the reason why not. */
function mountDisk(dir: string): string | null {
  const options = `size=${DISK_MB}m,mode=700`;
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", options, "chaos", dir], {
    encoding: "utf8",
  });
  return mounted.status === 0 ? null : mounted.stderr?.trim() || "no tmpfs can be mounted here";
}

async function serverOn(lab: Lab, socket: string): Promise<number | null> {
  return Number(await tmux(lab, socket, ["display-message", "-p", "#{pid}"])) || null;
}

function tmux(lab: Lab, socket: string, words: readonly string[]): Promise<string | null> {
  const options = { env: lab.env, timeout: TMUX_LIMIT_MS, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    execFile("tmux", ["-L", socket, ...words], options, (error, stdout) => {
      resolve(error === null ? stdout.trim() : null);
    });
  });
}

function tell(fifo: string, command: string): boolean {
  try {
    const fd = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fd, `${command}\n`);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch {
    // Nobody listens: it is not running.
    return false;
  }
}

function standingIn(path: string): Standing | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
