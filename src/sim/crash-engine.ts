// The real engine in the world of the crash points. Every effect of it is a numbered step, and at the one that
// the crash names it dies: from then on it does nothing any more, whatever was still under way in it.

import type { Config } from "../config/config.ts";
import type { Memory } from "../core/types.ts";
import type { Disk } from "../engine/disk.ts";
import { textOf, type fakeDisk } from "../engine/fake-disk.ts";
import type { Carrier } from "../engine/outbox.ts";
import type { Files, Ports, Processes, Result, Terminal, Workshop } from "../engine/ports.ts";
import { run as runEngine } from "../engine/run.ts";
import { openStore } from "../engine/store.ts";
import { SECOND, type Chance } from "./chance.ts";
import type { Clockwork } from "./clockwork.ts";
import { seenOf } from "./crash-fleet.ts";
import { falseProcesses, falseTerminal } from "./terminal.ts";
import { Killed, type Bell, type Time } from "./time.ts";
import type { Machine } from "./world.ts";

/** Where the engine dies: before that step, after it, or with half of it on the disk; once, or at every such step. */
export type Crash = {
  readonly at: number;
  readonly how: "before" | "half" | "after";
  readonly again: boolean;
};

/** How long the command of a job takes. */
const JOB_MS = 7 * SECOND;

/** Nothing is left to luck; every program has a child, and nobody hangs up on it. */
export const NO_LUCK: Chance = {
  next: () => 0.5,
  between: (low) => low,
  hit: (probability) => probability === 0.5,
  pick: (list) => list[0],
};

export type World = {
  readonly time: Time;
  readonly bell: Bell;
  readonly machine: Machine;
  readonly fake: ReturnType<typeof fakeDisk>;
  readonly starts: Record<string, number>;
  readonly heard: Record<string, number>;
  /** What the phone took, by the id of the notice: the same id twice is the same notice. */
  readonly told: Record<string, string>;
  readonly wrong: string[];
  readonly steps: string[];
  readonly crash: Crash | null;
  readonly config: Config;
  readonly workshop: (life: Life) => Workshop;
  readonly clockwork: Clockwork;
  over: boolean;
  memory: Memory | null;
};

export type Life = {
  /** Numbered; where it is the one, it is the last. */
  readonly step: <T>(what: string, run: () => T, half?: () => void) => T;
  readonly goesOn: () => void;
  readonly wake: () => void;
};

/** One life of the engine: ended by a crash, which is thrown, or by the end of the story. */
export async function oneEngine(world: World): Promise<void> {
  const { time, bell, machine, fake } = world;
  const life = openLife(world);
  const disk = steppedDisk(fake.disk, life);
  const ports: Ports = {
    terminal: steppedTerminal(world, life),
    processes: steppedProcesses(machine, life),
    files: filesOn(world, disk),
    signals: {
      seen: () => null,
      ended: () => {},
      known: () => {},
      used: () => [],
      begin: () => Promise.resolve({ ok: true, value: {} }),
      close: () => {},
    },
    repos: {
      seen: (_config, memory) => ({ loop: seenOf(time, memory.loops["loop"]?.sha ?? null) }),
      onRing: () => {},
      close: () => {},
    },
    workshop: world.workshop(life),
    jobs: world.clockwork.open({
      step: life.step,
      refuses: () => null,
      lasts: () => JOB_MS,
      code: () => 0,
      ring: life.wake,
    }),
    clock: {
      now: () => time.now(),
      steady: () => time.steady(),
      zone: () => "UTC",
      until: async (at) => {
        await time.sleep(at, bell);
        if (world.over) throw new Killed();
        life.goesOn();
      },
      wake: life.wake,
    },
    env: { PATH: "/bin" },
  };
  const setting = {
    config: world.config,
    kickoffDir: world.config.stateDir,
    aliases: {},
    agents: "agents",
  };
  await runEngine({
    ports,
    disk,
    store: openStore(disk, world.config.stateDir, time.now()),
    current: () => ({ setting, ok: true, problems: [], settlesIn: null }),
    ready: () => (isServing(machine) ? ["server"] : []),
    publish: (memory) => void (world.memory = memory),
    goesOn: () => true,
    stillOurs: () => true,
    voice: { carry: phone(world, life), beat: () => {} },
  });
}

