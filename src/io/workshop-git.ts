// What the workshop asks of git, one small question each: what stands where, what is not committed, and the few
// changes it makes: a worktree, a ref of our own, a branch of a task. It never touches the base checkout's files.

import { createHash } from "node:crypto";
import { existsSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Bench, Result } from "../engine/ports.ts";
import type { Git } from "./git.ts";

export type Said = Result<string>;

export async function ask(git: Git, dir: string, args: readonly string[]): Promise<Said> {
  const answer = await git.run(dir, args);
  if (answer.ok) return { ok: true, value: answer.out.toString("utf8").replace(/\n$/, "") };
  return {
    ok: false,
    failure: `git ${args[0] ?? ""}: ${answer.failure || `exit ${answer.code ?? "unknown"}`}`,
  };
}

export function dirOf({ root, task }: Pick<Bench, "root" | "task">): string {
  return join(root, task);
}

/** Where the newest target is to be had; the remote's own name for it, or the local branch where there is no remote. */
export async function freshTarget(git: Git, bench: Bench): Promise<Said> {
  const { repo, remote, target } = bench;
  const has = await ask(git, repo, ["remote", "get-url", "--", remote]);
  if (!has.ok)
    return ask(git, repo, [
      "rev-parse",
      "--verify",
      "--end-of-options",
      `refs/heads/${target}^{commit}`,
    ]);
  const ref = `refs/agents/target/${target}`;
  const quiet = [
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
  ];
  const spec = `+refs/heads/${target}:${ref}`;
  const fetched = await ask(git, repo, [
    "fetch",
    ...quiet,
    "--refmap=",
    "--end-of-options",
    remote,
    spec,
  ]);
  if (!fetched.ok) return fetched;
  return ask(git, repo, ["rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`]);
}

/** Only what git itself calls a linked worktree of this repository, below our own directory. */
export async function isOurs(git: Git, bench: Bench): Promise<Result<boolean>> {
  const dir = dirOf(bench);
  if (!existsSync(dir)) return { ok: true, value: false };
  const common = await ask(git, bench.repo, [
    "rev-parse",
    "--path-format=absolute",
    "--git-common-dir",
  ]);
  if (!common.ok) return common;
  const own = await ask(git, dir, [
    "rev-parse",
    "--path-format=absolute",
    "--git-dir",
    "--git-common-dir",
    "--show-toplevel",
  ]);
  if (!own.ok) return { ok: true, value: false };
  const [gitDir = "", itsCommon = "", top = ""] = own.value.split("\n");
  const linked =
    basename(dirname(gitDir)) === "worktrees" && same(dirname(dirname(gitDir)), common.value);
  const below = relative(realpathSync(bench.root), realpathSync(dir));
  const inside = below !== "" && !below.startsWith(`..`) && !below.includes(sep);
  return { ok: true, value: linked && inside && same(itsCommon, common.value) && same(top, dir) };
}

function same(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

/** Rows of what differs from the last commit, untracked files among them. */
export async function leftIn(git: Git, dir: string): Promise<Result<readonly string[]>> {
  const status = await ask(git, dir, [
    "status",
    "--porcelain=v1",
    "-z",
    "--untracked-files=all",
    "--no-renames",
  ]);
  return status.ok
    ? { ok: true, value: status.value.split("\0").filter((row) => row !== "") }
    : status;
}

/** Everything that is not committed, as a commit under a ref that no push takes along. The same tree twice is one ref. */
export async function rescued(git: Git, bench: Bench): Promise<Said> {
  const dir = dirOf(bench);
  const left = await leftIn(git, dir);
  if (!left.ok || left.value.length === 0) return left.ok ? { ok: true, value: "" } : left;
  const head = await ask(git, dir, ["rev-parse", "--verify", "HEAD"]);
  if (!head.ok) return head;
  const gitDir = await ask(git, dir, ["rev-parse", "--path-format=absolute", "--git-dir"]);
  if (!gitDir.ok) return gitDir;
  const tree = await treeOf(git, dir, join(gitDir.value, "agents-rescue-index"));
  if (!tree.ok) return tree;
  const name = createHash("sha256")
    .update(`${tree.value} ${head.value}`)
    .digest("hex")
    .slice(0, 12);
  const ref = `refs/agents/rescue/${bench.task}/${name}`;
  const known = await ask(git, dir, ["rev-parse", "--verify", "--quiet", ref]);
  if (known.ok) return { ok: true, value: ref };
  const message = `what ${bench.task} had not committed`;
  const commit = await ask(git, dir, [
    ...NAMED,
    ...UNSIGNED,
    "commit-tree",
    tree.value,
    "-p",
    head.value,
    "-m",
    message,
  ]);
  if (!commit.ok) return commit;
  const kept = await ask(git, dir, ["update-ref", ref, commit.value]);
  return kept.ok ? { ok: true, value: ref } : kept;
}

/** Commits of ours need a name where git has none. */
const NAMED = ["-c", "user.name=agents", "-c", "user.email=agents@localhost"];
/** Nobody is there to type a passphrase. */
export const UNSIGNED = ["-c", "commit.gpgSign=false"];

/** Through an index of our own: the agent's stays as it is. */
async function treeOf(git: Git, dir: string, index: string): Promise<Said> {
  rmSync(index, { force: true });
  const read = await git.run(dir, ["read-tree", "HEAD"], undefined, { GIT_INDEX_FILE: index });
  if (!read.ok) return { ok: false, failure: `git read-tree: ${read.failure}` };
  const added = await git.run(dir, ["add", "--all", "--", "."], undefined, {
    GIT_INDEX_FILE: index,
  });
  if (!added.ok) return { ok: false, failure: `git add: ${added.failure}` };
  const tree = await git.run(dir, ["write-tree"], undefined, { GIT_INDEX_FILE: index });
  rmSync(index, { force: true });
  return tree.ok
    ? { ok: true, value: tree.out.toString("utf8").trim() }
    : { ok: false, failure: `git write-tree: ${tree.failure}` };
}
