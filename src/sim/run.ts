// A night in the false world: the real engine, the real decisions and the real store, over a machine, a disk
// and a clock that only exist here. The same seed gives the same night.

import type { Setting } from "../core/case.ts";
import type { Memory, Order } from "../core/types.ts";
import { fakeDisk, put } from "../engine/fake-disk.ts";
import type { Disk } from "../engine/disk.ts";
import { leave, makeOrders, ordersDir } from "../engine/orders.ts";
import { orderId } from "../engine/order-text.ts";
import type { Ports } from "../engine/ports.ts";
import { run as runEngine } from "../engine/run.ts";
import { openStore } from "../engine/store.ts";
import { plainActor, terminalActor, type Account } from "./actor.ts";
import { chance as openChance, HOUR, MINUTE, SECOND, type Chance } from "./chance.ts";
import { openChecks, type Checks, type Decided } from "./checks.ts";
import {
  isWild,
  openFaults,
  plainBlows,
  schedule,
  type Blow,
  type Faults,
  type Trouble,
} from "./faults.ts";
import { fleetConfig, fleetText, HOME } from "./fleet.ts";
import { falseProcesses, falseTerminal, type Line } from "./terminal.ts";
import { Killed, openTime, type Bell, type Time } from "./time.ts";
import { openRepo, type Repo } from "./repo.ts";
import { openMachine, type Machine } from "./world.ts";

export type Night = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly stats: Checks["stats"] & { agentHours: number; engines: number };
};

const START = Date.UTC(2026, 2, 7, 18);
/** Without faults, before the end: long enough for every backoff, hold and probe. */
const CALM = 4 * HOUR;
class Over extends Error {}

type World = {
  readonly time: Time;
  readonly chance: Chance;
  readonly machine: Machine;
  readonly faults: Faults;
  readonly checks: Checks;
  readonly bell: Bell;
  readonly repo: Repo;
  readonly fake: ReturnType<typeof fakeDisk>;
  readonly setting: () => Setting;
  epoch: number;
  over: boolean;
  memory: Memory | null;
};

/** Hears what the engine did, as it does it. */
export type Tell = (one: Decided, time: Time) => void;

export type How = {
  readonly tell?: Tell;
  readonly without?: ReadonlySet<Trouble>;
};

export async function simulate(seed: number, hours: number, how: How = {}): Promise<Night> {
  const { tell, without = new Set() } = how;
  const world = openWorld(seed, without);
  const { time, faults, checks, chance } = world;
  order(world, "up", []);
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
  let engines = 0;
  while (!world.over) {
    engines += 1;
    try {
      await oneEngine(world, tell);
    } catch (error) {
      if (error instanceof Over) break;
      if (!(error instanceof Killed)) throw error;
      world.epoch += 1;
      if (isWild(faults, "disk") && chance.hit(0.03)) {
        put(world.fake, `${world.setting().config.stateDir}/memory.jsonl`, "nothing but noise\n");
        checks.forgotten();
        strayed(world.machine);
      }
      time.pass(chance.between(SECOND, chance.hit(0.1) ? 20 * MINUTE : 30 * SECOND));
      checks.paused();
    }
  }
  if (world.memory !== null) checks.atLast(world.memory, world.setting());
  const agentHours = (hours + CALM / HOUR) * world.setting().config.agents.length;
  return { seed, violations: checks.violations, stats: { ...checks.stats, agentHours, engines } };
}

