// What goes wrong, and when: servers die, looks fail, disks fill, clocks jump, people interfere, and the engine
// is killed between two of its own steps. All of it by luck, and none of it in the calm at the end.

import type { Chance } from "./chance.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import type { Time } from "./time.ts";

/** Where the engine dies: in the middle of a save, before it acts, while it acts, or asleep. */
export type Doom = "torn" | "saved" | "begun" | "asleep";

/** What can be left out of a night, to see whether it goes wrong without it as well. */
export const TROUBLES = [
  "agents",
  "looks",
  "acts",
  "processes",
  "engine",
  "server",
  "limits",
  "people",
  "disk",
  "clock",
  "edits",
  "git",
] as const;
export type Trouble = (typeof TROUBLES)[number];

export type Faults = {
  readonly without: ReadonlySet<Trouble>;
  /** False once the calm has begun. */
  wild: boolean;
  lost: boolean;
  refusing: boolean;
  doom: Doom | null;
};

export type Blows = {
  readonly time: Time;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly blows: readonly Blow[];
};

/** Something that happens again and again, this often on average. */
export type Blow = {
  readonly kind: Trouble;
  readonly everyMs: number;
  readonly strike: () => void;
};

export function openFaults(without: ReadonlySet<Trouble>): Faults {
  return { without, wild: true, lost: false, refusing: false, doom: null };
}

/** Whether this kind of thing may go wrong now. */
export function isWild({ wild, without }: Faults, kind: Trouble): boolean {
  return wild && !without.has(kind);
}

export function schedule({ time, chance, faults, blows }: Blows): void {
  for (const { kind, everyMs, strike } of blows) {
    const again = (): void => {
      time.plan(Math.ceil(-Math.log(1 - chance.next()) * everyMs), () => {
        if (!faults.wild) return;
        if (!faults.without.has(kind)) strike();
        again();
      });
    };
    again();
  }
}

/** Faults that need no more than the flags. */
export function plainBlows(time: Time, chance: Chance, faults: Faults): readonly Blow[] {
  const spell = (key: "lost" | "refusing", longest: number) => (): void => {
    faults[key] = true;
    time.plan(chance.between(SECOND, longest), () => void (faults[key] = false));
  };
  return [
    { kind: "looks", everyMs: 3 * HOUR, strike: spell("lost", 5 * MINUTE) },
    { kind: "acts", everyMs: 3 * HOUR, strike: spell("refusing", 3 * MINUTE) },
    {
      kind: "engine",
      everyMs: 2 * HOUR,
      strike: () => void (faults.doom = chance.pick(["torn", "saved", "begun", "asleep"])),
    },
  ];
}
