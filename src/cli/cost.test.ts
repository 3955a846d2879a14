// `agents cost` over what an engine kept: sums by what is asked for, and nobody who tells nothing is counted as nothing.

import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { fleetConfig } from "../sim/fleet.ts";
import { cost } from "./cost.ts";
import type { Options, Outside } from "./outside.ts";

const NOON = Date.UTC(2026, 10, 20, 12);
const config: Config = fleetConfig(`
[defaults]
session_prefix = "f-"
log_dir = "."
[[agent]]
name = "builder"
backend = "teller"
[[agent]]
name = "quiet"
backend = "mute"
[[agent]]
name = "fresh"
backend = "teller"
[backend.mute]
bin = "m"
[backend.teller]
bin = "t"
[[backend.teller.signals]]
reader = "jsonl_tail"
path = "/l.jsonl"
usage = [{ when = {}, input = "in" }]
[price.big]
input = 10
output = 50
`);

const row = (day: string, agent: string, more: object = {}) => ({
  day,
  agent,
  task: null,
  account: "teller",
  model: "big",
  turns: 1,
  input: 100_000,
  cached: 0,
  written: 0,
  output: 2_000,
  cost: null,
  ...more,
});
const ROWS = [
  row("2026-11-12", "builder"),
  row("2026-11-19", "builder"),
  row("2026-11-20", "builder", { model: "odd" }),
  row("2026-11-20", "t1-plan-1", { task: "t1", cost: 0.25 }),
  row("2026-11-20", "t1-code-2", { task: "t1", cost: 0.75 }),
];

async function told(options: Options, rows: readonly object[] = ROWS): Promise<string> {
  const disk = fakeDisk(() => NOON);
  put(disk, `${config.stateDir}/usage.json`, JSON.stringify({ v: 1, rows, agents: {} }));
  let text = "";
  // Only what this verb asks of the outside.
  const outside = {
    disk: disk.disk,
    env: {},
    cwd: "/fleet",
    home: "/h",
    now: () => NOON,
    zone: () => "UTC",
    exists: () => true,
    stdout: { write: (more: string) => void (text += more), isTTY: false, columns: null },
    load: () => Promise.resolve({ is: "config", config, warnings: [] }),
  } as unknown as Outside;
  expect(
    await cost({ outside, args: [], options: { config: "/fleet/agents.toml", ...options } }),
  ).toBe(0);
  return text;
}

test("by agent: the dearest first, what has no price is marked, who tells nothing is named", async () => {
  expect(await told({})).toBe(`\
AGENT      TURNS  TOKENS IN  CACHED     OUT     COST
builder        3    300,000       0   6,000   >$2.20
t1-code-2      1    100,000       0   2,000  $0.7500
t1-plan-1      1    100,000       0   2,000  $0.2500
in all         5    500,000       0  10,000   >$3.20

unmetered, for their programs tell nothing: quiet

nobody says what odd costs; for example: [price."odd"] input = 3.0, output = 15.0
`);
});

test("by task only tasks are summed, by day the days follow each other, by model each has its own", async () => {
  const names = async (by: string) => {
    const { rows, total } = JSON.parse(await told({ by, json: true }));
    return [rows.map(({ name, usd }: { name: string; usd: number }) => [name, usd]), total.turns];
  };
  expect(await names("task")).toEqual([[["t1", 1]], 2]);
  expect(await names("day")).toEqual([
    [
      ["2026-11-12", 1.1],
      ["2026-11-19", 1.1],
      ["2026-11-20", 1],
    ],
    5,
  ]);
  expect(await names("model")).toEqual([
    [
      ["big", 3.2],
      ["odd", null],
    ],
    5,
  ]);
});

test("since counts from a day on, whichever way it is said", async () => {
  const first = async (since: string) => JSON.parse(await told({ since, json: true }));
  expect(await first("1d")).toMatchObject({ since: "2026-11-19", total: { turns: 4 } });
  expect(await first("2026-11-20")).toMatchObject({ since: "2026-11-20", total: { turns: 3 } });
  await expect(first("soon")).rejects.toThrow("no length of time");
  await expect(told({ by: "week" })).rejects.toThrow("agent, task, model or day");
});

test("where nothing was told it says so", async () => {
  expect(await told({ since: "7d" }, [])).toBe(
    "nothing was used since 2026-11-13, as far as anybody tells\n\nunmetered, for their programs tell nothing: quiet\n",
  );
});
