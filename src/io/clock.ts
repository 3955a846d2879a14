// The clock of this machine, and the one place where the program waits for time to pass.
// A wake that comes before the wait is remembered: nothing that rang in between is slept over.

import type { Clock } from "../engine/ports.ts";

/** Longest single sleep. Timers stop while a laptop is suspended, so the wall clock is asked again after it. */
const NAP_MS = 60_000;

export const openClock = (): Clock => {
  const bell = { rung: false };
  let rouse: (() => void) | null = null;

  const nap = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    now: () => Date.now(),
    steady: () => performance.now(),
    zone: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
    until: async (at) => {
      // A wall clock that is set back makes no wait longer; one that is set forward makes it shorter.
      const end = performance.now() + (at - Date.now());
      while (!bell.rung) {
        const left = Math.min(at - Date.now(), end - performance.now());
        if (!(left > 0)) break;
        await nap(Math.min(left, NAP_MS));
      }
      bell.rung = false;
    },
    wake: () => {
      bell.rung = true;
      rouse?.();
    },
  };
};
