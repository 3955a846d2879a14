// `npm run soak` as a person types it: bundled, with workers, until its nights are over.

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const soak = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["src/sim/soak.mjs", ...args], { encoding: "utf8" });

test("two nights on two cores are summed up", () => {
  const ask = ["--seed", "5", "--nights", "2", "--hours", "1", "--workers", "2"];
  const { status, stdout, stderr } = soak(...ask);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^seed 5, nights of 1 h, 2 at a time\n/);
  expect(stdout).toMatch(/^simulated agent-hours +\d+$/m);
  expect(stdout).toMatch(/^seeds +2$/m);
  expect(stdout).toMatch(/^agent-days per second +\d+\.\d$/m);
  expect(stdout).toMatch(/^safety violations +0$/m);
  expect(stdout).toMatch(/^liveness failures +0$/m);
  expect(stdout).toMatch(/^violations +0$/m);
}, 60_000);

test("words that mean nothing are refused before any night begins", () => {
  const wrong = [
    ["--minutes", "soon"],
    ["--without", "weather"],
    ["--hour", "3"],
  ];
  for (const words of wrong) {
    const { status, stdout, stderr } = soak(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: npm run soak");
  }
});
