// What goes wrong, and when: servers die, looks fail, disks fill, clocks jump, people interfere, and the engine
// is killed between two of its own steps. All of it by luck, and none of it in the calm at the end.

import type { Chance } from "./chance.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import type { Time } from "./time.ts";

/** Where the engine dies: in the middle of a save, before it acts, while it acts, or asleep. */
export type Doom = "torn" | "saved" | "begun" | "asleep";

export type Faults = {
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
export type Blow = { readonly everyMs: number; readonly strike: () => void };

export function openFaults(): Faults {
  return { wild: true, lost: false, refusing: false, doom: null };
}

export function schedule({ time, chance, faults, blows }: Blows): void {
  for (const { everyMs, strike } of blows) {
    const again = (): void => {
      time.plan(Math.ceil(-Math.log(1 - chance.next()) * everyMs), () => {
        if (!faults.wild) return;
        strike();
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
    { everyMs: 3 * HOUR, strike: spell("lost", 5 * MINUTE) },
    { everyMs: 3 * HOUR, strike: spell("refusing", 3 * MINUTE) },
    {
      everyMs: 2 * HOUR,
      strike: () => void (faults.doom = chance.pick(["torn", "saved", "begun", "asleep"])),
    },
  ];
}
