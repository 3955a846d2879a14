import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Config, Loop } from "../config/config.ts";
import type { Memory, RepoSeen } from "../core/types.ts";
import { median, openPace } from "../e2e/pace.ts";
import { openRepos } from "./repos.ts";

let dir = "";
let bare = "";
let work = "";
let watched = "";
const opened: { close(): void }[] = [];

const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};

function git(repo: string, ...args: string[]): string {
  return execFileSync("git", ["-C", repo, ...args], { env, encoding: "utf8", stdio: "pipe" });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agents-repos-"));
  [bare, work, watched] = [join(dir, "bare.git"), join(dir, "work"), join(dir, "watched")];
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", bare], { env });
  execFileSync("git", ["clone", "-q", bare, work], { env, stdio: "pipe" });
  git(work, "checkout", "-q", "-b", "main");
  commit("start", { "machine-docs/STATUS.md": "## DONE\n(not yet)\n" });
  git(work, "push", "-q", "origin", "main");
  execFileSync("git", ["clone", "-q", bare, watched], { env, stdio: "pipe" });
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Commits in the working clone and returns the sha. */
function commit(subject: string, files: Record<string, string> = {}): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(work, path, ".."), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git(work, "add", "-A");
  git(work, "commit", "-q", "--allow-empty", "-m", subject);
  return git(work, "rev-parse", "HEAD").trim();
}

type Wish = {
  repo: string;
  branch?: string;
  folder?: string;
  inboxes?: string[];
  sha?: string | null;
};

function world({
  repo,
  branch = "main",
  folder = "machine-docs",
  inboxes = ["INBOX.md"],
  sha = null,
}: Wish) {
  const loop = {
    name: "loop",
    phases: [{ id: "p1", plan: "", status: "STATUS.md", models: {} }],
    repo,
    stateSubdir: folder,
    handoff: { branch, rules: [], inboxes: inboxes.map((file) => ({ file, pings: "b" })) },
  } as unknown as Loop;
  const config = { loops: [loop], watchdog: { signalMs: 50 } } as unknown as Config;
  const memory = { loops: { loop: { sha } } } as unknown as Memory;
  return { config, memory };
}

function open(gitEnv: Record<string, string> = env, gitLimitMs = 20_000) {
  const repos = openRepos({ now: () => performance.now(), env: gitEnv, gitLimitMs });
  opened.push(repos);
  return repos;
}

/** Looks until the answer satisfies, as ticks would. */
async function until(
  repos: ReturnType<typeof open>,
  wish: Wish,
  wanted: (seen: RepoSeen) => boolean,
): Promise<RepoSeen> {
  const { config, memory } = world(wish);
  for (let tick = 0; tick < 300; tick += 1) {
    const seen = repos.seen(config, memory)["loop"];
    if (typeof seen === "object" && wanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never seen: ${JSON.stringify([repos.seen(config, memory), repos.warnings()])}`);
}

test("commits pushed after a remembered one come in order, with the committed files", async () => {
  const sha = git(work, "rev-parse", "HEAD").trim();
  const one = commit("claim: one", {
    "machine-docs/STATUS.md": "## DONE\nyes\n",
    "INBOX.md": "hi\n",
  });
  const two = commit("review: one");
  git(work, "push", "-q", "origin", "main");
  const seen = await until(open(), { repo: watched, sha }, () => true);
  const hash = (path: string) => git(work, "rev-parse", `HEAD:${path}`).trim();
  expect(seen).toEqual({
    head: two,
    commits: [
      { sha: one, subject: "claim: one" },
      { sha: two, subject: "review: one" },
    ],
    lost: false,
    files: {
      "STATUS.md": { text: "## DONE\nyes\n", hash: hash("machine-docs/STATUS.md") },
      "INBOX.md": { text: "hi\n", hash: hash("INBOX.md") },
    },
  });
});

test("no ref of the watched clone moves, so an agent's own fetch never meets ours", async () => {
  const refs = git(watched, "for-each-ref");
  const head = commit("claim: one");
  git(work, "push", "-q", "origin", "main");
  await until(open(), { repo: watched }, (seen) => seen.head === head);
  expect(git(watched, "for-each-ref")).toBe(refs);
  expect(existsSync(join(watched, ".git", "FETCH_HEAD"))).toBe(false);
});

test("a push into a local bare remote rings at once, and nothing forks while nothing moves", async () => {
  const log = join(dir, "forks");
  writeFileSync(join(dir, "git"), `#!/bin/sh\necho x >> '${log}'\nexec '${realGit()}' "$@"\n`, {
    mode: 0o755,
  });
  const repos = open({ ...env, PATH: `${dir}:${env.PATH}` });
  const bell = { at: 0 };
  repos.onRing(() => (bell.at = performance.now()));
  const first = await until(repos, { repo: watched }, () => true);
  let base = first.head ?? "";
  const waits: number[] = [];
  const pace = openPace();
  const spent: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await until(repos, { repo: watched, sha: base }, (seen) => seen.commits.length === 0);
    await new Promise((resolve) => setTimeout(resolve, 60));
    base = commit(`claim: ${round}`);
    const before = lines(log);
    await pace.sample();
    bell.at = 0;
    git(work, "push", "-q", "origin", "main");
    const pushed = performance.now();
    while (bell.at === 0 && performance.now() - pushed < 3000) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    waits.push(bell.at - pushed);
    spent.push(lines(log) - before);
    expect(repos.seen(...lookOf({ repo: watched }))["loop"]).toMatchObject({ head: base });
  }
  const forks = lines(log);
  for (let tick = 0; tick < 20; tick += 1) {
    repos.seen(...lookOf({ repo: watched, sha: base }));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(lines(log)).toBe(forks);
  // Is it here, fetch it, what came, which files, and their texts.
  expect(Math.max(...spent)).toBeLessThanOrEqual(6);
  expect(Math.min(...waits)).toBeLessThan(pace.stretched(250));
  expect(median(waits)).toBeLessThan(pace.stretched(600));
});

