// How long each agent has been where it is, and what of ours reached it: lives that end by themselves must end, and
// what was typed must come to something.

import type { AgentMemory, Life } from "../core/types.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import type { Time } from "./time.ts";
import type { Truth } from "./world.ts";

/** Lives that end by themselves within this time while the engine runs. */
const SHORT: Readonly<Partial<Record<Life["is"], number>>> = {
  launching: 5 * MINUTE,
  stopping: 3 * MINUTE,
};
/** For a message that is old already: the looks it takes to go on once it can. */
const SAID = 5 * MINUTE;

type One = {
  life: Life["is"];
  since: number;
  run: string | null;
  /** When what was typed last had no reason to be under way for long. */
  said: number;
  /** Nudges typed, and Enters pressed on any text of ours: a program may be deaf to them. */
  nudges: number;
  enters: number;
};

export type Watched = {
  /** Answers what is wrong with where it stands now. */
  look(name: string, now: AgentMemory, truth: Truth | null): readonly string[];
  nudged(name: string): void;
  entered(name: string): void;
  /** As many as could have been felt. */
  nudges(name: string): number;
  /** What took long says nothing. */
  excused(): void;
};

export function openWatched(time: Time): Watched {
  const all = new Map<string, One>();
  return {
    look: (name, now, truth) => {
      const known = all.get(name);
      const run = now.run?.id ?? null;
      if (known !== undefined && known.life === now.life.is && known.run === run)
        return lasting({ name, known, time }, now, truth);
      const { nudges, enters } = known?.run === run ? known : { nudges: 0, enters: 0 };
      const since = time.steady();
      all.set(name, { life: now.life.is, since, said: since, run, nudges, enters });
      return [];
    },
    nudged: (name) => {
      const known = all.get(name);
      if (known !== undefined) known.nudges += 1;
    },
    entered: (name) => {
      const known = all.get(name);
      if (known !== undefined) known.enters += 1;
    },
    nudges: (name) => Math.max(all.get(name)?.nudges ?? 0, all.get(name)?.enters ?? 0),
    excused: () => {
      for (const known of all.values())
        Object.assign(known, { since: time.steady(), said: time.steady() });
    },
  };
}

type Lasting = { readonly name: string; readonly known: One; readonly time: Time };

function lasting(
  { name, known, time }: Lasting,
  now: AgentMemory,
  truth: Truth | null,
): readonly string[] {
  const wrong: string[] = [];
  if (now.verdict.is === "unseen") known.since = time.steady();
  const limit = SHORT[now.life.is];
  if (limit !== undefined && time.steady() - known.since > limit) {
    wrong.push(`${name} is ${now.life.is} for ${Math.round(limit / SECOND)} s: ${now.because}`);
    known.since = time.steady() + HOUR;
  }
  const late = now.says.find((say) => say.state !== "queued" && time.now() - say.at > HOUR);
  // Nothing moves on behind a dialog that nobody answers, nor while a person is waited for or nobody can look.
  const stands = truth === "asking" || now.verdict.is === "unseen" || now.life.is === "parked";
  if (late === undefined || stands) known.said = time.steady();
  else if (time.steady() - known.said > SAID) {
    wrong.push(`${name}: a ${late.kind} message is ${late.state} for an hour`);
    known.said = time.steady() + HOUR;
  }
  return wrong;
}
