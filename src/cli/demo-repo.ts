// The repository a demo agent works in: a few files, commits and pushes, by git as a person would call it.
// Only the demo uses it. What it must remember across its own crashes lies inside .git, beside the tree.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Repo = {
  /** Of the branch, newest first. */
  subjects(): readonly string[];
  read(file: string): string;
  /** Writes the files, commits them and pushes where there is somewhere to push to. */
  commit(subject: string, files: Readonly<Record<string, string>>): void;
  /** True the first time anybody asks for this in this repository. */
  once(incident: string): boolean;
};

/** A demo may not hang on a password prompt or a lost network drive. */
const GIT_MS = 10_000;
const PUSHES = 3;

/** Null where the directory is no checkout: then there is nothing to build or review. */
export const repoAt = (dir: string, author: string): Repo | null => {
  const git = (...args: string[]): { readonly ok: boolean; readonly out: string } => {
    const who = ["-c", `user.name=${author}`, "-c", `user.email=${author}@demo.invalid`];
    const ran = spawnSync("git", [...who, "-c", "commit.gpgsign=false", ...args], {
      cwd: dir,
      encoding: "utf8",
      timeout: GIT_MS,
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    });
    return { ok: ran.status === 0, out: (ran.stdout ?? "").trim() };
  };

  const inside = git("rev-parse", "--absolute-git-dir");
  if (!inside.ok) return null;

  const push = (): boolean =>
    git("push", "--quiet", "origin", "HEAD").ok ||
    (git("pull", "--quiet", "--rebase", "origin", "HEAD").ok &&
      git("push", "--quiet", "origin", "HEAD").ok);

  return {
    subjects: () => git("log", "--format=%s").out.split("\n"),
    read: (file) => (existsSync(join(dir, file)) ? readFileSync(join(dir, file), "utf8") : ""),
    commit: (subject, files) => {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, file)), { recursive: true });
        writeFileSync(join(dir, file), text);
      }
      git("add", "--", ...Object.keys(files));
      git("commit", "--quiet", "--message", subject);
      const remote = git("remote").out !== "";
      for (let left = remote ? PUSHES : 0; left > 0 && !push(); left -= 1);
    },
    once: (incident) => {
      try {
        writeFileSync(join(inside.out, `demo-${incident}`), "", { flag: "wx" });
        return true;
      } catch {
        // It is there already; or cannot be kept, and then it had better not happen again and again.
        return false;
      }
    },
  };
};
