import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Bench } from "../engine/ports.ts";
import { openProcesses } from "./processes.ts";
import { procTable, psTable } from "./process-table.ts";
import { openWorkshop } from "./workshop.ts";

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

const env = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "lab",
  GIT_AUTHOR_EMAIL: "lab@example.invalid",
  GIT_COMMITTER_NAME: "lab",
  GIT_COMMITTER_EMAIL: "lab@example.invalid",
};
const processes = openProcesses({
  table: process.platform === "linux" ? procTable("/proc") : psTable(),
  steady: () => performance.now(),
  self: process.pid,
  uid: process.getuid?.() ?? -1,
});
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Lab = {
  readonly home: string;
  readonly shop: ReturnType<typeof openWorkshop>;
  readonly bench: (task: string) => Bench;
  readonly git: (dir: string, ...words: readonly string[]) => string;
  readonly write: (path: string, text: string) => void;
  readonly commit: (dir: string, file: string, text: string) => void;
};

function lab(): Lab {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "workshop-")));
  homes.push(home);
  const git: Lab["git"] = (dir, ...words) =>
    execFileSync("git", ["-C", join(home, dir), ...words], { env, encoding: "utf8" }).trim();
  const write: Lab["write"] = (path, text) => writeFileSync(join(home, path), text);
  const commit: Lab["commit"] = (dir, file, text) => {
    write(`${dir}/${file}`, text);
    git(dir, "add", "-A");
    git(dir, "commit", "-q", "-m", `${file}: ${text.trim()}`);
  };
  for (const dir of ["my app", "remote.git", "other"]) mkdirSync(join(home, dir));
  git("remote.git", "init", "-q", "--bare", "-b", "main");
  git("my app", "init", "-q", "-b", "main");
  commit("my app", "base", "one\n");
  git("my app", "remote", "add", "origin", join(home, "remote.git"));
  git("my app", "push", "-q", "origin", "main");
  git("other", "clone", "-q", join(home, "remote.git"), ".");
  const shop = openWorkshop({ env, processes, politeMs: 200 });
  const bench = (task: string): Bench => ({
    task,
    repo: join(home, "my app"),
    remote: "origin",
    target: "main",
    root: join(home, "trees"),
    branch: `task/${task}`,
    env,
  });
  return { home, shop, bench, git, write, commit };
}

const landing = (home: string, command: string | null) => {
  const log = join(home, "log");
  return { title: "t", log, check: command === null ? null : { command, limitMs: 5000, log } };
};

test("a worktree begins at the newest target, and a second asking finds the first one", async () => {
  const { shop, bench, git, commit, home } = lab();
  commit("other", "news", "two\n");
  git("other", "push", "-q", "origin", "main");
  const head = git("other", "rev-parse", "HEAD");
  const told = { ok: true, value: { base: head, head, dir: join(home, "trees/a") } };
  expect(await shop.worktree(bench("a"))).toEqual(told);
  expect(await shop.worktree(bench("a"))).toEqual(told);
  expect(git("trees/a", "symbolic-ref", "HEAD")).toBe("refs/heads/task/a");
  expect(git("my app", "status", "--porcelain")).toBe("");
});

