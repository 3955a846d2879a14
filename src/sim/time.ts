// False time: what is planned happens while the engine sleeps, and a night passes in a moment. Plans run by
// the steady clock, which no clock step moves and which stands still while the machine is suspended.

import type { Instant } from "../core/types.ts";

/** The watchdog's process was killed: thrown wherever it stands, and caught where it is started again. */
export class Killed extends Error {}

export type Time = {
  steady(): number;
  now(): Instant;
  /** What the wall clock said then. */
  wallAt(steady: number): Instant;
  /** Moves the wall clock alone, as NTP or a suspend does. */
  step(ms: number): void;
  plan(inMs: number, run: () => void): void;
  /** Lets time pass without the engine sleeping, as a slow call does. */
  pass(ms: number): void;
  /** Lets everything that waits for a promise go on. */
  settle(): Promise<void>;
  /** The engine's one sleep; `bell` cuts it short. */
  sleep(until: Instant, bell: Bell): Promise<void>;
};

export type Bell = { rung: boolean };
type Plan = { readonly at: number; readonly run: () => void };

/** The longest nap of the real clock: a step forward is noticed after it. */
const NAP_MS = 60_000;

export function openTime(start: Instant): Time {
  let steady = 0;
  let wall = start;
  const walls = [{ from: 0, wall }];
  const plans: Plan[] = [];
  const now = (): Instant => wall + steady;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const goTo = (end: number): boolean => {
    const [next] = plans;
    if (next === undefined || next.at > end) {
      steady = Math.max(steady, end);
      return false;
    }
    plans.shift();
    steady = Math.max(steady, next.at);
    next.run();
    return true;
  };
  return {
    steady: () => steady,
    now,
    wallAt: (then) => (walls.findLast(({ from }) => from <= then)?.wall ?? start) + then,
    step: (ms) => {
      wall += ms;
      walls.push({ from: steady, wall });
    },
    plan: (inMs, run) => {
      const at = steady + Math.max(0, inMs);
      const index = plans.findIndex((one) => one.at > at);
      plans.splice(index === -1 ? plans.length : index, 0, { at, run });
    },
    pass: (ms) => {
      const end = steady + ms;
      while (goTo(end));
    },
    settle,
    sleep: async (until, bell) => {
      await settle();
      const end = steady + (until - now());
      while (!bell.rung && until - now() > 0 && steady < end) {
        const happened = goTo(Math.min(end, steady + Math.min(until - now(), NAP_MS)));
        if (happened) await settle();
      }
      bell.rung = false;
    },
  };
}
