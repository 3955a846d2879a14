import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openGit } from "./git.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "agents-git-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

/** A git that does what the script says; its own and its child's pid stand in a file. */
function fakeGit(script: string): Record<string, string> {
  const path = join(dir, "git");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { ...env, PATH: `${dir}:${env.PATH}` };
}

/** A zombie counts as gone: nothing of it runs. */
function runs(pid: number): boolean {
  const state = execFileSync("sh", ["-c", `ps -o stat= -p ${pid} || true`], { encoding: "utf8" });
  return !/^\s*(?:Z|$)/.test(state);
}

test("a git that hangs is cut off with everything it started", async () => {
  const pids = join(dir, "pids");
  const git = openGit({
    env: fakeGit(`sleep 60 & echo $$ $! > '${pids}'; wait`),
    limitMs: 400,
  });
  expect(await git.run(dir, ["fetch"])).toEqual({
    ok: false,
    code: null,
    failure: "git was cut off after 0.4 s",
  });
  const [own, child] = readFileSync(pids, "utf8").trim().split(" ").map(Number);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([runs(own!), runs(child!)]).toEqual([false, false]);
});

test("closing ends a git that still runs", async () => {
  const pids = join(dir, "pids");
  const git = openGit({ env: fakeGit(`echo $$ > '${pids}'; exec sleep 60`), limitMs: 60_000 });
  const answer = git.run(dir, ["fetch"]);
  while (!existsSync(pids) || readFileSync(pids, "utf8") === "") {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  git.close();
  expect((await answer).ok).toBe(false);
  expect(runs(Number(readFileSync(pids, "utf8")))).toBe(false);
  rmSync(pids);
  expect((await git.run(dir, ["fetch"])).ok).toBe(false);
  expect(existsSync(pids)).toBe(false);
});

test("git asks nobody, reads no terminal, runs no hook and is sent to no other repository", async () => {
  const seen = join(dir, "seen");
  const git = openGit({
    env: {
      ...fakeGit(`env > '${seen}'; printf '%s\\n' "$@" >> '${seen}'; cat >> '${seen}'`),
      GIT_DIR: "/elsewhere",
      GIT_INDEX_FILE: "/elsewhere/index",
    },
    limitMs: 5000,
  });
  expect((await git.run(dir, ["status"])).ok).toBe(true);
  const text = readFileSync(seen, "utf8");
  for (const part of [
    "GIT_TERMINAL_PROMPT=0",
    "GIT_ASKPASS=/bin/false",
    "SSH_ASKPASS_REQUIRE=never",
    "GIT_OPTIONAL_LOCKS=0",
    "BatchMode=yes",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.ext.allow=never",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).not.toContain("/elsewhere");
});

test("the user's own ssh command is kept", async () => {
  const seen = join(dir, "seen");
  const fake = fakeGit(`echo "$GIT_SSH_COMMAND" > '${seen}'`);
  const git = openGit({ env: { ...fake, GIT_SSH_COMMAND: "my-ssh -x" }, limitMs: 5000 });
  await git.run(dir, ["fetch"]);
  expect(readFileSync(seen, "utf8")).toBe("my-ssh -x\n");
});

test("what git says of a failure is one short line; a git that is not there is a failure too", async () => {
  const git = openGit({ env, limitMs: 5000 });
  const answer = await git.run(join(dir, "nowhere"), ["status"]);
  expect(answer).toMatchObject({ ok: false, code: 128 });
  expect(answer.ok ? "" : answer.failure).toMatch(/^fatal: cannot change to .*nowhere.*$/);
  const none = openGit({ env: { PATH: join(dir, "empty") }, limitMs: 5000 });
  expect(await none.run(dir, ["status"])).toMatchObject({ ok: false, code: null });
});

test("a repository's own fsmonitor, hooks and ext remotes are not run", async () => {
  const canary = join(dir, "X");
  const trap = join(dir, "trap");
  writeFileSync(trap, `#!/bin/sh\ntouch '${canary}'\n`, { mode: 0o755 });
  const plain = (...args: string[]) => execFileSync("git", ["-C", dir, ...args], { env });
  plain("init", "-q", "-b", "main");
  for (const hook of ["reference-transaction", "post-checkout", "post-index-change"]) {
    writeFileSync(join(dir, ".git", "hooks", hook), `#!/bin/sh\nexec '${trap}'\n`, { mode: 0o755 });
  }
  plain("config", "core.fsmonitor", trap);
  plain("config", "remote.origin.url", `ext::${trap}`);
  const git = openGit({ env, limitMs: 5000 });
  const who = ["-c", "user.name=a", "-c", "user.email=a@b"];
  expect((await git.run(dir, [...who, "commit", "-q", "--allow-empty", "-m", "x"])).ok).toBe(true);
  expect((await git.run(dir, ["status"])).ok).toBe(true);
  expect(await git.run(dir, ["ls-remote", "origin"])).toMatchObject({ ok: false, code: 128 });
  expect(existsSync(canary)).toBe(false);
});
