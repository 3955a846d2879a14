// A night in the false world: the real engine, the real decisions and the real store, over a machine, a disk
// and a clock that only exist here. Whose fleet it is and who plays it, the plot says; the same seed gives the
// same night.

import type { Agent, Config } from "../config/config.ts";
import type { Setting } from "../core/case.ts";
import type { Instant, Memory } from "../core/types.ts";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { makeOrders, ordersDir } from "../engine/orders.ts";
import type { Signals } from "../engine/ports.ts";
import type { Account, Play } from "./actor.ts";
import { chance as openChance, HOUR, MINUTE, SECOND, type Chance } from "./chance.ts";
import { openAccounts } from "./checks-route.ts";
import { openChecks, type Checks, type Decided } from "./checks.ts";
import { openEar, type Ear } from "./ear.ts";
import { oneEngine, Over } from "./engine.ts";
import { isWild, openFaults, plainBlows, schedule, type Faults, type Trouble } from "./faults.ts";
import { openClockwork, type Clockwork } from "./clockwork.ts";
import { openJobChecks, type JobChecks } from "./job-luck.ts";
import { blowsOf } from "./people.ts";
import { openRepo, type Repo } from "./repo.ts";
import { falseSources } from "./sources.ts";
import { openSpending, type Spending } from "./spending.ts";
import { alsoAt, luckyTaskActor } from "./task-luck.ts";
import { openYard, type Yard } from "./workshop.ts";
import { openToldChecks, type ToldChecks } from "./told.ts";
import { Killed, openTime, type Bell, type Time } from "./time.ts";
import { openMachine, type Actor, type Machine } from "./world.ts";

export type Fleet = {
  readonly config: Config;
  /** What lies on the disk before anything runs, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Who plays this agent; null: a service. */
  readonly cast: (agent: Agent | null, part: Play) => Actor;
};

export type Plot = {
  readonly seed: number;
  readonly start: Instant;
  readonly without: ReadonlySet<Trouble>;
  readonly fleet: (chance: Chance) => Fleet;
  /** Whether programs say themselves what they do, where their backends have sources. */
  readonly speaks: boolean;
};

export type World = {
  readonly time: Time;
  readonly chance: Chance;
  readonly machine: Machine;
  readonly faults: Faults;
  readonly checks: Checks;
  readonly ear: Ear;
  readonly told: ToldChecks;
  readonly bell: Bell;
  /** By the name of the loop. */
  readonly repos: ReadonlyMap<string, Repo>;
  readonly fake: ReturnType<typeof fakeDisk>;
  readonly setting: () => Setting;
  readonly yard: Yard;
  /** What programs say of themselves. */
  readonly sources: Signals["seen"];
  readonly spending: Spending;
  readonly clockwork: Clockwork;
  readonly jobs: JobChecks;
  epoch: number;
  /** False from the loss of Memory until one is saved again: the server may die, and the disk be full, meanwhile. */
  remembers: boolean;
  over: boolean;
  memory: Memory | null;
};

/** Hears what the engine did, as it does it. */
export type Tell = (one: Decided, time: Time) => void;

/** Lets engines live and die until the night is over; answers how many there were. */
export async function playNight(world: World, tell: Tell | undefined): Promise<number> {
  const { time, faults, checks, chance } = world;
  let engines = 0;
  while (!world.over) {
    engines += 1;
    try {
      await oneEngine(world, tell);
    } catch (error) {
      if (error instanceof Over) break;
      if (!(error instanceof Killed)) throw error;
      world.epoch += 1;
      for (const repo of world.repos.values()) repo.excused(null);
      const forgets = isWild(faults, "disk") && chance.hit(0.03);
      if (forgets) {
        put(world.fake, `${world.setting().config.stateDir}/memory.jsonl`, "nothing but noise\n");
        checks.forgotten();
        world.jobs.forgotten();
        world.remembers = false;
      }
      time.pass(chance.between(SECOND, chance.hit(0.1) ? 20 * MINUTE : 30 * SECOND));
      checks.paused();
    }
  }
  return engines;
}

