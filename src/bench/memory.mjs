// The watchdog's memory and open files before and after as many ticks as an hour has with the default interval,
// while every agent prints all the time. The ticks are real; only the pauses between them are short.

import { setTimeout as sleep } from "node:timers/promises";
import { row } from "./figures.mjs";
import { stillFleet } from "./fleets.mjs";
import { descriptors, residentMb } from "./proc.mjs";
import { chorus, down, statusOf, up } from "./program.mjs";
import { lookCounter } from "./tick.mjs";

const DEFAULT_INTERVAL_S = 30;
const HOUR_TICKS = 3600 / DEFAULT_INTERVAL_S;
/** A heap grows to the size that it works with over some hundred looks: until then, growth says nothing. */
const GROWN_TICKS = 360;
const LIMIT_MS = 5 * 60_000;
const SAMPLE_MS = 250;
const SAMPLES = 12;
/** What garbage collection leaves undecided. */
const FLAT_MB = 5;

export const memoryRows = ({ withGround, count, intervalS, warmTicks }) =>
  withGround(stillFleet(count, { interval: intervalS }), async (ground) => {
    await up(ground);
    const { watchdog, tmux } = await statusOf(ground);
    const singing = await chorus(ground, ["-L", tmux.socket], intervalS);
    await looked(ground, warmTicks);
    const before = await least(watchdog.pid);
    await looked(ground, HOUR_TICKS);
    const after = await least(watchdog.pid);
    singing.kill();
    await down(ground);
    const flat = warmTicks < GROWN_TICKS ? null : { atMost: FLAT_MB };
    const grown = (part) => (before[part] === null ? null : after[part] - before[part]);
    return [
      row({ what: "memory before", unit: "MB", ours: before.mb }),
      row({
        what: `memory after ${HOUR_TICKS} ticks`,
        unit: "MB",
        ours: after.mb,
        wanted: { atMost: 80 },
      }),
      row({ what: "  grown by", unit: "MB", ours: grown("mb"), wanted: flat }),
      row({ what: "open files before", ours: before.files }),
      row({ what: "  grown by", ours: grown("files"), wanted: { atMost: 0 } }),
    ];
  });

/** Returns when the watchdog has looked so often. */
const looked = async (ground, times) => {
  const looks = lookCounter(ground);
  const end = performance.now() + LIMIT_MS;
  while (looks.seen() < times && performance.now() < end) await sleep(SAMPLE_MS);
  const seen = looks.stop();
  if (seen < times) throw new Error(`the watchdog looked only ${seen} times`);
};

/** The least of some seconds: what comes on top is garbage that was not collected yet. */
const least = async (pid) => {
  const samples = [];
  for (let at = 0; at < SAMPLES; at += 1) {
    samples.push([residentMb(pid), descriptors(pid)]);
    await sleep(SAMPLE_MS);
  }
  const of = (part) => {
    const values = samples.map((sample) => sample[part]);
    return values.includes(null) ? null : Math.min(...values);
  };
  return { mb: of(0), files: of(1) };
};
