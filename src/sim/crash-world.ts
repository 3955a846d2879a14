// A false world without luck: a small fleet lives through one fixed story, and at one of its numbered steps the
// engine dies. Another one begins on the same disk and in the same world, and the end must be the same.

import type { Order } from "../core/types.ts";
import { closedWorkshop } from "../engine/closed-workshop.ts";
import { fakeDisk, put, textOf } from "../engine/fake-disk.ts";
import { leave, makeOrders, ordersDir } from "../engine/orders.ts";
import { orderId } from "../engine/order-text.ts";
import { SECOND } from "./chance.ts";
import { openClockwork } from "./clockwork.ts";
import { oneEngine, NO_LUCK, type Crash, type World } from "./crash-engine.ts";
import { actor, CONFIG, PUSHED } from "./crash-fleet.ts";
import { HOME } from "./fleet.ts";
import { Killed, openTime, type Bell } from "./time.ts";
import { openMachine } from "./world.ts";

/** What the story came to. Two tellings of it may differ in nothing but how often a text was heard. */
export type Story = {
  readonly lives: Readonly<Record<string, string>>;
  readonly loop: { readonly index: number; readonly complete: boolean; readonly ran: boolean };
  readonly files: Readonly<Record<string, string | null>>;
  readonly answers: Readonly<Record<string, string>>;
  /** How often each agent was really started. */
  readonly starts: Readonly<Record<string, number>>;
  /** How often each text was really taken by each agent. */
  readonly heard: Readonly<Record<string, number>>;
  /** What somebody was told, each notice once. */
  readonly told: readonly string[];
  readonly left: readonly string[];
  readonly wrong: readonly string[];
};

export type Told = { readonly story: Story; readonly steps: readonly string[] };

const START = Date.UTC(2026, 2, 7, 18);
const END = 460 * SECOND;
/** What the keeper takes to begin another one. */
const AGAIN = SECOND;

export async function tell(crash: Crash | null): Promise<Told> {
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
  const starts: Record<string, number> = {};
  const heard: Record<string, number> = {};
  const told: Record<string, string> = {};
  const wrong: string[] = [];
  const count = (counts: Record<string, number>, key: string): void =>
    void (counts[key] = (counts[key] ?? 0) + 1);
  const machine = openMachine({
    time,
    chance: NO_LUCK,
    ring: () => void (bell.rung = true),
    wrong: (what) => void wrong.push(what),
    faults: { deafness: () => false, stuckness: () => 0 },
    cast: ({ target }, stage) => {
      count(starts, target);
      return actor(time, stage, (text) => count(heard, `${target}: ${text}`));
    },
  });
  const fake = fakeDisk(() => time.now());
  for (const role of ["builder", "adversary"])
    put(fake, `${HOME}/prompts/${role}.md`, `You are the ${role}.`);
  makeOrders({ disk: fake.disk, stateDir: CONFIG.stateDir });
  const workshop = () => closedWorkshop;
  const clockwork = openClockwork(time);
  const first = {
    config: CONFIG,
    workshop,
    clockwork,
    starts,
    heard,
    told,
    wrong,
    steps: [],
    crash,
    over: false,
    memory: null,
  };
  const world: World = { time, bell, machine, fake, ...first };
  plot(world);
  return world;
}

/** The story: what people say, and what is pushed meanwhile. */
function plot(world: World): void {
  const { time, bell } = world;
  const says = (at: number, verb: Order["verb"], more: Partial<Order> = {}): void =>
    time.plan(at * SECOND, () => order(world, verb, more));
  says(0, "up");
  says(150, "send", { names: ["alone"], args: { text: "how far are you?" } });
  says(190, "down", { names: ["alone"] });
  says(400, "down");
  for (const { at } of PUSHED) time.plan(at * SECOND, () => void (bell.rung = true));
  time.plan(END, () => {
    world.over = true;
    bell.rung = true;
  });
}

function order({ time, fake, bell }: World, verb: Order["verb"], more: Partial<Order>): void {
  const at = time.now();
  const id = orderId(at, "12345678");
  const plain = { v: 1, names: [], args: {}, by: "a person", expires: at + 200 * SECOND } as const;
  leave({ disk: fake.disk, stateDir: CONFIG.stateDir }, { ...plain, id, at, verb, ...more });
  bell.rung = true;
}

function storyOf(world: World): Story {
  const { machine, memory, fake, starts, heard, told, wrong } = world;
  const loop = memory?.loops["loop"];
  const done = ordersDir(CONFIG.stateDir, "done");
  const paths = [...fake.files.keys()].filter((path) => path.startsWith(`${done}/`));
  const kept = [`${CONFIG.logDir}/SEQUENCE-COMPLETE`, `${CONFIG.stateDir}/phase-idx`];
  return {
    lives: Object.fromEntries(
      Object.entries(memory?.agents ?? {}).map(([name, { life }]) => [name, life.is]),
    ),
    loop: {
      index: loop?.index ?? -1,
      complete: loop?.complete === true,
      ran: loop?.completedRun === true,
    },
    files: Object.fromEntries(kept.map((path) => [path, textOf(fake, path)])),
    answers: Object.fromEntries(
      paths.toSorted().map((path) => [path.slice(done.length + 1), stateOf(textOf(fake, path))]),
    ),
    starts,
    heard,
    told: Object.values(told).toSorted(),
    left: [
      ...[...machine.sessions.keys()].map((name) => `session ${name}`),
      ...[...machine.procs.values()].map(({ target, name }) => `${name} of ${target}`),
      ...[...fake.files.keys()].filter((path) => /\/orders\/new\/|\/outbox\/[^/]+$/.test(path)),
    ],
    wrong,
  };
}

function stateOf(text: string | null): string {
  return /"state":"(\w+)"/.exec(text ?? "")?.[1] ?? "unreadable";
}
