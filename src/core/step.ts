// What one agent's step is made of: the case before it and the answer it gives. The functions here
// only build answers; what the answer should be is decided in agent.ts and its neighbours.

import type { Config, Millis } from "../config/config.ts";
import type { Member } from "./member.ts";
import type {
  Action,
  AgentMemory,
  Hold,
  Instant,
  Judgement,
  Launch,
  Memory,
  Outcome,
  Pane,
  Want,
} from "./types.ts";

export type Launched =
  | { readonly ok: true; readonly launch: Launch }
  | { readonly ok: false; readonly failure: string };

/** What every agent's step may look at besides its own pane. */
export type World = {
  readonly config: Config;
  readonly at: Instant;
  /** The first look of this process: actions begun earlier have lost their outcomes. */
  readonly first: boolean;
  readonly stateWritable: boolean;
  /** The tmux server, or the machine, is not the one the agents were started on. */
  readonly serverLost: boolean;
  /** Why nothing may be killed just now; null when killing is allowed. */
  readonly ceasefire: string | null;
  /** When a suspend or a clock jump was last noticed: what lasted across it was not measured. */
  readonly resumedAt: Instant | null;
  readonly holds: Readonly<Record<string, Hold>>;
  readonly budgets: Memory["budgets"];
  /** The host's, for banners without a zone of their own. */
  readonly zone: string;
  /** Every loop is complete: nobody is woken any more. */
  readonly complete: boolean;
};

export type Case = {
  readonly world: World;
  readonly at: Instant;
  readonly member: Member;
  readonly memory: AgentMemory;
  readonly want: Want;
  readonly launch: Launched;
  readonly pane: Pane | "gone" | "unseen";
  /** A session that is not ours stands where this one belongs. */
  readonly blocked: boolean;
  /** The run of a dead pane that an earlier incarnation left in its place; null where none stands. */
  readonly remains: string | null;
  readonly judgement: Judgement;
  /** What is new on its screen was there by then: now, or before the gap that this look follows. */
  readonly metAt: Instant;
  /** The outcome of `memory.doing`; null while it is under way. */
  readonly outcome: Outcome | null;
  /** A needed service that is not ready; null when nothing is waited for. */
  readonly waitsFor: string | null;
  /** The service said that it is ready, by port or command. */
  readonly saysReady: boolean;
};

export type Step = {
  readonly memory: AgentMemory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

/** An action before it has an id: `act` gives it one. */
export type Deed = Action extends infer A
  ? A extends Action
    ? Omit<A, "id" | "target">
    : never
  : never;

/** How long an action may stay without an outcome before it is begun again. */
export const ACTION_LIMIT_MS: Millis = 45_000;

/** Changes fields of the memory, keeping its identity when nothing differs. */
export function patch(memory: AgentMemory, changes: Partial<AgentMemory>): AgentMemory {
  const differs = Object.keys(changes).some(
    (key) => !same(Reflect.get(memory, key), Reflect.get(changes, key)),
  );
  return differs ? { ...memory, ...changes } : memory;
}

export function act(c: Case, deed: Deed): Action {
  return { ...deed, id: `${c.member.name}.${deed.do}.${c.at.toString(36)}`, target: c.member.name };
}

/** Nothing to do now; look again at `due` or at the next tick. */
export function stay(
  c: Case,
  changes: Partial<AgentMemory> = {},
  due: Instant | null = null,
): Step {
  return { memory: patch(c.memory, changes), actions: [], due };
}

/** `first` and then `next`, as one step. */
export function both(first: Step, next: Step): Step {
  return {
    memory: next.memory,
    actions: [...first.actions, ...next.actions],
    due: soonest(first.due, next.due),
  };
}

export function soonest(...dues: readonly (Instant | null)[]): Instant | null {
  let best: Instant | null = null;
  for (const due of dues) if (due !== null && (best === null || due < best)) best = due;
  return best;
}

export function isAlive(pane: Case["pane"]): pane is Pane {
  return typeof pane === "object" && pane.mark !== null && pane.dead === null;
}

/** A person at the keyboard is left alone for this long after the last key. */
export const HUMAN_MS: Millis = 60_000;

export function isTyping(c: Case): boolean {
  return isAlive(c.pane) && c.pane.humanAt !== null && Math.abs(c.at - c.pane.humanAt) < HUMAN_MS;
}

/** Another agent of its account met a usage limit. */
export function accountWaits(c: Case): boolean {
  return c.member.account !== null && isLimit(c.world.holds[c.member.account]);
}

/** A lost login keeps nobody waiting but tasks, which others can do. */
export function isLimit(hold: Hold | undefined): hold is Hold {
  return hold !== undefined && hold.why === undefined;
}

/** Deep equality of plain data. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // Without entries: at every look it is asked of all that every agent's step may change.
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
