// What a watchdog did in a night, counted from its decisions as it makes them: starts and restarts, holds,
// nudges, kills. Counts only; whether any of it was right is for the checks.

import { NUDGE } from "../core/stall.ts";
import type { Action } from "../core/types.ts";
import type { Tally } from "../engine/rehearsal.ts";
import type { Decided } from "./checks.ts";

export const NOTHING: Tally = { starts: 0, restarts: 0, holds: 0, nudges: 0, kills: 0 };

export function sum(one: Tally, other: Tally): Tally {
  return {
    starts: one.starts + other.starts,
    restarts: one.restarts + other.restarts,
    holds: one.holds + other.holds,
    nudges: one.nudges + other.nudges,
    kills: one.kills + other.kills,
  };
}

export function openTally(): {
  readonly hear: (one: Decided) => void;
  readonly told: () => Tally;
} {
  const started = new Set<string>();
  let told = NOTHING;
  const ofAction = (action: Action): Partial<Tally> => {
    if (action.do === "type") return { nudges: action.text === NUDGE ? 1 : 0 };
    if (action.do !== "start") return {};
    const again = started.has(action.target);
    started.add(action.target);
    return { starts: 1, restarts: again ? 1 : 0 };
  };
  return {
    told: () => told,
    hear: ({ before, decision }) => {
      const { memory, actions } = decision;
      const kills = Object.entries(memory.agents).filter(
        ([name, { life, verdict }]) =>
          life.is === "stopping" &&
          verdict.is !== "exited" &&
          verdict.is !== "gone" &&
          (life.next === "charged" || life.next === "restart") &&
          before.agents[name]?.life.is !== "stopping",
      ).length;
      const holds = Object.keys(memory.holds).filter((account) => !(account in before.holds));
      told = sum(told, { ...NOTHING, kills, holds: holds.length });
      for (const action of actions) told = sum(told, { ...NOTHING, ...ofAction(action) });
    },
  };
}
