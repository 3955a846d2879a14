// One life of the engine in the false world: from its first look until it is killed, wherever it stands, or the
// night is over. The engine is the real one; the ports behind it are false.

import type { Disk } from "../engine/disk.ts";
import type { Ports, Processes } from "../engine/ports.ts";
import { run as runEngine } from "../engine/run.ts";
import { openStore } from "../engine/store.ts";
import { SECOND } from "./chance.ts";
import { isWild, type Faults } from "./faults.ts";
import { luckyJobs } from "./job-luck.ts";
import type { Tell, World } from "./night.ts";
import { strayed } from "./people.ts";
import { falseProcesses, falseTerminal, type Line } from "./terminal.ts";
import { Killed } from "./time.ts";

/** The night ended while the engine was at work. */
export class Over extends Error {}

export async function oneEngine(world: World, tell: Tell | undefined): Promise<void> {
  const { time, chance, machine, faults, checks, bell } = world;
  const mine = world.epoch;
  const doomed = (...dooms: readonly Faults["doom"][]): void => {
    if (world.over) throw new Over();
    if (faults.doom === null || !dooms.includes(faults.doom)) return;
    faults.doom = null;
    throw new Killed();
  };
  const line: Line = {
    lost: () => faults.lost && chance.hit(0.7),
    blind: () => isWild(faults, "looks") && chance.hit(0.01),
    refuses: () =>
      faults.refusing && chance.hit(0.5) ? chance.pick(["before", "before", "after"]) : "no",
    hears: () => world.epoch === mine,
    survives: () => chance.hit(0.5),
    latency: () => chance.between(2, 60),
  };
  const disk = falseDisk(world, doomed);
  /** A file that reads the same is the same object, as it is with the real ones. */
  const texts = new Map<string, { readonly text: string }>();
  const ports: Ports = {
    terminal: falseTerminal({ machine, time, chance, line, witness: checks, onRing: () => {} }),
    processes: watchedProcesses(world),
    files: {
      read: (path) => {
        const read = disk.read(path);
        if (!read.ok) return "unseen";
        if (read.value === null) return "missing";
        const text = new TextDecoder().decode(read.value);
        const known = texts.get(path);
        const seen = known?.text === text ? known : { text };
        texts.set(path, seen);
        return seen;
      },
      write: (path, text) => (text === null ? disk.remove(path) : disk.write(path, text)),
    },
    signals: {
      seen: world.sources,
      ...world.spending.open(),
      begin: () => Promise.resolve({ ok: true, value: {} }),
      close: () => {},
    },
    repos: {
      seen: (_config, memory) =>
        Object.fromEntries([...world.repos].map(([name, repo]) => [name, repo.seen(memory)])),
      onRing: () => {},
      close: () => {},
    },
    workshop: world.yard.open({
      step: (_what, run) => run(),
      goesOn: () => {
        if (world.epoch !== mine || world.over) throw new Killed();
      },
      latency: () => chance.between(5, 4 * SECOND),
      refuses: (what) => refusalOf(world, what),
      check: () => checkOf(world),
      conflicts: () => isWild(faults, "git") && chance.hit(0.1),
      hardness: () => chance.pick(["simple", "complex", "hard to say"]),
    }),
    jobs: luckyJobs({
      work: world.clockwork,
      chance,
      faults,
      ring: () => void (bell.rung = true),
      goesOn: () => {
        if (world.epoch !== mine || world.over) throw new Killed();
      },
    }),
    clock: {
      now: () => time.now(),
      steady: () => time.steady(),
      zone: () => "UTC",
      until: async (at) => {
        if (faults.doom === "asleep")
          time.plan(chance.between(0, 10 * SECOND), () => void (bell.rung = true));
        await time.sleep(at, bell);
        doomed("asleep");
      },
      wake: () => {
        if (world.epoch === mine) bell.rung = true;
      },
    },
    env: { PATH: "/bin" },
  };
  const setting = world.setting();
  const store = openStore(disk, setting.config.stateDir, time.now());
  // The real one ends here too, and its keeper starts it again.
  if (store.refusal !== null) throw new Killed();
  await runEngine({
    ports,
    disk,
    store: {
      ...store,
      save: (memory) => {
        const saved = store.save(memory);
        if (!saved.ok) return saved;
        if (!world.remembers) strayed(world.machine);
        world.remembers = true;
        checks.saved();
        world.told.saved();
        world.jobs.saved();
        for (const [name, loop] of Object.entries(memory.loops))
          world.repos.get(name)?.entered(loop);
        return saved;
      },
    },
    current: () => ({ setting: world.setting(), ok: true, problems: [], settlesIn: null }),
    ready: (config) =>
      config.services.filter((one) => isServing(world, one.name)).map((one) => one.name),
    publish: (memory) => void (world.memory = memory),
    goesOn: () => {
      doomed("begun");
      return true;
    },
    stillOurs: () => {
      doomed("saved");
      return true;
    },
    voice: { carry: world.ear.carrier(() => world.epoch === mine), beat: () => {} },
    witness: (one) => {
      tell?.(one, time);
      checks.decided(one);
      for (const what of world.spending.miscounted(one)) checks.wrong(what);
      world.told.decided(one);
      world.jobs.decided(one);
    },
  });
}

/** Keeping what lies open is never refused here: nothing may be killed before it. */
function refusalOf({ faults, chance }: World, what: string): string | null {
  if (what.startsWith("rescue") || !isWild(faults, "git")) return null;
  return chance.hit(0.1) ? "the remote cannot be reached" : null;
}

function checkOf({ faults, chance }: World): "passed" | "failed" | "killed" {
  if (!isWild(faults, "processes")) return "passed";
  return chance.hit(0.2) ? "failed" : chance.hit(0.1) ? "killed" : "passed";
}

/** What a task's agent has not committed is kept before anything signals it. */
function watchedProcesses({ machine, yard, checks }: World): Processes {
  const inner = falseProcesses(machine);
  return {
    ...inner,
    signal: (members, signal) => {
      for (const { pid } of members) {
        const target = machine.procs.get(pid)?.target ?? "";
        const task = /^(.+)-[a-z][a-z0-9_]*-\d+$/.exec(target)?.[1];
        const [line] = task === undefined ? [] : yard.unkept(task);
        if (line !== undefined) checks.wrong(`${target} is signalled before "${line}" is kept`);
      }
      inner.signal(members, signal);
    },
  };
}

function isServing({ machine, time }: World, name: string): boolean {
  const session = [...machine.sessions.values()].find((one) => one.mark?.target === name);
  return (
    session !== undefined &&
    session.dead === null &&
    session.actor.truth() !== "booting" &&
    time.steady() - session.actor.since() > 2 * SECOND
  );
}

/** The same disk, on which the engine may die in the middle of a line. */
function falseDisk({ fake, faults }: World, doomed: (doom: "torn") => void): Disk {
  const { disk } = fake;
  return {
    ...disk,
    append: (path, text) => {
      if (faults.doom === "torn" && path.endsWith("memory.jsonl")) {
        disk.append(path, text.slice(0, Math.floor(text.length / 2)));
        doomed("torn");
      }
      // Nobody reads the journal here, and copying megabytes takes the time of many nights.
      if (path.endsWith("events.jsonl")) return { ok: true, value: null };
      return disk.append(path, text);
    },
  };
}
