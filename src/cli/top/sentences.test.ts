// What a screen reader hears: the fleet once, then only what became different.

import { expect, test } from "vitest";
import type { Standing } from "../standing.ts";
import { changes, opening } from "./sentences.ts";
import { agent, NOON, STANDING } from "./scene.ts";

test("how it stands, and who needs a person", () => {
  expect(opening(STANDING, NOON)).toEqual([
    "13 agents: 1 asking, 1 parked, 1 backoff, 1 held, 1 launching, 2 busy, 1 up, 2 idle, 1 paused, 1 waiting, 1 down.",
    "The watchdog is running.",
    "The loop main is in phase p2, 2 of 3.",
    "The account demo is held by a usage limit until 2026-03-07T12:04:10.000Z; 1 agent waits.",
    "migration is asking: asks: Do you want to run `dropdb staging`? 1. Yes 2. No. It waits for your answer.",
    "nightly is parked: failed auth: Please log in again; exit 1. It waits for your restart.",
  ]);
});

test("nothing different is silence", () => {
  expect(changes(STANDING, { ...STANDING, at: "later" }, NOON)).toEqual([]);
});

test("each thing that changed is one sentence", () => {
  const after: Standing = {
    ...STANDING,
    watchdog: { ...STANDING.watchdog, state: "stale" },
    loops: STANDING.loops.map((one) => ({ ...one, complete: true })),
    agents: STANDING.agents
      .filter(({ name }) => name !== "off")
      .map((one) => (one.name === "builder" ? { ...one, verdict: "idle" } : one)),
    holds: [],
  };
  expect(changes(STANDING, after, NOON)).toEqual([
    "The watchdog is stale.",
    "The loop main is complete.",
    "The account demo is free again.",
    "off is gone from the fleet.",
    "builder is idle.",
    "The watchdog is stuck: it has not looked for more than three ticks.",
  ]);
});

test("many changes are told as numbers, but who needs a person is named", () => {
  const many = (verdict: string): Standing => ({
    ...STANDING,
    agents: Array.from({ length: 40 }, (_, at) =>
      agent(
        `a${at}`,
        at === 7 && verdict === "idle" ? { verdict: "asking", because: "asks: go?" } : { verdict },
      ),
    ),
  });
  expect(changes(many("busy"), many("idle"), NOON)).toEqual([
    "a7 is asking: asks: go?. It waits for your answer.",
    "39 agents changed: 39 idle.",
  ]);
});

test("another question of the same agent is told", () => {
  const asks = (because: string): Standing => ({
    ...STANDING,
    agents: [agent("a", { verdict: "asking", because })],
  });
  expect(changes(asks("asks: one?"), asks("asks: two?"), NOON)).toEqual([
    "a is asking: asks: two?. It waits for your answer.",
  ]);
});
