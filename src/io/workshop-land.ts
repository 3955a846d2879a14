// Lands a task's branch on the target: fetch, rebase, check, push with a lease on what was checked. That it landed
// is read from the target, so that whoever died in between finds it done.

import { rmSync, statSync, writeFileSync } from "node:fs";
import type { Bench, LandAsk, Result } from "../engine/ports.ts";
import type { Git } from "./git.ts";
import { runCheck, type CheckPlace } from "./workshop-check.ts";
import { ask, dirOf, freshTarget, leftIn, rescued, UNSIGNED } from "./workshop-git.ts";

/** The target may move while the check runs; so often it is followed at once. */
const FOLLOWED_MAX = 3;
/** No git of ours holds the index of a worktree for so long. */
const LOCK_AGE_MS = 150_000;

type Told = Result<Readonly<Record<string, string>>>;
type Failed = Extract<Result<never>, { ok: false }>;

export async function land(
  git: Git,
  place: CheckPlace,
  bench: Bench,
  asked: LandAsk,
): Promise<Told> {
  const dir = dirOf(bench);
  const ready = await swept(git, bench);
  if (!ready.ok) return ready;
  for (let round = 0; round < FOLLOWED_MAX; round += 1) {
    const target = await freshTarget(git, bench);
    if (!target.ok) return target;
    const head = await ask(git, dir, ["rev-parse", "--verify", "HEAD"]);
    if (!head.ok) return head;
    const there = await git.run(dir, ["merge-base", "--is-ancestor", head.value, target.value]);
    if (there.ok) return landedAs(head.value, target.value);
    const rebased = await rebase(git, bench, { target: target.value, log: asked.log });
    if (!rebased.ok || rebased.value["result"] !== undefined) return rebased;
    const next = await ask(git, dir, ["rev-parse", "--verify", "HEAD"]);
    if (!next.ok) return next;
    if (asked.check !== null) {
      const checked = await runCheck(place, bench, { ...asked.check, dir });
      if (!checked.ok) return checked;
      const { code, why } = checked.value;
      if (code === null && why !== "late") return { ok: false, failure: why };
      if (code !== 0)
        return {
          ok: true,
          value: { result: "failed", code: String(code ?? ""), base: target.value },
        };
    }
    const pushed = await push(git, bench, { from: target.value, to: next.value });
    if (!pushed.ok) return pushed;
    if (pushed.value) return landedAs(next.value, next.value);
  }
  return { ok: true, value: { result: "moved" } };
}

/** Where the target stood when it held the branch's head. */
function landedAs(head: string, target: string): Told {
  return { ok: true, value: { result: "landed", landed: target, head } };
}

/** An interrupted rebase is given up, and what is not committed is kept before it is put away. */
async function swept(git: Git, bench: Bench): Promise<Result<null>> {
  const dir = dirOf(bench);
  await unlock(git, dir);
  await git.run(dir, ["rebase", "--abort"]);
  const kept = await rescued(git, bench);
  if (!kept.ok) return kept;
  const left = await leftIn(git, dir);
  if (!left.ok) return left;
  const steps =
    left.value.length === 0
      ? []
      : [
          ["reset", "--quiet", "--hard"],
          ["clean", "--quiet", "-fd"],
        ];
  const on = await ask(git, dir, ["symbolic-ref", "--quiet", "HEAD"]);
  const back =
    on.ok && on.value === `refs/heads/${bench.branch}`
      ? []
      : [["checkout", "--quiet", bench.branch]];
  for (const step of [...steps, ...back]) {
    const done = await ask(git, dir, step);
    if (!done.ok) return done;
  }
  return { ok: true, value: null };
}

