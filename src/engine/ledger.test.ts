// What agents told of what they used, added up and kept: once each, through crashes, within bounds.

import { expect, test } from "vitest";
import type { Instant } from "../core/types.ts";
import { FRESH } from "../core/fresh.ts";
import { NO_FIGURES, type Figures, type UsageTold } from "../core/usage.ts";
import { fleetConfig } from "../sim/fleet.ts";
import { fakeDisk, put, textOf } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";
import { openLedger } from "./ledger.ts";
import type { LogStand, UsageNews } from "./ports.ts";

const MINUTE = 60_000;
const NOON: Instant = Date.UTC(2026, 10, 20, 12);
const config = fleetConfig(`
[defaults]
session_prefix = "f-"
log_dir = ".agents"
[[agent]]
name = "a"
backend = "b"
account = "work"
[backend.b]
bin = "b"
`);
const path = "/s/usage.json";

function world(disk = fakeDisk(() => 0)) {
  const time = { at: NOON };
  const waiting: UsageNews[] = [];
  let stands: Readonly<Record<string, LogStand>> = {};
  const ports = fakePorts({});
  const ledger = openLedger(
    disk.disk,
    {
      ...ports,
      clock: { ...ports.clock, now: () => time.at },
      signals: {
        ...ports.signals,
        used: () => waiting.splice(0),
        known: (from) => void (stands = from),
      },
    },
    "/s",
  );
  const look = (afterMs: number): void => {
    time.at += afterMs;
    ledger.look(config, FRESH, time.at);
  };
  const tell = (...told: readonly Partial<UsageTold>[]): void => {
    const whole = told.map((one) => ({ ...TOLD, at: time.at, ...one }));
    waiting.push({ agent: "a", run: "r", stand: { path: "/l", ino: 1, offset: 7 }, told: whole });
  };
  return { disk, ledger, look, tell, time, stands: () => stands };
}

const TOLD: UsageTold = { at: 0, id: "", model: "big", figures: null, window: null, turn: null };
const use = (input: number, output: number, cost: number | null = null): Figures => ({
  ...NO_FIGURES,
  input,
  output,
  cost,
});

test("failure 22: a message counts once however often it is told, and grows as it is told", () => {
  const { ledger, look, tell } = world();
  tell({ turn: "t1" }, { id: "m1", figures: use(100, 1) }, { id: "m1", figures: use(100, 9) });
  tell({ turn: "t1" }, { id: "m1", figures: use(100, 9) }, { id: "m2", figures: use(120, 5) });
  look(0);
  expect(ledger.kept().rows).toEqual([
    {
      ...use(220, 14),
      day: "2026-11-20",
      agent: "a",
      task: null,
      account: "work",
      model: "big",
      turns: 1,
    },
  ]);
  expect(ledger.kept().agents["a"]).toMatchObject({ context: 125, model: "big" });
});

test("days are those of the calendar, and models have rows of their own", () => {
  const { ledger, look, tell } = world();
  tell({ id: "m1", figures: use(1, 1), at: NOON - 13 * 60 * MINUTE });
  tell({ id: "m2", figures: use(2, 1) }, { id: "m3", figures: use(3, 1), model: "small" });
  tell({ id: "m4", figures: use(4, 1), model: null });
  look(0);
  expect(ledger.kept().rows.map(({ day, model, input }) => [day, model, input])).toEqual([
    ["2026-11-19", "big", 1],
    ["2026-11-20", "big", 2],
    ["2026-11-20", "small", 7],
  ]);
});

test("the file is written every ten seconds at most, where nothing was used never, and at the end", () => {
  const { disk, ledger, look, tell } = world();
  look(0);
  look(10 * MINUTE);
  expect(disk.writes).toBe(0);
  for (let second = 0; second < 25; second += 1) {
    tell({ id: `m${second}`, figures: use(1, 1) });
    look(1_000);
  }
  expect(disk.writes).toBe(3);
  ledger.close();
  ledger.close();
  expect(disk.writes).toBe(4);
  expect(JSON.parse(textOf(disk, path) ?? "").rows[0]).toMatchObject({ input: 25, output: 25 });
});

