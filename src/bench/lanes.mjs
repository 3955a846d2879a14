// The lanes of the bench in their order: what each is called, and the groups of rows it makes. Also how much
// patience each has, in full and in a hurry.

import { deathRows, lineRows, pushRows } from "./delays.mjs";
import { memoryRows } from "./memory.mjs";
import { tickRows } from "./tick.mjs";
import { typedRows } from "./typed.mjs";
import { worldRows } from "./world.mjs";

const FULL = {
  tick: { settleS: 30, ticks: 20, peerTicks: 3, statusTimes: 15, peerStatusTimes: 3 },
  death: { count: 200, times: 100 },
  line: { count: 25 },
  push: { times: 20 },
  typed: { count: 50 },
  memory: { count: 200, intervalS: 0.1, warmTicks: 360 },
  world: { seconds: 10 },
};
const QUICK = {
  tick: { settleS: 20, ticks: 10, peerTicks: 1, statusTimes: 7, peerStatusTimes: 1 },
  death: { count: 50, times: 15 },
  line: { count: 6 },
  push: { times: 4 },
  typed: { count: 50 },
  memory: { count: 50, intervalS: 0.1, warmTicks: 60 },
  world: { seconds: 3 },
};

const one = (lane, name, rows) => ({
  lane,
  groups: (_sizes, quick) => {
    const patience = (quick ? QUICK : FULL)[lane];
    return [{ name: name(patience), work: (asked) => rows({ ...asked, ...patience }) }];
  },
});

export const LANES = [
  {
    lane: "tick",
    groups: (sizes, quick) =>
      sizes.map((count) => ({
        name: `${count} agents`,
        work: (asked) => tickRows({ ...asked, count, patience: (quick ? QUICK : FULL).tick }),
      })),
  },
  one("death", ({ count }) => `a death among ${count} agents`, deathRows),
  one("line", ({ count }) => `a line among ${count} agents`, lineRows),
  one("push", () => "a push, two agents", pushRows),
  one("typed", ({ count }) => `${count} typed prompts, programs that take 2 s`, typedRows),
  one("memory", ({ count }) => `an hour's worth of ticks, ${count} agents that print`, memoryRows),
  one("world", () => "the false world", worldRows),
];

export const laneNames = LANES.map(({ lane }) => lane);
