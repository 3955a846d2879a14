// What happens to a fleet from outside: servers die, allowances run out, disks fill, clocks jump, and people give
// orders, come by, type something and leave it half done.

import type { Order } from "../core/types.ts";
import { put } from "../engine/fake-disk.ts";
import { leave } from "../engine/orders.ts";
import { orderId } from "../engine/order-text.ts";
import type { Account } from "./actor.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import type { Blow } from "./faults.ts";
import type { World } from "./night.ts";
import type { Machine } from "./world.ts";

export function blowsOf(world: World, accounts: ReadonlyMap<string, Account>): readonly Blow[] {
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
        put(world.fake, promptOf(world, anybody()), `You are number ${chance.between(1, 999)}.`),
    },
    {
      kind: "git",
      everyMs: 12 * HOUR,
      strike: () => {
        for (const repo of world.repos.values()) repo.rewrite();
      },
    },
    {
      kind: "git",
      everyMs: 6 * HOUR,
      strike: () => {
        for (const repo of world.repos.values()) repo.slow(chance.between(MINUTE, HOUR));
      },
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

/** The file that this agent begins with; where it has none, one that nobody reads. */
function promptOf(world: World, name: string): string {
  const { config } = world.setting();
  const agent = config.agents.find((one) => one.name === name);
  return agent !== undefined && "file" in agent.prompt ? agent.prompt.file : `${config.path}.none`;
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
export function strayed({ sessions, procs }: Machine): void {
  const living = new Set(
    [...sessions.values()].flatMap(({ dead, mark }) => (dead === null && mark ? [mark.run] : [])),
  );
  for (const { pid, run } of procs.values())
    if (run !== null && !living.has(run)) procs.delete(pid);
}

/** Nobody is attached any more, and nothing half-typed or unanswered is left to a person. */
export function tidied({ machine }: World): void {
  for (const session of machine.sessions.values()) {
    session.attached = false;
    session.inMode = false;
    const { actor } = session;
    for (let tries = 0; tries < 6 && actor.draft()?.by === "person"; tries += 1)
      actor.press("Enter", "person");
    if (actor.truth() === "asking") actor.press("Enter", "person");
  }
}

export function order(
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
