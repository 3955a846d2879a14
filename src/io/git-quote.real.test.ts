// Whatever a branch, a file or a commit is called goes through git as it is, and runs nothing on its way.

import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isBranchName, lookAt } from "./branch.ts";
import { openGit } from "./git.ts";

const dir = mkdtempSync(join(tmpdir(), "agents-git-quote-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@b",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@b",
};
const plain = (args: readonly string[], input = ""): string =>
  execFileSync("git", ["-C", dir, ...args], { env, input, stdio: ["pipe", "pipe", "ignore"] })
    .toString("utf8")
    .trimEnd();
plain(["init", "-q", "-b", "main"]);
const EMPTY = plain(["mktree"]);

const piece = fc.constantFrom(
  ..."'\"\\`$&|;<>(){}[]*?!#~^:@%=,+- \t".split(""),
  "$(touch X)",
  "`touch X`",
  "--upload-pack=touch X",
  "-",
  ":(top)",
  ":!",
  "..",
  "é",
  "日本",
  "🙂",
  "a",
  "b",
);
const words = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));

/** A name that a tree can hold. */
const file = words.filter((name) => !/^\.{1,2}$|^\.git$/i.test(name.trim()));
const branch = words.filter(isBranchName);
const subject = words
  .map((text) => text.replaceAll("\t", " ").trim())
  .filter((text) => text !== "");

test("what may name a branch is what git lets name one", () => {
  fc.assert(
    fc.property(branch, (name) => {
      expect(plain(["check-ref-format", `refs/heads/${name}`])).toBe("");
    }),
    { numRuns: 25 },
  );
});

test("any branch, file and subject comes back as it was", async () => {
  const git = openGit({ env, limitMs: 10_000 });
  const pushed = fc.record({
    name: branch,
    files: fc.uniqueArray(file, { minLength: 1, maxLength: 6 }),
    subjects: fc.array(subject, { minLength: 1, maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(pushed, async ({ name, files, subjects }) => {
      const rows = files.map((path) => {
        const blob = plain(["hash-object", "-w", "--stdin"], `text of ${path}`);
        return `100644 blob ${blob}\t${path}\0`;
      });
      const tree = plain(["mktree", "-z"], rows.join(""));
      let head = plain(["commit-tree", EMPTY], "before");
      const base = head;
      for (const text of subjects) head = plain(["commit-tree", tree, "-p", head], text);
      plain(["update-ref", `refs/heads/${name}`, head]);
      const asked = { repo: dir, branch: name, folder: "", files };
      const seen = await lookAt({
        git,
        branch: asked,
        origin: false,
        known: null,
        base,
        last: null,
      });
      expect(seen).toMatchObject({
        ok: true,
        known: {
          head,
          lost: false,
          commits: subjects.map((text) => expect.objectContaining({ subject: text })),
          files: Object.fromEntries(
            files.map((path) => [path, expect.objectContaining({ text: `text of ${path}` })]),
          ),
        },
      });
      plain(["update-ref", "-d", `refs/heads/${name}`]);
    }),
    { numRuns: 6 },
  );
  git.close();
  expect(readdirSync(dir)).toEqual([".git"]);
});
