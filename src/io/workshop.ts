// Worktrees of tasks, and what is done in them. One task's branch in one directory below one root; nothing else is
// ever removed, and nothing that is not committed goes without being kept first. Decides nothing.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import type { Bench, Result, Workshop } from "../engine/ports.ts";
import { openGit, type Git } from "./git.ts";
import { runCheck, type CheckPlace } from "./workshop-check.ts";
import { ask, dirOf, freshTarget, isOurs, leftIn, rescued } from "./workshop-git.ts";
import { land } from "./workshop-land.ts";
import { run } from "./exec.ts";

const PATCH_BYTES_MAX = 4 * 1024 * 1024;
const GIT_LIMIT_MS = 120_000;
const OFFER_LIMIT_MS = 120_000;
const SAID_CHARS_MAX = 200;

type Told = Result<Readonly<Record<string, string>>>;

export type WorkshopSpec = CheckPlace & { readonly env: Readonly<Record<string, string>> };

export function openWorkshop(spec: WorkshopSpec): Workshop & { close(): void } {
  const git = openGit({ env: spec.env, limitMs: GIT_LIMIT_MS });
  const turns = new Map<string, Promise<unknown>>();
  /** Two git commands that write into one repository meet at its locks. */
  const alone = async (repo: string, work: () => Promise<Told>): Promise<Told> => {
    const before = turns.get(repo) ?? Promise.resolve();
    const mine = before.then(work, work);
    turns.set(repo, mine);
    return mine;
  };
  return {
    dir: dirOf,
    worktree: (bench) => alone(bench.repo, () => worktree(git, bench)),
    // Through an index of its own, and so behind nobody: a stop waits for it.
    rescue: (bench) => rescue(git, bench),
    diff: (bench, asked) => diff(git, bench, asked),
    check: async (bench, asked) => {
      const checked = await runCheck(spec, bench, { ...asked, dir: dirOf(bench) });
      if (!checked.ok) return checked;
      const { code, why } = checked.value;
      return { ok: true, value: { code: code === null ? "" : String(code), why } };
    },
    classify: (bench, asked) => classify(bench, asked),
    land: async (bench, asked) => {
      const ours = await isOurs(git, bench);
      if (!ours.ok) return ours;
      if (ours.value) return land(git, spec, bench, asked);
      const made = await alone(bench.repo, () => worktree(git, bench));
      return made.ok ? land(git, spec, bench, asked) : made;
    },
    pr: (bench, asked) => offer(git, bench, asked),
    discard: (bench) => alone(bench.repo, () => discard(git, bench)),
    close: () => git.close(),
  };
}

/** The branch of an earlier attempt is taken up; a new one begins at the newest target. */
async function worktree(git: Git, bench: Bench): Promise<Told> {
  const dir = dirOf(bench);
  const target = await freshTarget(git, bench);
  if (!target.ok) return target;
  const ours = await isOurs(git, bench);
  if (!ours.ok) return ours;
  if (!ours.value) {
    if (existsSync(dir))
      return {
        ok: false,
        failure: `${dir} is there and no worktree of ${bench.repo}: move it away`,
      };
    mkdirSync(bench.root, { recursive: true, mode: 0o700 });
    // A worktree whose directory was removed by somebody is still registered.
    await git.run(bench.repo, ["worktree", "prune"]);
    const known = await git.run(bench.repo, [
      "rev-parse",
      "--verify",
      "--quiet",
      `refs/heads/${bench.branch}`,
    ]);
    const from = known.ok ? [bench.branch] : ["-b", bench.branch, target.value];
    const flags = known.ok ? [] : ["--no-track"];
    const added = await ask(git, bench.repo, [
      "worktree",
      "add",
      "--quiet",
      ...flags,
      ...(known.ok ? [dir, ...from] : [...from.slice(0, 2), dir, ...from.slice(2)]),
    ]);
    if (!added.ok) return added;
  }
  return standing(git, bench, target.value);
}

async function standing(git: Git, bench: Bench, target: string): Promise<Told> {
  const dir = dirOf(bench);
  const head = await ask(git, dir, ["rev-parse", "--verify", "HEAD"]);
  if (!head.ok) return head;
  const base = await ask(git, dir, ["merge-base", head.value, target]);
  return base.ok ? { ok: true, value: { base: base.value, head: head.value, dir } } : base;
}

/** Shell text that the user wrote; the task comes in on its input and nowhere else. */
async function classify(
  { repo, task, env }: Bench,
  { command, limitMs, input }: Parameters<Workshop["classify"]>[1],
): Promise<Told> {
  const ran = await run({
    argv: ["sh", "-c", command],
    dir: repo,
    env: { ...env, PWD: repo, AGENTS_TASK: task },
    limitMs,
    input,
  });
  if (!ran.ok) return ran;
  const { code, stdout, stderr } = ran.value;
  return code === 0
    ? { ok: true, value: { said: stdout.trim().slice(0, SAID_CHARS_MAX) } }
    : { ok: false, failure: `it exited ${code}: ${stderr.trim().slice(0, SAID_CHARS_MAX)}` };
}