function openWorld(seed: number, without: ReadonlySet<Trouble>): World {
  const chance = openChance(seed);
  const time = openTime(START);
  const faults = openFaults(without);
  const bell: Bell = { rung: false };
  const config = fleetConfig(fleetText(chance));
  const accounts = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const key = config.agents.find((one) => one.name === name)?.account ?? name;
    const known = accounts.get(key) ?? { until: null };
    accounts.set(key, known);
    return known;
  };
  const repo = openRepo(chance, time, () => !isWild(faults, "git"));
  const machine: Machine = openMachine({
    time,
    chance,
    ring: () => void (bell.rung ||= chance.hit(0.9)),
    wrong: (what) => checks.wrong(what),
    faults: {
      deafness: () => isWild(faults, "processes") && chance.hit(0.1),
      stuckness: () =>
        isWild(faults, "processes") && chance.hit(0.005) ? chance.between(0, 8 * HOUR) : 0,
    },
    cast: (spec, stage) => {
      const agent = config.agents.find((one) => one.name === spec.target);
      const play = {
        time,
        chance,
        stage,
        account: accountOf(spec.target),
        wild: () => isWild(faults, "agents"),
        prompted: agent?.backend === "talker",
        task: agent?.kind === "task",
        turned: () => repo.turned(agent?.role ?? ""),
      };
      return agent?.backend === "plain" || agent === undefined
        ? plainActor(play)
        : terminalActor(play);
    },
  });
  const fake = fakeDisk(() => time.now());
  const done = ordersDir(config.stateDir, "done");
  const checks = openChecks({
    machine,
    time,
    repo,
    isAnswered: (id) => fake.files.has(`${done}/${id}.json`),
  });
  for (const role of ["builder", "adversary"])
    put(fake, `${config.projectDir}/prompts/${role}.md`, `You are the ${role}.`);
  for (const { name } of config.agents)
    put(fake, `${config.projectDir}/prompts/${name}.md`, `You are ${name}.`);
  put(fake, `${config.projectDir}/prompts/wake.md`, "Look around.");
  const setting = { config, kickoffDir: config.stateDir, aliases: {}, agents: "agents" };
  const world: World = {
    time,
    chance,
    machine,
    faults,
    checks,
    bell,
    repo,
    fake,
    setting: () => setting,
    epoch: 0,
    over: false,
    memory: null,
  };
  makeOrders({ disk: fake.disk, stateDir: config.stateDir });
  const blows = [...plainBlows(time, chance, faults), ...blowsOf(world, accounts)];
  schedule({ time, chance, faults, blows });
  return world;
}

function blowsOf(world: World, accounts: ReadonlyMap<string, Account>): readonly Blow[] {
  const { time, chance, machine } = world;
  const names = world.setting().config.agents.map((one) => one.name);
  const anybody = (): string => names[chance.between(0, names.length - 1)] ?? "a1";
  return [
    { kind: "server", everyMs: 8 * HOUR, strike: () => machine.killServer() },
    {
      kind: "limits",
      everyMs: 6 * HOUR,
      strike: () => {
        for (const account of accounts.values())
          if (chance.hit(0.6))
            account.until =
              Math.ceil((time.now() + chance.between(10 * MINUTE, 2 * HOUR)) / MINUTE) * MINUTE;
      },
    },
    { kind: "people", everyMs: 3 * HOUR, strike: () => order(world, "restart", [anybody()]) },
    {
      kind: "people",
      everyMs: 4 * HOUR,
      strike: () => {
        const name = anybody();
        order(world, "down", [name]);
        time.plan(chance.between(MINUTE, 2 * HOUR), () => order(world, "up", [name]));
      },
    },
    { kind: "people", everyMs: 5 * HOUR, strike: () => order(world, "pause", [anybody()]) },
    { kind: "people", everyMs: 4 * HOUR, strike: () => order(world, "resume", []) },
    { kind: "disk", everyMs: 10 * HOUR, strike: () => fillDisk(world) },
    { kind: "clock", everyMs: 12 * HOUR, strike: () => time.step(chance.between(-HOUR, HOUR)) },
    {
      kind: "clock",
      everyMs: 12 * HOUR,
      strike: () => time.step(chance.between(MINUTE, 3 * HOUR)),
    },
    {
      kind: "edits",
      everyMs: 5 * HOUR,
      strike: () =>
        put(
          world.fake,
          `${HOME}/prompts/${anybody()}.md`,
          `You are number ${chance.between(1, 999)}.`,
        ),
    },
    { kind: "people", everyMs: HOUR, strike: () => visit(world) },
    {
      kind: "people",
      everyMs: HOUR,
      strike: () =>
        order(world, "send", [anybody()], {
          text: `unique ${chance.between(1, 1e9)}: how far are you?`,
        }),
    },
  ];
}