export function openWorld({ seed, start, without, fleet, speaks }: Plot): World {
  const chance = openChance(seed);
  const time = openTime(start);
  const faults = openFaults(without);
  const bell: Bell = { rung: false };
  const { config, files, cast } = fleet(chance);
  const fake = fakeDisk(() => time.now());
  const accounts = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const key = config.agents.find((one) => one.name === name)?.account ?? name;
    const known = accounts.get(key) ?? { until: null };
    accounts.set(key, known);
    return known;
  };
  const repos = new Map(
    config.loops.map((loop) => {
      const calm = (): boolean => !isWild(faults, "git");
      const write = (path: string, text: string): void => put(fake, path, text);
      const shared = { loop, agents: config.agents, chance, time, calm, write };
      return [loop.name, openRepo(shared)] as const;
    }),
  );
  const spending = openSpending(seed, time);
  const metBy = openAccounts(time, chance);
  const yard = openYard(time, (what) => checks.wrong(what));
  const clockwork = openClockwork(time);
  const machine: Machine = openMachine({
    time,
    chance,
    ring: () => void (bell.rung ||= chance.hit(0.9)),
    wrong: (what) => checks.wrong(what),
    nameOf: ({ target }) => {
      const agent = config.agents.find(({ name }) => name === target);
      return config.backends[agent?.backend ?? ""]?.processName ?? "node";
    },
    faults: {
      deafness: () => isWild(faults, "processes") && chance.hit(0.1),
      stuckness: () =>
        isWild(faults, "processes") && chance.hit(0.005) ? chance.between(0, 8 * HOUR) : 0,
    },
    cast: (spec, stage) => {
      if (spec.env["AGENTS_TASK"] !== undefined) {
        for (const what of alsoAt(machine, spec)) checks.wrong(what);
        const meets = (wild: boolean) => metBy(spec.argv, wild);
        return luckyTaskActor({ time, chance, faults, stage, yard, env: spec.env, fake, meets });
      }
      const agent = config.agents.find((one) => one.name === spec.target) ?? null;
      const part = {
        time,
        chance,
        stage,
        account: accountOf(spec.target),
        wild: () => isWild(faults, "agents"),
        prompted: config.backends[agent?.backend ?? ""]?.delivery !== "ping",
        task: agent?.kind === "task",
        shows: () => true,
        turned: () => {
          for (const repo of repos.values()) if (agent !== null) repo.turned(agent);
          if (config.budget !== null) spending.turned(spec.target);
        },
      };
      return cast(agent, part);
    },
  });
  const done = ordersDir(config.stateDir, "done");
  const checks = openChecks({
    machine,
    time,
    repos,
    isAnswered: (id) => fake.files.has(`${done}/${id}.json`),
  });
  for (const [path, text] of Object.entries(files)) put(fake, path, text);
  const setting = { config, kickoffDir: config.stateDir, aliases: {}, agents: "agents" };
  const wrong = (what: string): void => checks.wrong(what);
  const ear = openEar({
    seed,
    time,
    wild: () => isWild(faults, "looks"),
    sound: () => fake.broken === null && fake.room === Number.POSITIVE_INFINITY,
    wrong,
    sinks: () => config.notify,
  });
  const world: World = {
    time,
    chance,
    machine,
    faults,
    checks,
    ear,
    told: openToldChecks(ear, wrong),
    bell,
    repos,
    fake,
    setting: () => setting,
    yard,
    sources: speaks
      ? falseSources({ seed, time, machine, wild: () => isWild(faults, "looks") })
      : () => null,
    spending,
    clockwork,
    jobs: openJobChecks(clockwork, wrong),
    epoch: 0,
    remembers: true,
    over: false,
    memory: null,
  };
  makeOrders({ disk: fake.disk, stateDir: config.stateDir });
  const blows = [...plainBlows(time, chance, faults), ...blowsOf(world, accounts)];
  schedule({ time, chance, faults, blows });
  return world;
}
