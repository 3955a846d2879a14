import { expect, test } from "vitest";
import type { Rehearsed, Told } from "../engine/rehearsal.ts";
import { storyText } from "./story-text.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 9);
const asked = {
  config: { agents: [{ name: "one" }] },
  seed: 7,
  start: START,
  lastsMs: 480 * MINUTE,
  faults: "some",
} as never;

const rehearsed = (story: readonly Told[]): Rehearsed => ({
  story,
  tally: { starts: 3, restarts: 2, holds: 1, nudges: 4, kills: 1 },
  idleMs: 30 * MINUTE,
  upMs: 240 * MINUTE,
  falseKills: ["one is stopped (stall) while it is working"],
  parked: [{ name: "one", why: "auth" }],
  loops: [{ name: "loop", phase: "2", complete: false }],
  decisions: 9,
});

test("a story is told with its hours, and summed up", () => {
  const story = [{ at: START + MINUTE, who: "one", what: "is held until 10:00: \u001b[31mlimit" }];
  expect(storyText(asked, rehearsed(story))).toMatchInlineSnapshot(`
    "1 agent for 8h from 2026-01-05T09:00Z, seed 7, faults: some. A false world: nothing real was started.

    Mon 01-05 09:01:00  one       is held until 10:00: limit

    starts 3 · restarts 2 · holds 1 · nudges 4 · stopped to start again 1
    idle 30m of 4h that agents were up (13%)
    killed while working, waiting or asking: 1
      one is stopped (stall) while it is working
    parked: one (auth)
    loop: in phase 2
    "
  `);
});

test("what repeats itself with other numbers is counted once there is too much of it", () => {
  const story = Array.from({ length: 400 }, (_, at) => ({
    at: START + at * MINUTE,
    who: at % 2 === 0 ? "one" : "two",
    what: `is held until 10:${at}`,
  }));
  const lines = storyText(asked, rehearsed(story)).split("\n");
  expect(lines.filter((line) => line.includes("  one       is held until 10:"))).toHaveLength(20);
  expect(lines).toContain("  one       is held until … (180 more times)");
});

test("a story of any length and kind stays within some two hundred lines", () => {
  const story = Array.from({ length: 5000 }, (_, at) => ({
    at: START + at * MINUTE,
    who: `agent-${at.toString(36).replaceAll(/\d/g, "x")}`,
    what: `does ${"abcdefghij".slice(at % 10)}`,
  }));
  const lines = storyText(asked, rehearsed(story)).split("\n");
  expect(lines.length).toBeLessThanOrEqual(220);
});