test("failure 8: a branch that an earlier attempt left is taken up with its work", async () => {
  const { shop, bench, git, commit, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  rmSync(join(home, "trees/a"), { recursive: true });
  const head = git("my app", "rev-parse", "task/a");
  expect(await shop.worktree(bench("a"))).toMatchObject({ ok: true, value: { head } });
  expect(readFileSync(join(home, "trees/a/work"), "utf8")).toBe("done\n");
});

test("failure 6: what is not committed is kept under one ref of this repository, and stays where it is", async () => {
  const { shop, bench, git, write } = lab();
  await shop.worktree(bench("a"));
  write("trees/a/base", "changed\n");
  write("trees/a/new file", "new\n");
  const kept = await shop.rescue(bench("a"));
  expect(await shop.rescue(bench("a"))).toEqual(kept);
  const ref = git("my app", "for-each-ref", "--format=%(refname)", "refs/agents/rescue");
  expect(kept).toEqual({ ok: true, value: { ref } });
  expect([git("my app", "show", `${ref}:base`), git("my app", "show", `${ref}:new file`)]).toEqual([
    "changed",
    "new",
  ]);
  expect(git("trees/a", "status", "--porcelain")).toBe('M base\n?? "new file"');
});

test("failure 7: a worktree is removed once its work is kept; the base checkout and strangers never are", async () => {
  const { shop, bench, git, write, home } = lab();
  await shop.worktree(bench("a"));
  write("trees/a/open", "open\n");
  expect(await shop.discard(bench("a"))).toMatchObject({
    ok: true,
    value: { ref: expect.stringMatching(/^refs\/agents\/rescue\/a\//) },
  });
  expect(existsSync(join(home, "trees/a"))).toBe(false);
  expect(await shop.discard(bench("a"))).toEqual({ ok: true, value: {} });
  mkdirSync(join(home, "trees/b"));
  write("trees/b/mine", "mine\n");
  expect(await shop.discard(bench("b"))).toMatchObject({ ok: false });
  // The root of the worktrees is the directory above the checkout: its name is that of a task.
  expect(await shop.discard({ ...bench("my app"), root: home })).toMatchObject({ ok: false });
  expect(git("my app", "log", "--format=%s")).toBe("base: one");
  expect(readFileSync(join(home, "trees/b/mine"), "utf8")).toBe("mine\n");
});

test("a patch, the commits and what is left are told of a step", async () => {
  const { shop, bench, commit, write, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  write("trees/a/open", "open\n");
  const told = await shop.diff(bench("a"), { base: null, patch: join(home, "p") });
  const head = git("trees/a", "rev-parse", "HEAD");
  expect(told).toMatchObject({
    ok: true,
    value: { head, commits: "1", left: "1", base: git("my app", "rev-parse", "main") },
  });
  expect(readFileSync(join(home, "p"), "utf8")).toContain("+done");
});

test("failure 20: a check tells its exit code, and one that is late is ended with all that it started", async () => {
  const { shop, bench, home } = lab();
  await shop.worktree(bench("a"));
  const log = join(home, "log");
  expect(
    await shop.check(bench("a"), { command: "echo out; echo err >&2; exit 3", limitMs: 5000, log }),
  ).toEqual({
    ok: true,
    value: { code: "3", why: "" },
  });
  expect(readFileSync(log, "utf8")).toBe("out\nerr\n");
  const command = "setsid sleep 300 & trap '' TERM; sleep 301";
  expect(await shop.check(bench("a"), { command, limitMs: 300, log })).toEqual({
    ok: true,
    value: { code: "", why: "late" },
  });
  await wait(300);
  expect(processes.members({ run: "check-a", root: null, spare: [] })).toEqual({
    ok: true,
    value: [],
  });
});

test("work lands on the newest target, linear and checked, and is found landed the second time", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  commit("other", "news", "two\n");
  git("other", "push", "-q", "origin", "main");
  const first = await shop.land(bench("a"), landing(home, "test -f news"));
  const landed = git("remote.git", "rev-parse", "main");
  expect(first).toEqual({ ok: true, value: { result: "landed", landed, head: landed } });
  expect(await shop.land(bench("a"), landing(home, "false"))).toEqual(first);
  expect(git("remote.git", "log", "--format=%s", "main").split("\n")).toEqual([
    "work: done",
    "news: two",
    "base: one",
  ]);
  expect(git("my app", "log", "--format=%s")).toBe("base: one");
});

test("a target that moves during the check is followed, and only what was checked lands", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  const moves = `test -f moved || { cd '${home}/other' && echo x >moved && git add -A && git commit -q -m moved && git push -q origin main; }`;
  expect(await shop.land(bench("a"), landing(home, moves))).toMatchObject({
    value: { result: "landed" },
  });
  expect(git("remote.git", "log", "--format=%s", "main").split("\n")).toEqual([
    "work: done",
    "moved",
    "base: one",
  ]);
});

test("a conflict is told with its files, and the worktree stands as before", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "base", "mine\n");
  const head = git("trees/a", "rev-parse", "HEAD");
  commit("other", "base", "theirs\n");
  git("other", "push", "-q", "origin", "main");
  const told = await shop.land(bench("a"), landing(home, null));
  expect(told).toMatchObject({ ok: true, value: { result: "conflict", files: "base" } });
  expect([git("trees/a", "rev-parse", "HEAD"), git("trees/a", "status", "--porcelain")]).toEqual([
    head,
    "",
  ]);
  expect(readFileSync(join(home, "log"), "utf8")).toContain("git rebase --continue");
  expect(git("remote.git", "log", "--format=%s", "main").split("\n")[0]).toBe("base: theirs");
});