function lookOf(wish: Wish): [Config, Memory] {
  const { config, memory } = world(wish);
  return [config, memory];
}
function lines(path: string): number {
  return readFileSync(path, "utf8").split("\n").length - 1;
}
function realGit(): string {
  return execFileSync("sh", ["-c", "command -v git"], { env, encoding: "utf8" }).trim();
}

test("a repository without a remote is followed by its own branch, packed or not", async () => {
  git(work, "remote", "remove", "origin");
  const sha = git(work, "rev-parse", "HEAD").trim();
  const repos = open();
  await until(repos, { repo: work, sha }, (seen) => seen.head === sha);
  const one = commit("claim: one");
  const seen = await until(repos, { repo: work, sha }, (now) => now.head === one);
  expect(seen.commits).toEqual([{ sha: one, subject: "claim: one" }]);
  git(work, "pack-refs", "--all");
  const two = commit("claim: two");
  git(work, "pack-refs", "--all");
  expect((await until(repos, { repo: work, sha: one }, (now) => now.head === two)).commits).toEqual(
    [{ sha: two, subject: "claim: two" }],
  );
});

test("a rewritten branch says that the remembered commit is lost", async () => {
  commit("claim: gone");
  git(work, "push", "-q", "origin", "main");
  const sha = git(work, "rev-parse", "HEAD").trim();
  git(work, "reset", "-q", "--hard", "HEAD~1");
  const head = commit("claim: instead");
  git(work, "push", "-q", "-f", "origin", "main");
  const seen = await until(open(), { repo: watched, sha }, () => true);
  expect([seen.head, seen.lost, seen.commits]).toEqual([head, true, []]);
});

test("a branch that is not there yet has no head, and its first commits are news", async () => {
  const repos = open();
  const wish = { repo: watched, branch: "next/step" };
  const none = await until(repos, wish, () => true);
  expect(none).toEqual({
    head: null,
    commits: [],
    lost: false,
    files: { "STATUS.md": null, "INBOX.md": null },
  });
  git(work, "checkout", "-q", "-b", "next/step");
  const head = commit("claim: first");
  git(work, "push", "-q", "origin", "next/step");
  const seen = await until(repos, { ...wish, sha: "" }, (now) => now.head === head);
  expect(seen.commits.at(-1)).toEqual({ sha: head, subject: "claim: first" });
});

test("nothing in a branch, subject or file name is executed", async () => {
  const canary = join(dir, "X");
  const branch = `-$(touch\${IFS}${canary})\`touch\${IFS}${canary}\`;#'"%n`;
  const inboxes = [
    "-$(touch X)",
    "`touch X`",
    ":(exclude)a",
    "two\nlines",
    "../../etc/passwd",
    "%s#(touch X)",
  ];
  git(work, "symbolic-ref", "HEAD", `refs/heads/${branch}`);
  const inside = inboxes.filter((one) => !one.startsWith(".."));
  const files = Object.fromEntries(inside.map((one) => [`machine-docs/${one}`, "in"]));
  commit("claim: $(touch X)\n\n`touch X`", files);
  const head = commit("--output=X `touch X` $(touch X) #(touch X)\t%H");
  git(work, "push", "-q", "origin", `refs/heads/${branch}:refs/heads/${branch}`);
  const seen = await until(open(), { repo: watched, branch, inboxes, sha: "" }, () => true);
  expect(seen.head).toBe(head);
  expect(seen.commits.slice(-2).map(({ subject }) => subject)).toEqual([
    "claim: $(touch X)",
    "--output=X `touch X` $(touch X) #(touch X)\t%H",
  ]);
  expect(Object.entries(seen.files).map(([file, one]) => [file, one?.text ?? null])).toEqual([
    ["STATUS.md", "## DONE\n(not yet)\n"],
    ...inboxes.map((file) => [file, file.startsWith("..") ? null : "in"]),
  ]);
  expect([canary, join(watched, "X"), "X"].some((path) => existsSync(path))).toBe(false);
});