function fillDisk({ fake, time, chance }: World): void {
  if (chance.hit(0.5)) fake.room = chance.between(0, 2000);
  else fake.broken = "input/output error";
  time.plan(chance.between(SECOND, 20 * MINUTE), () => {
    fake.room = Number.POSITIVE_INFINITY;
    fake.broken = null;
  });
}

/** A person comes by: looks, scrolls, answers what was asked, types something, and may leave it half done. */
function visit({ machine, time, chance, bell, faults }: World): void {
  const sessions = [...machine.sessions.values()].filter(({ dead }) => dead === null);
  const session = sessions[chance.between(0, sessions.length - 1)];
  if (session === undefined || session.attached) return;
  const { actor } = session;
  session.attached = true;
  session.humanAt = time.steady();
  session.inMode = chance.hit(0.3);
  bell.rung = true;
  const touch = (inMs: number, then: () => void): void =>
    time.plan(inMs, () => {
      if (machine.sessions.get(session.name) !== session || session.actor !== actor) return;
      if (session.dead === null && faults.wild) then();
      session.humanAt = time.steady();
    });
  if (!session.inMode && actor.draft() === null) {
    if (actor.truth() === "asking") touch(10 * SECOND, () => actor.press("Enter", "person"));
    else if (chance.hit(0.4)) touch(5 * SECOND, () => actor.paste("please also", "person"));
    if (chance.hit(0.7)) touch(40 * SECOND, () => actor.press("Enter", "person"));
  }
  time.plan(chance.between(MINUTE, 30 * MINUTE), () => {
    session.attached = false;
    session.inMode = false;
  });
}

/** Without Memory nobody knows what an ended program left behind: here it ends with it. */
function strayed({ sessions, procs }: Machine): void {
  const living = new Set(
    [...sessions.values()].flatMap(({ dead, mark }) => (dead === null && mark ? [mark.run] : [])),
  );
  for (const { pid, run } of procs.values())
    if (run !== null && !living.has(run)) procs.delete(pid);
}

/** Nobody is attached any more, and nothing half-typed or unanswered is left to a person. */
function tidied({ machine }: World): void {
  for (const session of machine.sessions.values()) {
    session.attached = false;
    session.inMode = false;
    const { actor } = session;
    for (let tries = 0; tries < 6 && actor.draft()?.by === "person"; tries += 1)
      actor.press("Enter", "person");
    if (actor.truth() === "asking") actor.press("Enter", "person");
  }
}

function order(
  world: World,
  verb: Order["verb"],
  names: readonly string[],
  args: Readonly<Record<string, string>> = {},
): void {
  const { time, chance, fake, bell } = world;
  const at = time.now();
  // In the calm everybody waits until they are heard.
  const patience = world.faults.wild ? MINUTE : HOUR;
  const id = orderId(at, chance.between(0x10000000, 0x7fffffff).toString(16));
  const one: Order = { v: 1, id, at, by: "a person", verb, names, args, expires: at + patience };
  leave({ disk: fake.disk, stateDir: world.setting().config.stateDir }, one);
  bell.rung = true;
}

async function oneEngine(world: World, tell: Tell | undefined): Promise<void> {
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
    alive: () => world.epoch === mine || chance.hit(0.5),
    latency: () => chance.between(2, 60),
  };
  const disk = falseDisk(world, doomed);
  const ports: Ports = {
    terminal: falseTerminal({ machine, time, chance, line, witness: checks, onRing: () => {} }),
    processes: falseProcesses(machine),
    files: {
      read: (path) => {
        const read = disk.read(path);
        if (!read.ok) return "unseen";
        return read.value === null ? "missing" : { text: new TextDecoder().decode(read.value) };
      },
      write: (path, text) => (text === null ? disk.remove(path) : disk.write(path, text)),
      signal: () => null,
    },
    repos: {
      seen: (config, memory) => world.repo.seen(config, memory),
      onRing: () => {},
      close: () => {},
    },
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
        const index = memory.loops["loop"]?.index;
        if (saved.ok) checks.saved();
        if (saved.ok && index !== undefined) world.repo.entered(index);
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
    witness: (one) => {
      tell?.(one, time);
      checks.decided(one);
    },
  });
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
