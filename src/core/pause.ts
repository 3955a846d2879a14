// A person's pause, with an end or without: the agent is left alone meanwhile, its turn goes on to its end, and only a
// person's own words begin another one. What a life looks like that is held, for whatever reason.

import { spentBudget } from "./budget.ts";
import { patch, stay, type Case, type Step } from "./step.ts";
import type { AgentMemory, Instant, Life } from "./types.ts";

/** A hold with an end is over by itself. */
export function released(memory: AgentMemory, at: Instant): AgentMemory {
  const over = typeof memory.paused === "number" && at >= memory.paused;
  return over ? patch(memory, { paused: false }) : memory;
}

/** Its turn goes on to its end; nothing begins another one. */
export function pause(c: Case, paused: true | Instant): Step {
  const until = paused === true ? null : paused;
  const because = until === null ? "paused by a person" : "held by a person";
  return stay(c, { life: hold(c, "paused", until), because }, until);
}

/** As a pause, until there is something to spend again. */
export function budgeted(c: Case): Step {
  const { agent } = c.member;
  const spent = agent === null ? null : spentBudget(agent, c.world);
  const until = spent?.until ?? null;
  return stay(c, { life: hold(c, "budget", until), because: c.want.because });
}

type Why = Extract<Life, { is: "held" }>["why"];

export function hold(c: Case, why: Why, until: number | null): Life {
  const { life } = c.memory;
  const since = life.is === "held" && life.why === why ? life.since : c.at;
  return { is: "held", since, until, why };
}
