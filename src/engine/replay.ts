// Makes recorded decisions again, offline, and says where they come out otherwise: by this version of the program, or
// by another configuration. Pure: it reads no clock and does nothing.

import type { Config } from "../config/config.ts";
import { decide } from "../core/decide.ts";
import type { Decision, Instant } from "../core/types.ts";
import type { Frame } from "./recorded.ts";

export type Difference = {
  readonly at: Instant;
  /** An agent, a loop, or "fleet". */
  readonly who: string;
  readonly was: readonly string[];
  readonly now: readonly string[];
  /** How many decisions in a row differ in just this. */
  readonly times: number;
};

export type Replayed = {
  readonly decisions: number;
  /** Those that are the same to the byte. */
  readonly same: number;
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** The first ones; `differences` of them were left out. */
  readonly differences: readonly Difference[];
  readonly more: number;
};

export const differencesAtMost = 200;

/** `config`: what counts instead of what was in force then; null: that. */
export function replay(frames: Iterable<Frame>, config: Config | null): Replayed {
  const found: Difference[] = [];
  const latest = new Map<string, number>();
  let [decisions, same, more] = [0, 0, 0];
  let [from, to]: (Instant | null)[] = [null, null];
  for (const { setting, before, seen, decision } of frames) {
    decisions += 1;
    from ??= seen.at;
    to = seen.at;
    const now = decide(config === null ? setting : { ...setting, config }, before, seen);
    if (JSON.stringify(now) === JSON.stringify(decision)) {
      same += 1;
      latest.clear();
      continue;
    }
    for (const one of differencesOf(decision, now, seen.at)) {
      const key = JSON.stringify([one.who, one.was, one.now]);
      const known = latest.get(key);
      const first = known === undefined ? undefined : found[known];
      if (known !== undefined && first !== undefined)
        found[known] = { ...first, times: first.times + 1 };
      else if (found.length < differencesAtMost) {
        latest.set(key, found.length);
        found.push(one);
      } else more += 1;
    }
  }
  return { decisions, same, from: from ?? null, to: to ?? null, differences: found, more };
}

function differencesOf(was: Decision, now: Decision, at: Instant): readonly Difference[] {
  const [told, retold] = [toldOf(was, at), toldOf(now, at)];
  const names = [...new Set([...told.keys(), ...retold.keys()])];
  const found = names.flatMap((who) => {
    const [before, after] = [told.get(who) ?? [], retold.get(who) ?? []];
    const one = { at, who, was: without(before, after), now: without(after, before), times: 1 };
    return one.was.length + one.now.length === 0 ? [] : [one];
  });
  const rest = { at, who: "fleet", was: [], now: ["remembers something else"], times: 1 };
  return found.length > 0 ? found : [rest];
}

function without(all: readonly string[], less: readonly string[]): readonly string[] {
  return all.filter((one) => !less.includes(one));
}

/** What was done and what it came to, in sentences, by whom it is about. */
function toldOf({ actions, memory, due }: Decision, at: Instant): ReadonlyMap<string, string[]> {
  const all = new Map<string, string[]>();
  const add = (who: string, what: string, why = ""): void =>
    void all.set(who, [...(all.get(who) ?? []), why === "" ? what : `${what}: ${why}`]);
  for (const action of actions)
    add(action.target, action.do === "note" ? action.event : action.do, action.because);
  for (const [name, { life, because, verdict }] of Object.entries(memory.agents))
    add(name, `is ${life.is}, seen to be ${verdict.is}`, because);
  for (const [name, { index, complete, because }] of Object.entries(memory.loops))
    add(name, `is at phase ${index}${complete ? ", complete" : ""}`, because);
  for (const [name, { until }] of Object.entries(memory.holds))
    add(name, `is held until ${new Date(until).toISOString()}`);
  add("fleet", due === null ? "looks again at the next tick" : `looks again in ${due - at} ms`);
  return all;
}
