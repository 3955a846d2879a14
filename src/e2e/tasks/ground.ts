// The demo's own ground: a directory with a bare remote, a checkout of it and a fleet, a private tmux server, and the
// built program. What it starts, it ends; the directory stays.

import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { program, root } from "../lab.ts";
import { fleet, SEED } from "./almanac.ts";

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Ground = {
  readonly dir: string;
  readonly agents: (words: readonly string[], input?: string) => Promise<Ran>;
  /** In the bare remote. */
  readonly git: (...words: readonly string[]) => string;
  readonly inRepo: (...words: readonly string[]) => string;
  readonly close: () => Promise<void>;
};

/** A sentence where the directory will not do. */
export function openGround(wanted: string): Ground | string {
  const dir = resolve(wanted);
  if (existsSync(dir) && readdirSync(dir).length > 0)
    return `${dir} is not empty; name a new directory`;
  mkdirSync(dir, { recursive: true });
  const sockets = mkdtempSync(join(tmpdir(), "demo-tasks-"));
  const env = environment(dir, sockets);
  lay(dir, env);
  const git = (where: string, words: readonly string[]): string =>
    execFileSync("git", ["-C", join(dir, where), ...words], { env, encoding: "utf8" }).trim();
  const agents = (words: readonly string[], input?: string): Promise<Ran> =>
    new Promise((done, failed) => {
      // In a group of its own: Ctrl-C is for the demo, which then ends the fleet with another of these.
      const argv = [program, "--config", join(dir, "agents.toml"), ...words];
      const child = spawn(process.execPath, argv, { cwd: dir, env, detached: true });
      const said = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
      child.on("error", failed);
      child.on("close", (code) => done({ code: code ?? 1, ...said }));
      child.stdin.end(input ?? "");
    });
  return {
    dir,
    agents,
    git: (...words) => git("origin.git", words),
    inRepo: (...words) => git("repo", words),
    close: async () => {
      const down = await agents(["down", "--now"]);
      if (down.code === 0) rmSync(sockets, { recursive: true, force: true });
      else process.stderr.write(`the fleet did not end: ${down.stderr}TMUX_TMPDIR=${sockets}\n`);
    },
  };
}

/** This shell's, without what belongs to another fleet, another tmux or another repository. */
function environment(dir: string, sockets: string): Readonly<Record<string, string>> {
  const foreign = /^(AGENTS?_|TMUX|GIT_|npm_)/;
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(own),
    PATH: `${join(dir, "bin")}:${process.env["PATH"] ?? ""}`,
    TMUX_TMPDIR: sockets,
    NO_COLOR: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "demo",
    GIT_AUTHOR_EMAIL: "demo@example.invalid",
    GIT_COMMITTER_NAME: "demo",
    GIT_COMMITTER_EMAIL: "demo@example.invalid",
  };
}

function lay(dir: string, env: Readonly<Record<string, string>>): void {
  const git = (where: string, ...words: readonly string[]): void => {
    execFileSync("git", words, {
      cwd: join(dir, where),
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  git(".", "init", "--quiet", "--bare", "--initial-branch=main", "origin.git");
  git(".", "init", "--quiet", "--initial-branch=main", "repo");
  git("repo", "remote", "add", "origin", "../origin.git");
  for (const [path, text] of Object.entries(SEED)) writeFileSync(join(dir, "repo", path), text);
  git("repo", "add", "--all");
  git("repo", "commit", "--quiet", "--message", "An almanac without pages");
  git("repo", "push", "--quiet", "--set-upstream", "origin", "main");
  mkdirSync(join(dir, "bin"));
  const words = [process.execPath, program].map(
    (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
  );
  writeFileSync(join(dir, "bin", "agents"), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
  chmodSync(join(dir, "bin", "agents"), 0o755);
  const agent = join(root, "src/e2e/tasks/agent.mjs").replaceAll("'", String.raw`'\''`);
  writeFileSync(join(dir, "agents.toml"), fleet(`'${agent}'`));
}
