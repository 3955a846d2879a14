// Who is told, in the false world: hears what the engine sends, sometimes too late, twice or not at all. It knows what
// it heard, and what may not be heard: something that was taken already, or anything in quiet hours.

import type { Sink } from "../config/config.ts";
import type { Carrier } from "../engine/outbox.ts";
import { chance as openChance, HOUR, SECOND } from "./chance.ts";
import type { Time } from "./time.ts";

export type Ear = {
  /** Of one life of the engine: what is answered to a dead one is heard by nobody. */
  carrier(lives: () => boolean): Carrier;
  /** Whether this sink heard of this incident. */
  heard(sink: string, incident: string): boolean;
};

export type EarPlace = {
  readonly seed: number;
  readonly time: Time;
  /** What is sent may fail. */
  readonly wild: () => boolean;
  /** The disk takes what it is told just now. */
  readonly sound: () => boolean;
  readonly wrong: (what: string) => void;
  readonly sinks: () => readonly Sink[];
};

const TAKEN = { ok: true, value: "" } as const;
const FAILED = { ok: false, failure: "nobody answers", waitMs: null } as const;

export function openEar({ seed, time, wild, sound, wrong, sinks }: EarPlace): Ear {
  // Luck of its own, so that nights without sinks stay the nights they were.
  const luck = openChance(seed ^ 0x5eed);
  const heard = new Set<string>();
  const taken = new Set<string>();
  return {
    heard: (sink, incident) => heard.has(`${sink} ${incident}`),
    carrier: (lives) => (_target, message) => {
      const { id, sink, incidents } = message;
      if (
        isQuiet(
          sinks().find(({ name }) => name === sink),
          time.now(),
        )
      )
        wrong(`${sink} hears ${id} in its quiet hours`);
      if (taken.has(id)) wrong(`${sink} hears ${id} again, which it has taken`);
      const fate = wild() ? luck.next() : 1;
      const answer = fate < 0.2 ? FAILED : TAKEN;
      // Of what fails, half was heard all the same.
      if (fate >= 0.1) for (const one of incidents) heard.add(`${sink} ${one}`);
      const lasts = fate < 0.25 ? 10 * SECOND : luck.between(5, 900);
      return new Promise((resolve) => {
        time.plan(lasts, () => {
          if (!lives()) return;
          if (answer.ok && sound()) taken.add(id);
          resolve(answer);
        });
      });
    },
  };
}

/** The false world lives by UTC; other zones have tests of their own. */
export function isQuiet(sink: Sink | undefined, at: number): boolean {
  if (sink?.quiet == null || (sink.quiet.zone ?? "UTC") !== "UTC") return false;
  const { fromMs, toMs } = sink.quiet;
  const time = at % (24 * HOUR);
  return fromMs < toMs ? time >= fromMs && time < toMs : time >= fromMs || time < toMs;
}