async function rescue(git: Git, bench: Bench): Promise<Told> {
  const ours = await isOurs(git, bench);
  if (!ours.ok) return ours;
  if (!ours.value) return { ok: true, value: { ref: "" } };
  const kept = await rescued(git, bench);
  return kept.ok ? { ok: true, value: { ref: kept.value } } : kept;
}

async function diff(git: Git, bench: Bench, asked: Parameters<Workshop["diff"]>[1]): Promise<Told> {
  const dir = dirOf(bench);
  const kept = await rescue(git, bench);
  if (!kept.ok) return kept;
  const head = await ask(git, dir, ["rev-parse", "--verify", "HEAD"]);
  if (!head.ok) return head;
  const left = await leftIn(git, dir);
  if (!left.ok) return left;
  const target = await ask(git, bench.repo, [
    "rev-parse",
    "--verify",
    "--quiet",
    `refs/agents/target/${bench.target}^{commit}`,
  ]);
  const base = target.ok
    ? await ask(git, dir, ["merge-base", head.value, target.value])
    : { ok: true as const, value: asked.base ?? head.value };
  if (!base.ok) return base;
  const commits = await ask(git, dir, ["rev-list", "--count", `${base.value}..${head.value}`]);
  if (!commits.ok) return commits;
  const patch = await git.run(dir, [
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    base.value,
    head.value,
    "--",
  ]);
  const text = patch.ok
    ? patch.out.subarray(0, PATCH_BYTES_MAX)
    : Buffer.from(`(${patch.failure})\n`);
  try {
    writeFileSync(asked.patch, text, { mode: 0o600 });
  } catch (error) {
    return { ok: false, failure: `cannot write ${asked.patch}: ${String(error)}` };
  }
  const { ref = "" } = kept.value;
  return {
    ok: true,
    value: {
      head: head.value,
      base: base.value,
      commits: commits.value,
      left: String(left.value.length),
      ref,
    },
  };
}

/** The one place where a worktree is removed. Whatever is in doubt stays. */
async function discard(git: Git, bench: Bench): Promise<Told> {
  const dir = dirOf(bench);
  if (!existsSync(dir)) {
    await git.run(bench.repo, ["worktree", "prune"]);
    await dropLanded(git, bench);
    return { ok: true, value: {} };
  }
  const ours = await isOurs(git, bench);
  if (!ours.ok) return ours;
  if (!ours.value)
    return {
      ok: false,
      failure: `${dir} is not removed: it is no worktree of ${bench.repo} below ${bench.root}`,
    };
  const kept = await rescued(git, bench);
  if (!kept.ok) return kept;
  // Forced only because what is not committed lies under a ref by now.
  const gone = await ask(git, bench.repo, [
    "worktree",
    "remove",
    ...(kept.value === "" ? [] : ["--force"]),
    "--",
    dir,
  ]);
  if (!gone.ok) return gone;
  await dropLanded(git, bench);
  return { ok: true, value: { ref: kept.value } };
}

/** Its branch goes where all of it lies on the target. */
async function dropLanded(git: Git, bench: Bench): Promise<void> {
  const target = await freshTarget(git, bench);
  if (!target.ok) return;
  const ref = `refs/heads/${bench.branch}`;
  const head = await ask(git, bench.repo, ["rev-parse", "--verify", "--quiet", ref]);
  if (!head.ok) return;
  const landed = await git.run(bench.repo, [
    "merge-base",
    "--is-ancestor",
    head.value,
    target.value,
  ]);
  if (landed.ok) await git.run(bench.repo, ["update-ref", "-d", ref, head.value]);
}

/** Pushed under its own name, and offered once. */
async function offer(
  git: Git,
  bench: Bench,
  { title, body }: Parameters<Workshop["pr"]>[1],
): Promise<Told> {
  const dir = dirOf(bench);
  const spec = `refs/heads/${bench.branch}:refs/heads/${bench.branch}`;
  const pushed = await ask(git, bench.repo, [
    "push",
    "--quiet",
    "--no-verify",
    "--end-of-options",
    bench.remote,
    spec,
  ]);
  if (!pushed.ok) return pushed;
  const gh = (argv: readonly string[]) =>
    run({
      argv: ["gh", "pr", ...argv],
      dir,
      env: { ...bench.env, GH_PROMPT_DISABLED: "1" },
      limitMs: OFFER_LIMIT_MS,
      input: body,
    });
  const known = await gh(["view", bench.branch, "--json", "url", "--jq", ".url"]);
  if (known.ok && known.value.code === 0)
    return { ok: true, value: { url: known.value.stdout.trim() } };
  const made = await gh([
    "create",
    "--head",
    bench.branch,
    "--base",
    bench.target,
    "--title",
    title,
    "--body-file",
    "-",
  ]);
  if (!made.ok) return made;
  return made.value.code === 0
    ? { ok: true, value: { url: made.value.stdout.trim() } }
    : { ok: false, failure: `gh pr create: ${made.value.stderr.trim().slice(0, 300)}` };
}
