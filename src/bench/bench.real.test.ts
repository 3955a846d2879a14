// `npm run bench` as a person types it: what it refuses, and what becomes of a program that does not come up.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const bench = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["src/bench/bench.mjs", ...args], { encoding: "utf8" });

test("words that mean nothing are refused before anything is started", () => {
  for (const words of [
    ["--lanes", "weather"],
    ["--agents", "some"],
    ["--agents", "0"],
    ["--fast"],
  ]) {
    const { status, stdout, stderr } = bench(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: npm run bench");
  }
}, 30_000);

test("a lane that breaks is told, and is a failure", () => {
  const dir = mkdtempSync(join(tmpdir(), "agents-bench-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "chunks"));
  writeFileSync(join(dir, "agents.cjs"), 'process.stderr.write("no\\n"); process.exit(1);');
  const { status, stdout } = bench("--program", join(dir, "agents.cjs"), "--lanes", "push");
  expect([status, stdout.match(/^ {2}broke: .*$/m)?.[0]]).toEqual([1, "  broke: agents up: no"]);
}, 30_000);