test("a check that fails on the newest target keeps the work off it", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  expect(await shop.land(bench("a"), landing(home, "echo broken; false"))).toMatchObject({
    ok: true,
    value: { result: "failed", code: "1" },
  });
  expect(readFileSync(join(home, "log"), "utf8")).toBe("broken\n");
  expect(git("remote.git", "log", "--format=%s", "main")).toBe("base: one");
});

test("a rebase that a crash interrupted is given up, and what lay open is kept, before it lands", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "base", "mine\n");
  commit("other", "base", "theirs\n");
  git("other", "push", "-q", "origin", "main");
  git("trees/a", "fetch", "-q", "origin");
  expect(() => git("trees/a", "rebase", "-q", "origin/main")).toThrow();
  expect(await shop.land(bench("a"), landing(home, null))).toMatchObject({
    value: { result: "conflict" },
  });
  expect(git("trees/a", "symbolic-ref", "HEAD")).toBe("refs/heads/task/a");
});

test("a lock that a killed git left long ago keeps nothing from landing", async () => {
  const { shop, bench, commit, write, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  write("trees/a/open", "open\n");
  const lock = git("trees/a", "rev-parse", "--path-format=absolute", "--git-path", "index.lock");
  writeFileSync(lock, "");
  const old = new Date(Date.now() - 600_000);
  utimesSync(lock, old, old);
  expect(await shop.land(bench("a"), landing(home, null))).toMatchObject({
    value: { result: "landed" },
  });
});

test("a remote that cannot be reached is no failure of the work", async () => {
  const { shop, bench, commit, git, home } = lab();
  await shop.worktree(bench("a"));
  commit("trees/a", "work", "done\n");
  git("my app", "remote", "set-url", "origin", join(home, "nowhere.git"));
  expect(await shop.land(bench("a"), landing(home, null))).toMatchObject({ ok: false });
});

test("a classifier reads the task on its input, and says a word or why it did not", async () => {
  const { shop, bench, home } = lab();
  const input = 'Fix "$(touch pwned)"';
  const asked = (command: string) => shop.classify(bench("a"), { command, limitMs: 500, input });
  expect(await asked(`grep -q '[$](touch' && echo simple`)).toEqual({
    ok: true,
    value: { said: "simple" },
  });
  expect(await asked("echo why >&2; exit 3")).toEqual({
    ok: false,
    failure: "it exited 3: why",
  });
  expect(await asked("sleep 20")).toMatchObject({ ok: false });
  expect(existsSync(join(home, "my app/pwned"))).toBe(false);
});

test("the branch of what landed goes with its worktree, and one that did not land stays", async () => {
  const { shop, bench, git, commit, home } = lab();
  for (const task of ["a", "b"]) {
    await shop.worktree(bench(task));
    commit(`trees/${task}`, task, "done\n");
  }
  await shop.land(bench("a"), landing(home, null));
  // Somebody removed the worktree by hand: its branch goes all the same.
  rmSync(join(home, "trees/a"), { recursive: true });
  await shop.discard(bench("a"));
  await shop.discard(bench("b"));
  expect(git("my app", "branch", "--list", "task/*", "--format=%(refname:short)")).toBe("task/b");
});