test("a name that git refuses for a branch is said, not tried", async () => {
  const repos = open();
  for (const branch of ["a\nb", "main:refs/heads/evil", "ma*n", "a..b", ""]) {
    const [config, memory] = lookOf({ repo: watched, branch });
    expect(repos.seen(config, memory)).toEqual({ loop: "unseen" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(repos.warnings()["loop"]).toContain("is no name of a git branch");
  }
});

test("a link in the repository is not followed", async () => {
  writeFileSync(join(dir, "secret"), "secret");
  symlinkSync(join(dir, "secret"), join(work, "machine-docs", "INBOX.md"));
  const head = commit("claim: link");
  git(work, "push", "-q", "origin", "main");
  const seen = await until(open(), { repo: watched }, (now) => now.head === head);
  expect(seen.files["INBOX.md"]).toBe(null);
});

test("a file that is too large has a hash and no text", async () => {
  commit("claim: large", { "machine-docs/INBOX.md": "x".repeat(300_000) });
  git(work, "push", "-q", "origin", "main");
  const seen = await until(open(), { repo: watched }, (now) => now.files["INBOX.md"] !== null);
  expect(seen.files["INBOX.md"]).toEqual({
    text: "(larger than 262144 bytes)",
    hash: git(work, "rev-parse", "HEAD:machine-docs/INBOX.md").trim(),
  });
});

test("a directory without a repository brings no files and a warning, until there is one", async () => {
  const plain = join(dir, "plain");
  mkdirSync(plain);
  const repos = open();
  expect(await until(repos, { repo: plain }, () => true)).toEqual({
    head: null,
    commits: [],
    lost: false,
    files: {},
  });
  expect(repos.warnings()["loop"]).toContain(`${plain} is no git repository`);
  git(plain, "init", "-q", "-b", "main");
  git(plain, "commit", "-q", "--allow-empty", "-m", "claim: first");
  const seen = await until(repos, { repo: plain, sha: "" }, (now) => now.head !== null);
  expect(seen.commits.map(({ subject }) => subject)).toEqual(["claim: first"]);
  expect(repos.warnings()).toEqual({});
});

/** A git that hangs, and counts its tries, once the file `hang` is there. */
function hangingGit(): { env: Record<string, string>; hang: string; tries: string } {
  const [tries, hang] = [join(dir, "tries"), join(dir, "hang")];
  const script = `if [ -e '${hang}' ]; then echo x >> '${tries}'; sleep 60; fi; exec '${realGit()}' "$@"`;
  writeFileSync(join(dir, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { env: { ...env, PATH: `${dir}:${env.PATH}` }, hang, tries };
}

test("a git that hangs holds no look up, and what was known stays known", async () => {
  const fake = hangingGit();
  const repos = open(fake.env, 5000);
  const known = await until(repos, { repo: watched }, () => true);
  writeFileSync(fake.hang, "");
  commit("claim: unseen");
  git(work, "push", "-q", "origin", "main");
  while (!existsSync(fake.tries)) await new Promise((resolve) => setTimeout(resolve, 5));
  const looks = [0, 1, 2].map(() => {
    const before = performance.now();
    expect(repos.seen(...lookOf({ repo: watched }))).toEqual({ loop: known });
    return performance.now() - before;
  });
  expect(Math.min(...looks)).toBeLessThan(50);
});

test("a git that fails is tried again more and more rarely, and why is known", async () => {
  const fake = hangingGit();
  writeFileSync(fake.hang, "");
  const repos = open(fake.env, 100);
  const start = performance.now();
  while (performance.now() - start < 1500) {
    expect(repos.seen(...lookOf({ repo: watched }))).toEqual({ loop: "unseen" });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(repos.warnings()["loop"]).toContain("git was cut off after 0.1 s");
  // Without a growing pause there would be ten tries or more: one per 50 ms and 100 ms of hanging.
  expect(lines(fake.tries)).toBeGreaterThanOrEqual(3);
  expect(lines(fake.tries)).toBeLessThanOrEqual(6);
});

test("a remote on another machine is asked once per interval, and its commits are brought here", async () => {
  // Stands in for ssh: runs what the other side would run.
  const ssh = join(dir, "ssh");
  writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
  git(watched, "remote", "set-url", "origin", `host:${bare}`);
  const repos = open({ ...env, GIT_SSH_COMMAND: ssh });
  const sha = git(work, "rev-parse", "HEAD").trim();
  await until(repos, { repo: watched, sha }, (seen) => seen.head === sha);
  const head = commit("claim: far away");
  git(work, "push", "-q", "origin", "main");
  const seen = await until(repos, { repo: watched, sha }, (now) => now.head === head);
  expect(seen.commits).toEqual([{ sha: head, subject: "claim: far away" }]);
});
