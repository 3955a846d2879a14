// Jobs in the world of the crash points: a command every minute and a task every other one, and at one of the numbered
// steps the engine dies. Every time begins once, and is told.

import type { JobMemory } from "../core/job.ts";
import { fakeDisk } from "../engine/fake-disk.ts";
import { leave, makeOrders } from "../engine/orders.ts";
import { orderId } from "../engine/order-text.ts";
import { makeTasks } from "../engine/tasks.ts";
import { closedWorkshop } from "../engine/closed-workshop.ts";
import { MINUTE, SECOND } from "./chance.ts";
import { openClockwork } from "./clockwork.ts";
import { oneEngine, NO_LUCK, type Crash, type World } from "./crash-engine.ts";
import { BACKENDS, fleetConfig, HOME } from "./fleet.ts";
import { Killed, openTime, type Bell } from "./time.ts";
import { openMachine } from "./world.ts";

export type JobStory = {
  /** How many commands really began, and how many tasks were added. */
  readonly began: number;
  readonly tasks: number;
  readonly last: Readonly<
    Record<string, Pick<NonNullable<JobMemory["last"]>, "came" | "due"> | null>
  >;
  readonly wrong: readonly string[];
};

export type ToldJobs = { readonly story: JobStory; readonly steps: readonly string[] };

const START = Date.UTC(2026, 2, 7, 18, 0, 30);
/** After the last command has ended, and a look has seen it. */
const END = 6 * MINUTE + 20 * SECOND;
const AGAIN = SECOND;

const CONFIG = fleetConfig(`[defaults]
session_prefix = "c-"
log_dir = ".agents"
project_dir = "${HOME}"
backend = "plain"
[watchdog]
signal_interval = 30
[tasks]
quiet = { from = "00:00", to = "23:59", zone = "UTC" }
[[job]]
name = "often"
cron = "* * * * *"
command = "make it"
[[job]]
name = "feed"
cron = "*/2 * * * *"
task = { title = "One more" }
${BACKENDS}
`);

export async function tellJobs(crash: Crash | null): Promise<ToldJobs> {
  const world = openWorld(crash);
  while (!world.over) {
    try {
      await oneEngine(world);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      world.time.pass(AGAIN);
    }
  }
  return { story: storyOf(world), steps: world.steps };
}

function openWorld(crash: Crash | null): World {
  const time = openTime(START);
  const bell: Bell = { rung: false };
  const wrong: string[] = [];
  const fake = fakeDisk(() => time.now());
  const machine = openMachine({
    time,
    chance: NO_LUCK,
    ring: () => void (bell.rung = true),
    wrong: (what) => void wrong.push(what),
    faults: { deafness: () => false, stuckness: () => 0 },
    cast: () => {
      throw new Error("nobody plays here");
    },
  });
  makeOrders({ disk: fake.disk, stateDir: CONFIG.stateDir });
  makeTasks({ disk: fake.disk, stateDir: CONFIG.stateDir });
  const at = time.now();
  const id = orderId(at, "12345678");
  const order = { v: 1, id, at, by: "a person", verb: "up", names: [], args: {} } as const;
  leave({ disk: fake.disk, stateDir: CONFIG.stateDir }, { ...order, expires: at + MINUTE });
  time.plan(END, () => {
    world.over = true;
    bell.rung = true;
  });
  const clockwork = openClockwork(time);
  const none = { starts: {}, heard: {}, told: {}, steps: [], over: false, memory: null };
  const workshop = () => closedWorkshop;
  const world: World = {
    time,
    bell,
    machine,
    fake,
    config: CONFIG,
    clockwork,
    workshop,
    crash,
    wrong,
    ...none,
  };
  return world;
}

function storyOf({ memory, clockwork, fake, wrong }: World): JobStory {
  const jobs = Object.entries(memory?.jobs ?? {}).map(([name, { last }]) => [
    name,
    last === null ? null : { came: last.came, due: last.due },
  ]);
  const tasks = [...fake.files.keys()].filter((path) => /\/tasks\/[^/]+\/task\.json$/.test(path));
  return {
    began: clockwork.begun.size,
    tasks: tasks.length,
    last: Object.fromEntries(jobs),
    wrong,
  };
}
