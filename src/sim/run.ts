// Nights for the fleets that seeds give: wild for some hours, then calm for long enough that everything must have
// come right. The same seed gives the same night.

import { plainActor, terminalActor } from "./actor.ts";
import { HOUR, MINUTE, type Chance } from "./chance.ts";
import { ROUTES } from "./checks-route.ts";
import type { Checks } from "./checks.ts";
import type { Trouble } from "./faults.ts";
import { fleetConfig, fleetText, HOME, SINKS, SOURCES } from "./fleet.ts";
import { openWorld, playNight, type Fleet, type Tell } from "./night.ts";
import { order, tidied } from "./people.ts";
import { BUDGET, STOPS } from "./spending.ts";
import { JOBS, TASK_JOB } from "./job-luck.ts";
import { addTasks, TASKS, tasksAtLast } from "./task-luck.ts";

export type Night = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly stats: Checks["stats"] & { agentHours: number; engines: number };
};

const START = Date.UTC(2026, 2, 7, 18);
/** Without faults, before the end: long enough for every backoff, hold and probe. */
const CALM = 4 * HOUR;

export type How = {
  readonly tell?: Tell;
  readonly without?: ReadonlySet<Trouble>;
};

export async function simulate(seed: number, hours: number, how: How = {}): Promise<Night> {
  const { tell, without = new Set() } = how;
  const world = openWorld({
    seed,
    start: START,
    without,
    fleet: seeded(seed),
    speaks: speaks(seed),
  });
  const { time, faults, checks } = world;
  order(world, "up", []);
  if (works(seed)) addTasks(world, hours);
  time.plan(hours * HOUR, () => {
    faults.wild = false;
    faults.lost = false;
    faults.refusing = false;
    faults.doom = null;
    world.fake.room = Number.POSITIVE_INFINITY;
    world.fake.broken = null;
    time.plan(MINUTE, () => tidied(world));
    time.plan(2 * MINUTE, () => order(world, "resume", []));
    time.plan(3 * MINUTE, () => order(world, "up", []));
    time.plan(CALM, () => {
      world.over = true;
      world.bell.rung = true;
    });
  });
  const engines = await playNight(world, tell);
  for (const what of works(seed) ? tasksAtLast(world) : []) checks.wrong(what);
  if (world.memory !== null) {
    checks.atLast(world.memory, world.setting());
    world.told.atLast(world.memory, world.setting().config);
    world.jobs.atLast(world.memory, world.setting().config, time.now());
  }
  const agentHours = (hours + CALM / HOUR) * world.setting().config.agents.length;
  return { seed, violations: checks.violations, stats: { ...checks.stats, agentHours, engines } };
}

/** Every fourth fleet tells somebody and has jobs: none of those whose nights are kept as incidents, which stay what they were. */
const TELLS = { every: 4, from: 1 };
/** And half of those have tasks as well. */
const WORKS = { every: 8, from: 5 };
/** Of these every second has backends to go to. */
const ROUTED = { every: 16, from: 5 };

/** In every eighth they say themselves what they do, well or badly. */
const SPEAKS = { every: 8, from: 7 };
/** In every eighth their budgets hold or stop them, half of the time with tasks besides. */
const SPENDS: ReadonlySet<number> = new Set([3, 13]);
const SPENDS_EVERY = 16;

function speaks(seed: number): boolean {
  return seed % SPEAKS.every === SPEAKS.from;
}

function works(seed: number): boolean {
  return seed % WORKS.every === WORKS.from;
}

function seeded(seed: number): (chance: Chance) => Fleet {
  const spends = SPENDS.has(seed % SPENDS_EVERY);
  const budget = spends ? BUDGET + (seed % (2 * SPENDS_EVERY) < SPENDS_EVERY ? "" : STOPS) : "";
  const sources = speaks(seed) ? SOURCES : "";
  const sinks = seed % TELLS.every === TELLS.from ? SINKS + JOBS : "";
  const routes = seed % ROUTED.every === ROUTED.from ? ROUTES : "";
  const tasks = works(seed) ? TASKS + TASK_JOB + routes : "";
  return (chance) =>
    fleetOf(
      fleetText(chance, tasks === "" ? "" : 'backend = "plain"\n') +
        sinks +
        tasks +
        sources +
        budget,
    );
}

function fleetOf(text: string): Fleet {
  const config = fleetConfig(text);
  const names = ["builder", "adversary", ...config.agents.map(({ name }) => name)];
  const prompts = names.map((name) => [`${HOME}/prompts/${name}.md`, `You are ${name}.`] as const);
  return {
    config,
    files: { ...Object.fromEntries(prompts), [`${HOME}/prompts/wake.md`]: "Look around." },
    cast: (agent, part) =>
      agent === null || agent.backend === "plain" ? plainActor(part) : terminalActor(part),
  };
}
