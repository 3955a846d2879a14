// A fleet in a scratch directory on private tmux servers, driven through the built program as a person
// would. Used by the end-to-end tests only; what it starts, it ends.

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Standing } from "../cli/standing.ts";
import { hexOf } from "../cli/project-hex.ts";
import { census } from "./census.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = join(root, "dist/agents.cjs");

/** For what is no claim about time: a busy machine may take it. */
const PATIENT_MS = 25_000;

export type Ran = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
};

export type Lab = {
  readonly dir: string;
  readonly socket: string;
  /** What everything that is run here finds around it, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  write(path: string, text: string): void;
  read(path: string): string;
  agents(...words: readonly string[]): Promise<Ran>;
  /** Node itself, in the same environment. */
  node(...words: readonly string[]): Promise<Ran>;
  with(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran>;
  status(): Promise<Standing>;
  /** Waits until the status is so; the last status is in the error when it never is. */
  until(what: string, is: (standing: Standing) => boolean, limitMs?: number): Promise<Standing>;
  /** First process of a running agent or service. */
  pid(name: string): Promise<number>;
  tmux(...words: readonly string[]): string;
  /** The lab's own default server: its TMUX_TMPDIR is private. */
  onDefault(...words: readonly string[]): string;
  git(dir: string, ...words: readonly string[]): string;
  /** Living processes of that agent of this fleet, by AGENTS_RUN_ID. */
  incarnations(agent: string): ReadonlyMap<string, readonly number[]>;
  close(): Promise<void>;
};

export function build(): void {
  execFileSync(process.execPath, [join(root, "src/build.mjs")], { stdio: "inherit" });
}

/** `runs`: another copy of the program than the one that everybody builds. */
export function openLab(folder = "lab", runs = program): Lab {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "agents-e2e-")));
  const dir = join(home, folder);
  mkdirSync(dir);
  mkdirSync(join(home, "tmux"), { mode: 0o700 });
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    TMUX_TMPDIR: join(home, "tmux"),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "lab",
    GIT_AUTHOR_EMAIL: "lab@example.invalid",
    GIT_COMMITTER_NAME: "lab",
    GIT_COMMITTER_EMAIL: "lab@example.invalid",
  };
  const socket = `agents-${hexOf(dir)}`;
  const run = (extra: Readonly<Record<string, string>>, words: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const begun = performance.now();
      execFile(
        process.execPath,
        words,
        { cwd: dir, env: { ...env, ...extra }, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
          resolve({ code, stdout, stderr, ms: performance.now() - begun });
        },
      );
    });
  const lab: Lab = {
    dir,
    socket,
    env,
    write: (path, text) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    },
    read: (path) => readFileSync(join(dir, path), "utf8"),
    agents: (...words) => run({}, [runs, ...words]),
    node: (...words) => run({}, words),
    with: (extra, ...words) => run(extra, [runs, ...words]),
    status: async () => JSON.parse((await run({}, [runs, "status", "--json"])).stdout),
    until: async (what, is, limitMs = PATIENT_MS) => {
      const end = performance.now() + limitMs;
      let last = await lab.status();
      while (!is(last)) {
        if (performance.now() > end)
          throw new Error(`never so: ${what}\n${JSON.stringify(last, null, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        last = await lab.status();
      }
      return last;
    },
    pid: async (name) => {
      const now = await lab.until(`${name} runs`, (seen) => pidIn(seen, name) !== null);
      const pid = pidIn(now, name);
      if (pid === null) throw new Error(`${name} does not run`);
      return pid;
    },
    tmux: (...words) =>
      execFileSync("tmux", ["-L", socket, ...words], { env, encoding: "utf8" }).trim(),
    onDefault: (...words) => execFileSync("tmux", words, { env, encoding: "utf8" }).trim(),
    git: (where, ...words) =>
      execFileSync("git", ["-C", join(dir, where), ...words], { env, encoding: "utf8" }).trim(),
    incarnations: (agent) => census(join(dir, "agents.toml")).get(agent) ?? new Map(),
    close: async () => {
      await run({}, [runs, "down", "--now"]);
      rmSync(home, { recursive: true, force: true });
    },
  };
  return lab;
}

function pidIn({ agents, services }: Standing, name: string): number | null {
  const one = [...agents, ...services].find((each) => each.name === name);
  return one?.life === "up" ? one.pid : null;
}

/** How long something takes to become so, in milliseconds, asked every `stepMs`. */
export async function took(is: () => boolean, limitMs: number, stepMs = 2): Promise<number> {
  const begun = performance.now();
  while (!is()) {
    if (performance.now() - begun > limitMs) return Infinity;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return performance.now() - begun;
}
