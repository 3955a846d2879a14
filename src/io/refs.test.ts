import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openGit } from "./git.ts";
import { placeOf, refKey, type Place } from "./refs.ts";

const env = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
const who = ["-c", "user.name=a", "-c", "user.email=a@b"];

let dir = "";
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "agents-refs-")));
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "start");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function git(...args: string[]): string {
  return execFileSync("git", ["-C", dir, ...who, ...args], { env, encoding: "utf8" });
}

async function placed(): Promise<Place> {
  const answer = await placeOf(openGit({ env, limitMs: 5000 }), dir, "main");
  if (!answer.ok) throw new Error(answer.failure);
  return answer.place;
}

test("a commit that was packed before anybody looked changes the key", async () => {
  git("pack-refs", "--all");
  const place = await placed();
  const before = refKey(place);
  git("commit", "-q", "--allow-empty", "-m", "claim: x");
  git("pack-refs", "--all");
  expect(refKey(place)).not.toBe(before);
});

test("work that moves no ref leaves the key alone", async () => {
  const place = await placed();
  const before = refKey(place);
  git("checkout", "-q", "-b", "other");
  git("commit", "-q", "--allow-empty", "-m", "claim: x");
  expect(refKey(place)).toBe(before);
});

test("an origin that is added changes the key and is followed where it lies", async () => {
  const place = await placed();
  const before = refKey(place);
  const origin = join(dir, "bare.git");
  execFileSync("git", ["init", "-q", "--bare", origin], { env });
  git("remote", "add", "origin", "./bare.git");
  expect(refKey(place)).not.toBe(before);
  expect(await placed()).toEqual({
    is: "local",
    origin: true,
    root: origin,
    ref: "refs/heads/main",
    config: join(dir, ".git", "config"),
  });
});

test("an origin on another machine is a matter of the network", async () => {
  for (const url of ["host:x.git", "ssh://host/x.git", "https://host/x.git"]) {
    git("config", "remote.origin.url", url);
    expect(await placed()).toMatchObject({ is: "network", ref: "refs/remotes/origin/main" });
  }
});