/** Nobody works there any more: a lock that is left belongs to a git that was killed. */
async function unlock(git: Git, dir: string): Promise<void> {
  const path = await ask(git, dir, [
    "rev-parse",
    "--path-format=absolute",
    "--git-path",
    "index.lock",
  ]);
  if (!path.ok) return;
  const age = Date.now() - (statSync(path.value, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
  if (age > LOCK_AGE_MS) rmSync(path.value, { force: true });
}

async function rebase(
  git: Git,
  bench: Bench,
  to: { readonly target: string; readonly log: string },
): Promise<Told> {
  const dir = dirOf(bench);
  const done = await git.run(
    dir,
    [...UNSIGNED, "rebase", "--quiet", "--no-autostash", to.target],
    undefined,
    committer(bench),
  );
  if (done.ok) return { ok: true, value: {} };
  if (done.code === null) return { ok: false, failure: done.failure };
  const files = await ask(git, dir, ["diff", "--name-only", "--diff-filter=U"]);
  const diff = await ask(git, dir, ["diff"]);
  await git.run(dir, ["rebase", "--abort"]);
  const names = files.ok ? files.value.split("\n").filter((name) => name !== "") : [];
  if (names.length === 0) return { ok: false, failure: `git rebase: ${done.failure}` };
  write(to.log, conflictText(bench, { ...to, names, diff: diff.ok ? diff.value : "" }));
  return { ok: true, value: { result: "conflict", files: names.join(", "), base: to.target } };
}

type Conflict = {
  readonly target: string;
  readonly names: readonly string[];
  readonly diff: string;
};

function conflictText({ target: branch }: Bench, { target, names, diff }: Conflict): string {
  return `This branch cannot be rebased onto the newest ${branch} (${target}): it conflicts in ${names.join(", ")}.
Run \`git rebase ${target}\` in this worktree, resolve the conflicts so that both changes keep their meaning,
go on with \`git rebase --continue\`, and run the tests. Do not push.

${diff}
`;
}

/** False: the target is no longer what was checked. */
async function push(
  git: Git,
  bench: Bench,
  move: { readonly from: string; readonly to: string },
): Promise<Result<boolean>> {
  const { repo, remote, target } = bench;
  const ref = `refs/heads/${target}`;
  const has = await ask(git, repo, ["remote", "get-url", "--", remote]);
  if (!has.ok) return moveLocal(git, bench, move);
  // From the checkout: a remote may be a path from there.
  const lease = `--force-with-lease=${ref}:${move.from}`;
  const done = await git.run(repo, [
    "push",
    "--quiet",
    "--no-verify",
    "--porcelain",
    lease,
    "--end-of-options",
    remote,
    `${move.to}:${ref}`,
  ]);
  if (done.ok) return { ok: true, value: true };
  // Whether it came through, although the answer did not, says the target.
  const now = await freshTarget(git, bench);
  if (!now.ok) return now;
  if (now.value === move.to) return { ok: true, value: true };
  return now.value === move.from
    ? failure(`git push: ${done.failure}`)
    : { ok: true, value: false };
}

/** Without a remote the branch itself moves; where it is checked out, a person has to. */
async function moveLocal(
  git: Git,
  { repo, target }: Bench,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Result<boolean>> {
  const on = await ask(git, repo, ["symbolic-ref", "--quiet", "HEAD"]);
  if (on.ok && on.value === `refs/heads/${target}`)
    return failure(
      `there is no remote, and ${target} is checked out in ${repo}: nothing is moved under a person's feet`,
    );
  const moved = await git.run(repo, ["update-ref", `refs/heads/${target}`, to, from]);
  return { ok: true, value: moved.ok };
}

function failure(why: string): Failed {
  return { ok: false, failure: why };
}

function committer({ env }: Bench): Readonly<Record<string, string>> {
  return {
    GIT_COMMITTER_NAME: env["GIT_COMMITTER_NAME"] ?? "agents",
    GIT_COMMITTER_EMAIL: env["GIT_COMMITTER_EMAIL"] ?? "agents@localhost",
    GIT_EDITOR: "true",
  };
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600 });
  } catch {
    // Told in one sentence besides; what cannot be kept in full is not worth a failure.
  }
}
