// The moment of a decision, as evidence: what stood on the screen when an agent was spoken to, held or found ended, and
// by which rule and threshold. It says what is worth keeping; evidence.ts keeps it. Pure.

import type { Acting } from "./act.ts";
import type { Action } from "../core/types.ts";

/** Notes after which something is done or left undone because of what a screen showed. */
const NOTES: ReadonlySet<string> = new Set(
  "asking backoff ended frozen limited overloaded parked refused".split(" "),
);

export type Moment = { readonly id: string; readonly details: Readonly<Record<string, unknown>> };

/** Null where nothing was decided from a screen, or where the decision keeps its own. */
export function momentOf(action: Action, acting: Acting): Moment | null {
  const told = action.do === "type" || (action.do === "note" && NOTES.has(action.event));
  const one = acting.memory.agents[action.target];
  const screen = one === undefined ? undefined : acting.screens[one.session];
  if (!told || one === undefined || screen === undefined) return null;
  const { config } = acting.setting;
  const backend = config.agents.find(({ name }) => name === action.target)?.backend ?? "";
  const { verdict, evidence, life, run, charged } = one;
  const details = {
    because: action.because,
    target: action.target,
    screen,
    verdict,
    evidence,
    life,
    run,
    charged,
    watchdog: config.watchdog,
    stallIdleMs: config.backends[backend]?.stallIdleMs ?? null,
  };
  return { id: action.id, details };
}
