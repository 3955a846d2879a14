// Which screens are read at which look.

import { expect, test } from "vitest";
import { FRESH, freshAgent } from "../core/fresh.ts";
import { newSay } from "../core/say.ts";
import type { AgentMemory } from "../core/types.ts";
import { fakePorts } from "./fake-ports.ts";
import type { Row } from "./ports.ts";
import { openScreens } from "./screens.ts";

const still: Row = {
  session: "t-a",
  pane: "%1",
  pid: 7,
  mark: { run: "r", hash: "h", target: "a" },
  dead: null,
  command: "node",
  title: "",
  inMode: false,
  attached: false,
  outputAt: 0,
  key: "",
  piped: true,
};
/** It wrote something in this second. */
const wrote = (second: number): Row => ({ ...still, outputAt: second * 1000, key: `${second}` });
const atWork: AgentMemory = {
  ...freshAgent("t-a"),
  life: { is: "up", since: 0, quiet: null },
  verdict: { is: "busy" },
};

type Look = readonly [at: number, row: Row, asked?: boolean];

/** At which of these looks the screen was read. */
async function readAt(looks: readonly Look[], agent: AgentMemory = atWork, tickMs = 1_000) {
  const times: number[] = [];
  let now = 0;
  const { terminal } = fakePorts({
    capture: () => {
      times.push(now);
      return Promise.resolve({ ok: true, value: { "%1": `at ${now}` } });
    },
  });
  const screens = openScreens(terminal);
  for (const [at, row, asked = false] of looks) {
    now = at;
    await screens.read([row], { at, memory: { ...FRESH, agents: { a: agent } }, asked, tickMs });
  }
  return times;
}

const everySecond = (row: (second: number) => Row): readonly Look[] =>
  [10, 11, 12, 13, 14, 15, 16].map((second) => [second * 1000 + 500, row(second)]);

test("an agent that keeps drawing is read every five seconds", async () => {
  expect(await readAt(everySecond(wrote))).toEqual([10_500, 15_500]);
});

test("when it stands still for two seconds it is read, and then no more", async () => {
  const stops = everySecond((second) => wrote(Math.min(second, 11)));
  expect(await readAt(stops)).toEqual([10_500, 13_500]);
});

test.each<[string, Partial<AgentMemory>]>([
  ["asks something", { verdict: { is: "asking", what: "w", text: "t" } }],
  ["is starting", { life: { is: "launching", since: 0, until: 9, stage: "ready" } }],
  ["is spoken to", { says: [newSay({ kind: "claim", text: "t", at: 0, order: null })] }],
  ["is suspected", { suspect: { why: "w", since: 0 } }],
  ["shall restart", { pending: { since: 0, because: "b" } }],
])("one that %s is read at every look", async (_, more) => {
  expect(await readAt(everySecond(wrote), { ...atWork, ...more })).toHaveLength(7);
});

test("one that a person watches or who just died is read at every look", async () => {
  const watched = everySecond((second) => ({ ...wrote(second), attached: true }));
  const dead = everySecond((second) => ({ ...wrote(second), dead: { code: 1, signal: null } }));
  expect([await readAt(watched), await readAt(dead)].map(({ length }) => length)).toEqual([7, 7]);
});

test("where looks are rare each of them reads what moved", async () => {
  expect(await readAt(everySecond(wrote), atWork, 30_000)).toHaveLength(7);
});

test("an order reads everything that moved, and a clock set back makes no reading young", async () => {
  const ordered: readonly Look[] = [
    [10_500, wrote(10)],
    [11_500, wrote(11), true],
    [3_000, wrote(2)],
  ];
  expect(await readAt(ordered)).toEqual([10_500, 11_500, 3_000]);
});
