// What every fault is given: the fleet, who watches it, luck with a seed, and the keeper's patience. A fault
// does its harm, undoes what lasts, and answers whom it harmed; how soon all is well again is measured after it.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Chance } from "../../sim/chance.ts";
import type { Fleet, Kind, Word } from "./fleet.ts";
import { pause, type Witness } from "./witness.ts";

export type Arena = {
  readonly fleet: Fleet;
  readonly witness: Witness;
  readonly luck: Chance;
  readonly keeper: Keeper;
};

export type Done = {
  /** Who may be started anew because of it. */
  readonly harmed: readonly string[];
  /** The promise counts from so much later: the keeper waits between two deaths of the watchdog. */
  readonly later?: { readonly ms: number };
  /** Who is slow by design: a program that ignores INT, TERM and HUP is killed only at the end of the ladder. */
  readonly slow?: { readonly ms: number; readonly names: readonly string[] };
};

export type Fault = {
  readonly kind: string;
  /** Why it cannot be now; null when it can. */
  readonly unfit?: (arena: Arena) => string | null;
  readonly strike: (arena: Arena) => Promise<Done>;
};

/** What the keeper does between two watchdogs: 1, 2, 4 … 30 s, and 1 again after one that lived for a minute. */
export type Keeper = {
  /** A watchdog dies now: how much longer than a second the keeper will wait. */
  dies(): number;
  /** A new keeper was made. */
  renewed(): void;
  /** The next death costs no more than a few seconds. */
  isPatient(): boolean;
};

const LIVED_MS = 62_000;
const PAUSE_MAX_MS = 30_000;
const PATIENT_MS = 4_000;

export function openKeeper(): Keeper {
  let next = 1_000;
  let died = 0;
  const fresh = (): boolean => Date.now() - died > LIVED_MS;
  return {
    dies: () => {
      const now = fresh() ? 1_000 : next;
      next = Math.min(now * 2, PAUSE_MAX_MS);
      died = Date.now();
      return now - 1_000;
    },
    renewed: () => {
      next = 1_000;
      died = 0;
    },
    isPatient: () => fresh() || next <= PATIENT_MS,
  };
}

/** The ladder's time for who is left without a pane: TERM 10 s, HUP 3 s, and a count. */
const LADDER_MS = 14_000;

/** `killed`: its first process died by KILL, so that nothing is left that would ignore a signal. */
export function harm(
  { fleet }: Arena,
  names: readonly string[],
  { killed = false }: { readonly killed?: boolean } = {},
): Done {
  fleet.excuse(names);
  const stubborn = killed ? [] : names.filter((name) => fleet.members[name] === "stubborn");
  if (stubborn.length === 0) return { harmed: names };
  return { harmed: names, slow: { ms: LADDER_MS, names: stubborn } };
}

/** All in one: who was harmed, and the longest waits. */
export function together(...all: readonly Done[]): Done {
  const harmed = [...new Set(all.flatMap((one) => one.harmed))];
  const slow = all.flatMap((one) => one.slow ?? []);
  const later = Math.max(0, ...all.map((one) => one.later?.ms ?? 0));
  return {
    harmed,
    ...(later === 0 ? {} : { later: { ms: later } }),
    ...(slow.length === 0
      ? {}
      : { slow: { ms: LADDER_MS, names: slow.flatMap((one) => one.names) } }),
  };
}

export function ofKind({ fleet, luck }: Arena, ...kinds: readonly Kind[]): string | null {
  const [first, ...rest] = running(fleet).filter((name) => {
    const kind = fleet.members[name];
    return kind !== undefined && kinds.includes(kind);
  });
  return first === undefined ? null : luck.pick([first, ...rest]);
}

export function anyone(arena: Arena): string {
  const [first = "", ...rest] = running(arena.fleet);
  return arena.luck.pick([first, ...rest]);
}

export const running = (fleet: Fleet): readonly string[] =>
  fleet.names.filter((name) => fleet.wanted.get(name)?.word === "up");

export function want({ fleet }: Arena, names: readonly string[], word: Word): void {
  for (const name of names) fleet.wanted.set(name, { word, at: Date.now() });
}

/** The first process of an agent; null while it does not live. */
export function mainOf({ fleet, witness }: Arena, name: string): number | null {
  const birth = witness.births(name, 0).at(-1);
  if (birth === undefined) return null;
  return fleet.census().get(name)?.get(birth.run)?.includes(birth.pid) === true ? birth.pid : null;
}

export function signal(pid: number | null, how: NodeJS.Signals): void {
  if (pid === null || pid <= 1) return;
  try {
    process.kill(pid, how);
  } catch {
    // It ended by itself.
  }
}

/** The watchdog's conversations with the fleet's server: children of it that are a tmux. */
export function clientsOf(watchdog: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === watchdog && exeOf(pid).endsWith("/tmux"))
    .map(Number);
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

function exeOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return "";
  }
}

export const doze = ({ luck }: Arena, fromMs: number, toMs: number): Promise<void> =>
  pause(luck.between(fromMs, toMs));
