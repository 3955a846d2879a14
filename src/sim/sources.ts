// What false programs say of themselves. Of a program's sources the best that can be read tells the truth, and those
// below it say anything. By luck, for a while, a source is gone, has nothing to say, or is of an earlier process; when
// none is left, the screen is all there is.

import type { Says } from "../config/config.ts";
import { hash } from "../core/hash.ts";
import type { SignalSeen, Signals as SignalsSeen } from "../core/signals.ts";
import type { Signals } from "../engine/ports.ts";
import { chance, MINUTE } from "./chance.ts";
import type { Time } from "./time.ts";
import type { Machine, Truth } from "./world.ts";

/** A source stays as it is for so long. */
const SPELL = 20 * MINUTE;
const SPELLS: readonly [SignalSeen["is"], ...SignalSeen["is"][]] = [
  "fresh",
  "fresh",
  "absent",
  "mute",
  "stale",
];
const LIES: readonly [Says, ...Says[]] = ["busy", "idle", "asking"];

export type Speakers = {
  readonly seed: number;
  readonly time: Time;
  readonly machine: Machine;
  /** Whether sources may fail and lie. */
  readonly wild: () => boolean;
};

export function falseSources({ seed, time, machine, wild }: Speakers): Signals["seen"] {
  const known = new Map<string, { readonly key: string; readonly seen: SignalsSeen }>();
  return ({ run, session, backend }) => {
    const one = machine.sessions.get(session);
    if (one === undefined || one.mark?.run !== run || one.dead !== null) return null;
    const spell = Math.floor(time.steady() / SPELL);
    const luck = chance(Number.parseInt(hash(`${seed}|${run}|${spell}`).slice(0, 8), 16));
    const truth = wordOf(one.actor.truth());
    let told = false;
    const sources = backend.signals.map(({ reader: from }): SignalSeen => {
      const [spelled, lie, quiet] = [luck.pick(SPELLS), luck.pick(LIES), luck.hit(0.3)];
      const is = wild() ? spelled : "fresh";
      if (is !== "fresh" || truth === null) return { ...NOTHING, from, is };
      const says = told ? lie : truth;
      told = true;
      const at = time.wallAt(one.actor.since());
      return { ...NOTHING, from, is, says, value: says, at, silent: says === "busy" && quiet };
    });
    const key = JSON.stringify(sources);
    const before = known.get(run);
    if (before?.key === key) return before.seen;
    const seen: SignalsSeen = { sources, id: null, prompts: [] };
    known.set(run, { key, seen });
    return seen;
  };
}

const NOTHING: Omit<SignalSeen, "from" | "is"> = {
  says: null,
  value: "",
  text: null,
  until: null,
  cause: null,
  at: null,
  silent: false,
};

/** The best sources of real programs know work, rest and questions, and leave the rest to others. */
function wordOf(truth: Truth): Says | null {
  switch (truth) {
    case "working":
      return "busy";
    case "asking":
      return "asking";
    case "idle":
    case "waiting":
    case "limited":
    case "stuck":
    case "wedged":
      return "idle";
    case "booting":
    case "dead":
      return null;
  }
}
