// `agents rehearse` through the built program: what it prints is a function of the file's text, seed and flags.

import { readdirSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "../e2e/lab.ts";

const labs: Lab[] = [];
const fresh = (): Lab => {
  const lab = openLab();
  labs.push(lab);
  return lab;
};

beforeAll(() => build());
afterAll(async () => {
  await Promise.all(labs.map((lab) => lab.close()));
});

const FILE = `[defaults]
session_prefix = "t-"
log_dir = ".agents"
backend = "demo"
watch = "heal+stall"
[[agent]]
name = "one"
prompt = "work"
`;

test("the same file tells the same story twice and elsewhere, and leaves nothing behind", async () => {
  const [here, there] = [fresh(), fresh()];
  for (const lab of [here, there]) lab.write("agents.toml", FILE);
  const ask = ["rehearse", "--until", "4h", "--seed", "3", "--faults", "all"];
  const { code, stderr, stdout } = await here.agents(...ask);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("1 agent for 4h");
  expect((await here.agents(...ask)).stdout).toBe(stdout);
  expect((await there.agents(...ask)).stdout).toBe(stdout);
  expect(readdirSync(here.dir).includes(".agents")).toBe(false);
  const json = JSON.parse((await here.agents(...ask, "--json")).stdout);
  expect([json.schema, json.seed, json.from, json.until]).toEqual([
    "agents.rehearsal/1",
    3,
    "2026-01-05T09:00:00.000Z",
    "2026-01-05T13:00:00.000Z",
  ]);
});

test("--demo needs no file; --stats says the speed beside the story", async () => {
  const ran = await fresh().agents("rehearse", "--demo", "--until", "10m", "--stats");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^3 agents for 10m from 2026-01-05T09:00Z, seed 1, faults: some\./);
  expect(ran.stderr).toMatch(/^[\d,]+ times real speed: /);
});

test("what cannot be rehearsed is refused: a broken file, no file, and flags that mean nothing", async () => {
  const lab = fresh();
  expect((await lab.agents("rehearse")).code).toBe(4);
  lab.write("agents.toml", FILE.replace("prompt =", "promt ="));
  expect((await lab.agents("rehearse")).code).toBe(5);
  lab.write("agents.toml", FILE);
  const wrong = [
    ["--until", "0"],
    ["--until", "91d"],
    ["--faults", "many"],
    ["--seed", "x"],
  ];
  for (const flags of wrong) expect((await lab.agents("rehearse", ...flags)).code).toBe(2);
});
