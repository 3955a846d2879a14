// False commands of jobs: begun once under their run, they take their time and end with a code, or without one. They
// live on when the engine dies. It keeps the truth about what was begun, for the checks.

import type { JobAsk, Jobs } from "../engine/ports.ts";
import type { Time } from "./time.ts";

export type Begun = {
  readonly run: string;
  readonly at: number;
  ends: number;
  /** Null: it was killed. */
  code: number | null;
};

/** The engine's side of it: it may die between two steps, and the world may refuse. */
export type Clerk = {
  readonly step: <T>(what: string, run: () => T) => T;
  readonly refuses: () => string | null;
  readonly lasts: () => number;
  readonly code: () => number | null;
  readonly ring: () => void;
};

export type Clockwork = {
  readonly begun: ReadonlyMap<string, Begun>;
  open(clerk: Clerk): Jobs;
};

export function openClockwork(time: Time): Clockwork {
  const begun = new Map<string, Begun>();
  const start = (clerk: Clerk, { run }: JobAsk): void => {
    if (begun.has(run)) return;
    const at = time.steady();
    begun.set(run, { run, at, ends: at + clerk.lasts(), code: clerk.code() });
    time.plan((begun.get(run)?.ends ?? at) - at, clerk.ring);
  };
  return {
    begun,
    open: (clerk) => ({
      begin: (ask) => {
        const failure = clerk.refuses();
        if (failure !== null) return Promise.resolve({ ok: false, failure });
        clerk.step(`job ${ask.run}`, () => start(clerk, ask));
        return Promise.resolve({ ok: true, value: null });
      },
      seen: ({ run }) => {
        const one = begun.get(run);
        if (one === undefined) return "none";
        if (time.steady() < one.ends) return "running";
        return one.code === null ? "lost" : { code: one.code };
      },
      end: ({ run }) => {
        clerk.step(`end job ${run}`, () => {
          const one = begun.get(run);
          if (one !== undefined && time.steady() < one.ends)
            Object.assign(one, { ends: time.steady(), code: null });
        });
        return Promise.resolve({ ok: true, value: null });
      },
    }),
  };
}
