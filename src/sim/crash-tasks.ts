// A queue of tasks in the world of the crash points: two tasks, one behind the other, are planned, made, reviewed
// and landed by agents without luck, of which one meets a limit, and at one of the numbered steps the engine dies.

import type { TaskMemory } from "../core/types.ts";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import { leave, makeOrders } from "../engine/orders.ts";
import { orderId } from "../engine/order-text.ts";
import { taskText } from "../engine/task-file.ts";
import { makeTasks } from "../engine/tasks.ts";
import { SECOND } from "./chance.ts";
import { programIn, PROGRAMS, type Met } from "./checks-route.ts";
import { openClockwork } from "./clockwork.ts";
import { oneEngine, NO_LUCK, type Crash, type Life, type World } from "./crash-engine.ts";
import { BACKENDS, fleetConfig, HOME } from "./fleet.ts";
import { taskActor } from "./task-actor.ts";
import { Killed, openTime, type Bell } from "./time.ts";
import { openYard, type Yard } from "./workshop.ts";
import { openMachine } from "./world.ts";

/** What the story came to: nothing of it may hang on where somebody died. */
export type TaskStory = {
  readonly tasks: Readonly<
    Record<string, Pick<TaskMemory, "state" | "attempt" | "rounds" | "visits" | "landed">>
  >;
  readonly target: readonly string[];
  readonly starts: Readonly<Record<string, number>>;
  readonly lost: readonly string[];
  readonly left: readonly string[];
  readonly wrong: readonly string[];
};

export type ToldTasks = { readonly story: TaskStory; readonly steps: readonly string[] };

const START = Date.UTC(2026, 2, 7, 18);
const END = 240 * SECOND;
const AGAIN = SECOND;

const CONFIG = fleetConfig(`[defaults]
session_prefix = "c-"
log_dir = ".agents"
project_dir = "${HOME}"
backend = "plain"
[watchdog]
signal_interval = 30
[tasks]
merge = "queue"
check = "make test"
stagger = 0
[route]
classifier = "classify"
fallback = [{ backend = "spare" }]
[[route.rule]]
label = "hard"
steps = ["implement"]
to = [{ backend = "swift" }]
[[route.rule]]
complexity = "simple"
to = [{ model = "m" }]
${PROGRAMS}${BACKENDS}
`);

export async function tellTasks(crash: Crash | null): Promise<ToldTasks> {
  const { world, yard } = openWorld(crash);
  while (!world.over) {
    try {
      await oneEngine(world);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      world.time.pass(AGAIN);
    }
  }
  return { story: storyOf(world, yard), steps: world.steps };
}

function openWorld(crash: Crash | null): { readonly world: World; readonly yard: Yard } {
  const time = openTime(START);
  const bell: Bell = { rung: false };
  const wrong: string[] = [];
  const starts: Record<string, number> = {};
  const fake = fakeDisk(() => time.now());
  const yard = openYard(time, (what) => void wrong.push(what));
  const machine = openMachine({
    time,
    chance: NO_LUCK,
    ring: () => void (bell.rung = true),
    wrong: (what) => void wrong.push(what),
    faults: { deafness: () => false, stuckness: () => 0 },
    cast: ({ target, env, argv }, stage) => {
      starts[target] = (starts[target] ?? 0) + 1;
      const write = (path: string, text: string): void => put(fake, path, text);
      const limited = programIn(argv) === "swift";
      const meets = (): Met =>
        limited ? { is: "limit", screen: "usage limit reached · resets in 3 hours" } : null;
      return taskActor({ time, stage, yard, env, write, meets });
    },
  });
  makeOrders({ disk: fake.disk, stateDir: CONFIG.stateDir });
  makeTasks({ disk: fake.disk, stateDir: CONFIG.stateDir });
  const workshop = ({ step, goesOn }: Life) =>
    yard.open({
      step: (what, run) => step(what, run),
      goesOn,
      latency: () => 200,
      refuses: () => null,
      check: () => "passed",
      conflicts: () => false,
      hardness: () => "simple",
    });
  const none = { starts, heard: {}, told: {}, wrong, steps: [], crash, over: false, memory: null };
  const world: World = {
    time,
    bell,
    machine,
    fake,
    config: CONFIG,
    workshop,
    clockwork: openClockwork(time),
    ...none,
  };
  plot(world);
  return { world, yard };
}

function plot(world: World): void {
  const { time, bell, fake } = world;
  const at = time.now();
  const id = orderId(at, "12345678");
  const order = {
    v: 1,
    id,
    at,
    by: "a person",
    verb: "up",
    names: [],
    args: {},
    expires: at + 200 * SECOND,
  } as const;
  leave({ disk: fake.disk, stateDir: CONFIG.stateDir }, order);
  const drop = (task: string, after: readonly string[]): void => {
    const labels = task === "t1" ? ["hard"] : [];
    const more = { pipeline: "", labels, files: [], model: null, body: "", by: "a person" };
    const text = taskText({ id: task, title: `Do ${task}`, after, at, ...more });
    put(fake, `${CONFIG.stateDir}/tasks/new/${task}.json`, text);
    bell.rung = true;
  };
  time.plan(2 * SECOND, () => drop("t2", ["t1"]));
  time.plan(4 * SECOND, () => drop("t1", []));
  time.plan(END, () => {
    world.over = true;
    bell.rung = true;
  });
}

function storyOf({ memory, starts, wrong, machine, fake }: World, yard: Yard): TaskStory {
  const tasks = Object.entries(memory?.tasks ?? {}).map(
    ([id, { state, attempt, rounds, visits, landed }]) => [
      id,
      { state, attempt, rounds, visits, landed },
    ],
  );
  return {
    tasks: Object.fromEntries(tasks),
    target: yard.target,
    starts,
    lost: yard.lost(),
    left: [
      ...[...machine.procs.values()].map(({ target, name }) => `${name} of ${target}`),
      ...yard.trees(),
      ...[...fake.files.keys()].filter((path) => /\/tasks\/(?:new|refused)\//.test(path)),
    ],
    wrong,
  };
}
