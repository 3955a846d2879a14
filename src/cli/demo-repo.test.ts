// The demo's git, against real repositories in a directory of its own.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { repoAt } from "./demo-repo.ts";

const scratch = mkdtempSync(join(tmpdir(), "agents-demo-repo-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const git = (dir: string, ...args: string[]): string =>
  spawnSync("git", args, { cwd: dir, encoding: "utf8" }).stdout.trim();

const clone = (name: string): string => {
  git(scratch, "init", "--quiet", "--bare", "--initial-branch=main", `${name}.git`);
  git(scratch, "clone", "--quiet", `${name}.git`, name);
  git(join(scratch, name), "checkout", "--quiet", "-B", "main");
  return join(scratch, name);
};

test("a commit is written, signed with the agent's name and pushed", () => {
  const dir = clone("pushed");
  const repo = repoAt(dir, "builder");
  repo?.commit("claim: 1", { "machine-docs/STATUS-1.md": "# 1\n" });
  expect(git(join(scratch, "pushed.git"), "log", "--format=%s %an", "main")).toBe(
    "claim: 1 builder",
  );
  expect(readFileSync(join(dir, "machine-docs/STATUS-1.md"), "utf8")).toBe("# 1\n");
  expect([repo?.subjects(), repo?.read("machine-docs/STATUS-1.md"), repo?.read("none")]).toEqual([
    ["claim: 1"],
    "# 1\n",
    "",
  ]);
});

test("a subject with shell text in it is a subject", () => {
  const repo = repoAt(clone("quoted"), "builder");
  const subject = "claim: $(touch X) `touch X` '\"; touch X";
  repo?.commit(subject, { "a file": "x" });
  expect(repo?.subjects()).toEqual([subject]);
});

test("what another clone pushed meanwhile does not keep a commit back", () => {
  const one = clone("shared");
  repoAt(one, "builder")?.commit("claim: 1", { a: "a" });
  git(scratch, "clone", "--quiet", "shared.git", "shared-2");
  repoAt(join(scratch, "shared-2"), "adversary")?.commit("review: 1 pass", { b: "b" });
  repoAt(one, "builder")?.commit("status: 1 done", { c: "c" });
  expect(git(join(scratch, "shared.git"), "log", "--format=%s", "main").split("\n")).toEqual([
    "status: 1 done",
    "review: 1 pass",
    "claim: 1",
  ]);
});

test("an incident happens once for all who work in the repository, and leaves the tree clean", () => {
  const dir = clone("once");
  const asked = [repoAt(dir, "a")?.once("stall"), repoAt(dir, "b")?.once("stall")];
  expect([...asked, git(dir, "status", "--porcelain")]).toEqual([true, false, ""]);
});

test("a directory that is no checkout has no repository", () => {
  writeFileSync(join(scratch, "file"), "");
  expect(repoAt(scratch, "builder")).toBe(null);
});
