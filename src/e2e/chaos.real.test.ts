// Chaos in short: a few faults one after another on a small real fleet. `npm run chaos` goes on for as long as it is told.

import { beforeAll, expect, test } from "vitest";
import { FEW } from "./chaos/fleet.ts";
import { chaos } from "./chaos/monkey.ts";
import { table } from "./chaos/table.ts";
import { build } from "./lab.ts";

const KINDS = [
  "agent killed that left a child behind",
  "watchdog and server killed",
  "config written byte by byte",
  "pane flooded with escapes",
  "down and up of one agent",
  "words sent",
];

beforeAll(build);

test("a fleet that is maltreated is right again within two ticks and five seconds, and loses and doubles nothing", async () => {
  const seed = Date.now() % 1_000_000;
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const { signal: stop } = new AbortController();
  const asked = { seed, minutes: 5, members: FEW, kinds: KINDS, keep: false, say, stop };
  const report = await chaos(asked);
  expect(report.violations, `${lines.join("\n")}\n${table(report)}`).toEqual([]);
  expect(report.recoveries.map((one) => one.kind)).toEqual(KINDS);
  expect(report.handoff.waits).toHaveLength(report.handoff.pushed);
}, 120_000);
