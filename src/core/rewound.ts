// A clock that was set back makes every instant of Memory lie ahead. What began "later than now" began now, and
// what was to last an hour lasts an hour from now: no timer outlives its own length, whatever the clock does.

import type { Millis } from "../config/config.ts";
import { ACTION_LIMIT_MS, patch } from "./step.ts";
import type { AgentMemory, Hold, Instant, Life, Memory, OpenOrder } from "./types.ts";

export function rewound(memory: Memory, at: Instant): Memory {
  const agents = mapped(memory.agents, (one) => agentAt(one, at));
  const holds = mapped(memory.holds, (one) => holdAt(one, at));
  const orders = mapped(memory.orders, (one) => orderAt(one, at));
  const same = agents === memory.agents && holds === memory.holds && orders === memory.orders;
  return same ? memory : { ...memory, agents, holds, orders };
}

function isAhead({ life, run, suspect, pending, banner, says, charged }: AgentMemory, at: Instant) {
  const begun = [run?.at, suspect?.since, pending?.since, banner?.at, charged.at(-1)];
  const since = "since" in life ? life.since : at;
  return (
    since > at ||
    begun.some((one) => one !== undefined && one > at) ||
    says.some((say) => say.at > at)
  );
}

function agentAt(one: AgentMemory, at: Instant): AgentMemory {
  const { run, suspect, pending, banner, doing } = one;
  if (!isAhead(one, at) && (doing === null || doing.until <= at + ACTION_LIMIT_MS)) return one;
  const doingUntil = at + ACTION_LIMIT_MS;
  return patch(one, {
    life: lifeAt(one.life, at),
    run: run === null ? null : { ...run, at: Math.min(run.at, at) },
    charged: one.charged.map((when) => Math.min(when, at)),
    suspect: suspect === null ? null : { ...suspect, since: Math.min(suspect.since, at) },
    pending: pending === null ? null : { ...pending, since: Math.min(pending.since, at) },
    doing: doing === null ? null : { ...doing, until: Math.min(doing.until, doingUntil) },
    // Read against the hour of another clock, its "3pm" may mean another day.
    banner: banner !== null && banner.at > at ? null : banner,
    says: one.says.map((say) => ({
      ...say,
      since: Math.min(say.since, at),
      at: Math.min(say.at, at),
    })),
  });
}

function lifeAt(life: Life, at: Instant): Life {
  if (!("since" in life) || life.since <= at) return life;
  switch (life.is) {
    case "up":
    case "parked":
      return { ...life, since: at };
    case "held":
      return {
        ...life,
        since: at,
        until: life.until === null ? null : endOf(life.since, life.until, at),
      };
    case "launching":
    case "backoff":
    case "stopping":
      return { ...life, since: at, until: endOf(life.since, life.until, at) };
  }
}

/** As long from now as it was meant to last, and not later than it was meant to end. */
function endOf(since: Instant, until: Instant, at: Instant): Instant {
  const lasts: Millis = until - since;
  return Math.min(until, at + lasts);
}

/** Just before now: who goes to work at this very look did so after the hold began. */
function holdAt(hold: Hold, at: Instant): Hold {
  if (hold.since <= at) return hold;
  const { probing } = hold;
  return {
    ...hold,
    since: at - 1,
    until: endOf(hold.since, hold.until, at),
    probing: probing === null ? null : { ...probing, at: Math.min(probing.at, at) },
  };
}

function orderAt(order: OpenOrder, at: Instant): OpenOrder {
  if (order.since <= at) return order;
  return { ...order, since: at, until: endOf(order.since, order.until, at) };
}

function mapped<T>(
  all: Readonly<Record<string, T>>,
  change: (one: T) => T,
): Readonly<Record<string, T>> {
  const entries = Object.entries(all).map(([name, one]) => [name, change(one)] as const);
  return entries.every(([name, one]) => all[name] === one) ? all : Object.fromEntries(entries);
}
