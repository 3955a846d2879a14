// The repository that the example fleet works in: a bare one to push to, a checkout of it, and two plans.
// Made once by `init --demo`, by git as a person would call it.

import { type Outside, Refusal } from "./outside.ts";

const GIT_MS = 20_000;
const WHO = [
  "-c",
  "user.name=you",
  "-c",
  "user.email=you@demo.invalid",
  "-c",
  "commit.gpgsign=false",
];

/** Asked before anything is written. */
export async function needGit(outside: Outside): Promise<void> {
  await git(outside, "/", ["--version"]);
}

export async function makeDemoRepository(outside: Outside, dir: string): Promise<void> {
  const repo = `${dir}/repo`;
  await git(outside, dir, ["init", "--quiet", "--bare", "--initial-branch=main", "origin.git"]);
  await git(outside, dir, ["clone", "--quiet", "origin.git", "repo"]);
  await git(outside, repo, ["checkout", "--quiet", "-B", "main"]);
  const plans = ["1", "2"].map((phase): [string, string] => [
    `${repo}/PLAN-${phase}.md`,
    `# Phase ${phase}\n\nA file that says hello.\n`,
  ]);
  const written = await outside.create(Object.fromEntries(plans));
  if (!written.ok) throw new Refusal(1, written.failure);
  await git(outside, repo, ["add", "."]);
  await git(outside, repo, ["commit", "--quiet", "--message", "plan: two phases"]);
  await git(outside, repo, ["push", "--quiet", "--set-upstream", "origin", "main"]);
}

async function git(outside: Outside, dir: string, args: readonly string[]): Promise<void> {
  const ran = await outside.ask(["git", ...WHO, ...args], { dir, limitMs: GIT_MS });
  if (!ran.ok) throw new Refusal(1, `the demo needs git: ${ran.failure}`);
  if (ran.value.code !== 0)
    throw new Refusal(1, `git ${args[0] ?? ""}: ${ran.value.stderr.trim()}`);
}