/** Takes what it hears, also from an engine that dies before it has the answer. */
function phone({ time, told }: World, { step, goesOn }: Life): Carrier {
  return (_target, { id, title }) =>
    new Promise((resolve) => {
      const heard = (): void => void (told[id] = title);
      try {
        step(`tell ${title}`, heard);
      } catch {
        // It died on the way, and nobody waits any more.
        return;
      }
      time.plan(20, () => {
        try {
          goesOn();
          resolve({ ok: true, value: "" });
        } catch {
          // Nobody is there to hear the answer.
        }
      });
    });
}

function isHit({ at, again }: Crash, step: number): boolean {
  return again ? step % at === 0 : step === at;
}

function openLife({ bell, steps, crash }: World): Life {
  let alive = true;
  const die = (): never => {
    alive = false;
    bell.rung = true;
    throw new Killed();
  };
  const goesOn = (): void => {
    if (!alive) throw new Killed();
  };
  return {
    goesOn,
    wake: () => void (bell.rung ||= alive),
    step: (what, run, half) => {
      goesOn();
      steps.push(what);
      const now = crash !== null && isHit(crash, steps.length) ? crash.how : null;
      if (now === "half") half?.();
      if (now === "before" || now === "half") return die();
      const result = run();
      return now === "after" ? die() : result;
    },
  };
}

/** A request that was sent is carried out, whoever sent it. */
function steppedTerminal({ machine, time }: World, { step, goesOn }: Life): Terminal {
  const inner = falseTerminal({
    machine,
    time,
    chance: NO_LUCK,
    line: {
      lost: () => false,
      blind: () => false,
      refuses: () => "no",
      hears: () => true,
      survives: () => true,
      latency: () => 20,
    },
    witness: { typed: () => {}, pressed: () => {}, unanswered: () => {} },
    onRing: () => {},
  });
  const sent = async <T>(what: string, run: () => Promise<Result<T>>): Promise<Result<T>> => {
    const result = await step(what, run);
    goesOn();
    return result;
  };
  return {
    ...inner,
    look: () => {
      goesOn();
      return inner.look();
    },
    start: (spec) => sent(`start ${spec.target}`, () => inner.start(spec)),
    close: (session, run) => sent(`close ${session}`, () => inner.close(session, run)),
    type: (session, run, text) => sent(`type ${session}`, () => inner.type(session, run, text)),
    press: (session, run, keys) =>
      sent(`press ${session} ${keys.join(" ")}`, () => inner.press(session, run, keys)),
  };
}

function steppedProcesses(machine: Machine, { step }: Life): Processes {
  const inner = falseProcesses(machine);
  return {
    ...inner,
    signal: (members, signal) =>
      step(`signal ${signal} ${members.length}`, () => inner.signal(members, signal)),
  };
}

function filesOn({ fake }: World, disk: Disk): Files {
  return {
    read: (path) => {
      const text = textOf(fake, path);
      return text === null ? "missing" : { text };
    },
    write: (path, text) => (text === null ? disk.remove(path) : disk.write(path, text)),
  };
}

function isServing({ sessions }: Machine): boolean {
  const server = [...sessions.values()].find(({ mark }) => mark?.target === "server");
  return server !== undefined && server.dead === null && server.actor.truth() !== "booting";
}

/** Looking is no effect. Half of an append is what a power cut leaves; the other changes are whole or not at all. */
function steppedDisk(disk: Disk, { step }: Life): Disk {
  return {
    ...disk,
    append: (path, text) =>
      step(
        `append ${path}`,
        () => disk.append(path, text),
        () => void disk.append(path, text.slice(0, text.length / 2)),
      ),
    write: (path, content) => step(`write ${path}`, () => disk.write(path, content)),
    rename: (from, to) => step(`rename ${to}`, () => disk.rename(from, to)),
    remove: (path) => step(`remove ${path}`, () => disk.remove(path)),
  };
}