test("the more there is to write, the more seldom it is written", () => {
  const rows = Array.from({ length: 3000 }, (_, at) => ({
    ...use(1, 1),
    day: "2026-11-20",
    agent: `agent-${at}`,
    task: null,
    account: "work",
    model: "big",
    turns: 1,
  }));
  const disk = fakeDisk(() => 0);
  put(disk, path, JSON.stringify({ v: 1, rows, agents: {} }));
  const { look, tell } = world(disk);
  for (let second = 0; second < 120; second += 1) {
    tell({ id: `m${second}`, figures: use(1, 1) });
    look(1_000);
  }
  expect(disk.writes).toBe(2);
});

test("who comes after a crash reads on from the place that belongs to the sums, and counts nothing twice", () => {
  const first = world();
  first.tell({ id: "m1", figures: use(100, 4) });
  first.look(0);
  first.tell({ id: "m1", figures: use(100, 9) }, { id: "m2", figures: use(1, 1) });
  first.look(1_000);
  const second = world(first.disk);
  expect(second.stands()).toEqual({ a: { path: "/l", ino: 1, offset: 7 } });
  expect(second.ledger.kept().rows).toMatchObject([{ input: 100, output: 4 }]);
  second.tell({ id: "m1", figures: use(100, 9) }, { id: "m2", figures: use(1, 1) });
  second.look(0);
  expect(second.ledger.kept().rows).toMatchObject([{ input: 101, output: 10 }]);
});

test("what is shown stands still for ten seconds", () => {
  const { ledger, look, tell } = world();
  tell({ id: "m1", figures: use(1, 1) });
  look(0);
  const shown = ledger.shown();
  tell({ id: "m2", figures: use(1, 1) });
  look(9_000);
  expect(ledger.shown()).toBe(shown);
  look(1_000);
  expect(ledger.shown().rows).toMatchObject([{ input: 2 }]);
});

test("a file that somebody else wrote into is believed as far as it is whole", () => {
  const sound = { ...use(5, 5), day: "2026-11-19", agent: "a", account: "", model: "", turns: 1 };
  const disk = fakeDisk(() => 0);
  put(
    disk,
    path,
    JSON.stringify({ v: 1, rows: [null, { day: 4 }, { ...sound, task: null }], agents: 7 }),
  );
  expect(world(disk).ledger.kept()).toEqual({
    v: 1,
    rows: [{ ...sound, task: null }],
    agents: {},
    prices: [],
  });
  put(disk, path, "{");
  expect(world(disk).ledger.kept()).toEqual({ v: 1, rows: [], agents: {}, prices: [] });
});

test("a disk that refuses costs no figures", () => {
  const { disk, ledger, look, tell } = world();
  disk.broken = "no";
  tell({ id: "m1", figures: use(1, 1) });
  look(0);
  disk.broken = null;
  tell({ id: "m2", figures: use(1, 1) });
  look(MINUTE);
  expect(JSON.parse(textOf(disk, path) ?? "").rows).toEqual(ledger.kept().rows);
  expect(ledger.kept().rows).toMatchObject([{ input: 2 }]);
});

test("of more rows than are kept the oldest lose their agents first, and no token is lost", () => {
  const row = (at: number) => ({
    ...use(1, 1),
    day: `2026-${String(1 + Math.floor(at / 700)).padStart(2, "0")}-01`,
    agent: `t${at}`,
    task: `t${at}`,
    account: "work",
    model: "big",
    turns: 1,
  });
  const rows = Array.from({ length: 6500 }, (_, at) => row(at));
  const disk = fakeDisk(() => 0);
  put(disk, path, JSON.stringify({ v: 1, rows, agents: {} }));
  const { ledger, look, tell } = world(disk);
  tell({ id: "m1", figures: use(1, 1) });
  look(0);
  const kept = ledger.kept().rows;
  expect(kept.length).toBeLessThan(6000);
  expect(kept.reduce((sum, { input }) => sum + input, 0)).toBe(6501);
  expect(kept[0]).toMatchObject({ day: "2026-01-01", agent: "", task: null, turns: 700 });
});
