// A usage limit belongs to an account: every agent of it waits, one asks after the reset, the others
// follow one after another. The instant lives in Memory; a banner that stays on the screen proves nothing.

import type { Config } from "../config/config.ts";
import { jitter } from "./hash.ts";
import { newSay, queued } from "./say.ts";
import { isLimit, patch, soonest } from "./step.ts";
import type { Member } from "./member.ts";
import type { AgentMemory, Instant } from "./types.ts";

/** A probe that does not set the agent to work within this time has failed. */
const PROBE_MS = 90_000;
/** The others follow within this time, each at its own moment. */
const FOLLOW_MS = 30_000;
/** An unreadable reset is asked for at most this many times the fallback. */
const FALLBACK_GROWTH_MAX = 6;
/** Tasks try a lost login again after this long: somebody may have logged in. */
const LOGIN_MS = 15 * 60_000;
const LOGINS: ReadonlySet<string> = new Set(["auth", "credit"]);
/** A loud word after so many probes in vain. */
export const PROBES_LOUD = 3;

export const RESUME_PERSISTENT =
  "watchdog probe: if the quota window has reset, RESUME now: re-check the state of your work and go on from where you stopped.";
export const RESUME_LOOP =
  "watchdog probe: if the quota window has reset, RESUME your loop now: pull the latest, re-read the STATUS and REVIEW files of your phase, and go on; re-arm your pacing.";

export type Hold = {
  readonly until: Instant;
  readonly sure: boolean;
  readonly since: Instant;
  readonly by: string;
  readonly probes: number;
  /** The agent that asks first after the reset, and when it asked. */
  readonly probing: { readonly agent: string; readonly at: Instant } | null;
  /** It is no usage limit: only tasks mind it, which others can do meanwhile. */
  readonly why?: "login";
};

export type Held = {
  readonly holds: Readonly<Record<string, Hold>>;
  readonly agents: Readonly<Record<string, AgentMemory>>;
  readonly due: Instant | null;
  readonly notes: readonly {
    readonly account: string;
    readonly event: string;
    readonly because: string;
    readonly loud: boolean;
  }[];
};

type Asked = {
  readonly config: Config;
  readonly members: readonly Member[];
  readonly at: Instant;
  /** Accounts whose holds are kept although nobody of theirs is there: work may come back to them. */
  readonly routed: readonly string[];
};
type Memories = Readonly<Record<string, AgentMemory>>;

/** After every agent's own step: who entered a hold, who may ask, who is free again. */
export function stepHolds(
  asked: Asked,
  before: Readonly<Record<string, Hold>>,
  agents: Memories,
): Held {
  const accounts = new Set([
    ...asked.members.flatMap((one) => (one.account === null ? [] : [one.account])),
    ...asked.routed,
  ]);
  const all: Held = { holds: before, agents, due: null, notes: [] };
  let next = [...accounts].reduce((held, account) => stepAccount(asked, held, account), all);
  for (const account of Object.keys(next.holds)) {
    if (!accounts.has(account)) next = { ...next, holds: without(next.holds, account) };
  }
  return next;
}

function stepAccount(asked: Asked, held: Held, account: string): Held {
  const members = asked.members.filter((one) => one.account === account);
  const limited = members.filter((one) => isLimited(held.agents[one.name]));
  const hold = held.holds[account];
  // A limit says more than a login that was lost: whoever stands at its banner was let in.
  if (!isLimit(hold)) {
    const first = limited.find((one) => isNews(held.agents[one.name], asked.at));
    if (first !== undefined) return enter(asked, held, { account, member: first });
  }
  if (hold === undefined) return release(asked, ended(asked, held, { account, members }), limited);
  const worker = members.find((one) => worksSince(held.agents[one.name], hold));
  const answerer = limited.find(
    ({ name }) => name === hold.probing?.agent && hasAnswered(held.agents[name], hold, asked.at),
  );
  const freed = worker ?? answerer;
  if (freed !== undefined) {
    const how = worker === undefined ? "answered" : "works";
    const because = `the usage limit of ${account} is over: ${freed.name} ${how}`;
    const notes = [...held.notes, { account, event: "lifted", because, loud: false }];
    const rest = limited.filter((one) => one !== freed);
    const agents = staggered(asked, free(asked, held.agents, freed), rest);
    return release(asked, { ...held, holds: without(held.holds, account), agents, notes }, rest);
  }
  if (limited.length === 0 && asked.at >= hold.until) {
    const due = soonest(held.due, asked.at + 1);
    return { ...held, holds: without(held.holds, account), due };
  }
  const named = namedLater(asked, held, { hold, limited });
  if (named !== null)
    return stepAccount(asked, { ...held, holds: { ...held.holds, [account]: named } }, account);
  if (asked.at < hold.until) return { ...held, due: soonest(held.due, hold.until) };
  return probe(asked, held, { account, hold, limited });
}

/** A source may tell of a limit one look before another one names its end, and that counts from then on. */
function namedLater(
  { at, config }: Asked,
  { agents }: Held,
  { hold, limited }: Pick<Probe, "hold" | "limited">,
): Hold | null {
  if (hold.sure || hold.probing !== null || hold.why !== undefined) return null;
  for (const { name } of limited) {
    const verdict = agents[name]?.verdict;
    if (verdict?.is === "limited" && verdict.until !== null && verdict.until > at)
      return { ...hold, until: verdict.until + config.watchdog.limitResetSlackMs, sure: true };
  }
  return null;
}

function isLimited(memory: AgentMemory | undefined): boolean {
  return memory?.life.is === "held" && memory.life.why === "limit";
}

/** A banner that was just met, or one that an agent still shows long after it was asked: not one left standing. */
function isNews(memory: AgentMemory | undefined, at: Instant): boolean {
  if (memory?.verdict.is !== "limited" || memory.life.is !== "held") return false;
  const { since, until } = memory.life;
  return since === at || (wasAsked(memory) && until !== null && at >= until);
}

/** Told to go on, and then left alone for the time of a probe: `resume` writes such a hold, and nothing else does. */
function wasAsked(memory: AgentMemory): boolean {
  const { life } = memory;
  return life.is === "held" && life.until === life.since + PROBE_MS && !isAsked(memory);
}

/** It is being told to go on; whatever else waits for it waits behind that. */
function isAsked({ says }: AgentMemory): boolean {
  return says.some((say) => say.kind === "limit");
}

/** Progress after the hold was entered: only what was held and probed, or started later, can tell. */
function worksSince(memory: AgentMemory | undefined, hold: Hold): boolean {
  if (memory?.verdict.is !== "busy" || memory.life.is !== "up") return false;
  return memory.life.since > hold.since;
}

/** After the time of its probe it stands there without the banner: it may, and had little to do. */
function hasAnswered(memory: AgentMemory | undefined, { probing }: Hold, at: Instant): boolean {
  if (probing === null || at < probing.at + PROBE_MS) return false;
  return memory !== undefined && isPlain(memory) && !isAsked(memory);
}

function isPlain({ verdict }: AgentMemory): boolean {
  return verdict.is === "idle" || verdict.is === "waiting";
}

function enter(
  asked: Asked,
  held: Held,
  at: { readonly account: string; readonly member: Member },
): Held {
  const { verdict } = held.agents[at.member.name] ?? {};
  if (verdict?.is !== "limited") return held;
  const { limitResetSlackMs, limitProbeFallbackMs } = asked.config.watchdog;
  const until =
    verdict.until === null ? asked.at + limitProbeFallbackMs : verdict.until + limitResetSlackMs;
  const hold: Hold = {
    until: Math.max(until, asked.at + 1),
    sure: verdict.until !== null,
    since: asked.at,
    by: at.member.name,
    probes: 0,
    probing: null,
  };
  const because = `usage limit of ${at.account}, seen on ${at.member.name}`;
  return {
    ...held,
    holds: { ...held.holds, [at.account]: hold },
    due: soonest(held.due, hold.until),
    notes: [...held.notes, { account: at.account, event: "held", because, loud: false }],
  };
}

/** Nobody stands at a banner, but somebody ended at one, or lost its login where another account can take over. */
function ended(
  asked: Asked,
  held: Held,
  { account, members }: { readonly account: string; readonly members: readonly Member[] },
): Held {
  for (const { name } of members) {
    const life = held.agents[name]?.life;
    const entered =
      life?.is === "backoff" && life.limit !== undefined
        ? { until: life.until, sure: life.limit.sure }
        : life?.is === "parked" && LOGINS.has(life.why) && asked.routed.includes(account)
          ? { until: life.since + LOGIN_MS, sure: false, why: "login" as const }
          : null;
    if (life === undefined || !("since" in life) || life.since !== asked.at || entered === null)
      continue;
    const hold: Hold = { since: asked.at, by: name, probes: 0, probing: null, ...entered };
    const what = entered.why === undefined ? "usage limit" : "lost login";
    const because = `${what} of ${account}, seen on ${name}`;
    return {
      ...held,
      holds: { ...held.holds, [account]: hold },
      due: soonest(held.due, hold.until),
      notes: [...held.notes, { account, event: "held", because, loud: entered.why !== undefined }],
    };
  }
  return held;
}

type Probe = { readonly account: string; readonly hold: Hold; readonly limited: readonly Member[] };

function probe(asked: Asked, held: Held, { account, hold, limited }: Probe): Held {
  if (hold.probing !== null) {
    const ends = hold.probing.at + PROBE_MS;
    if (asked.at < ends && limited.some((one) => one.name === hold.probing?.agent)) {
      return { ...held, due: soonest(held.due, ends) };
    }
    return inVain(asked, held, { account, hold, limited });
  }
  // Another one each time: to one of them, perhaps, nothing can be said.
  const first = limited[hold.probes % limited.length];
  if (first === undefined) return held;
  const next: Hold = {
    ...hold,
    probes: hold.probes + 1,
    probing: { agent: first.name, at: asked.at },
  };
  return {
    ...held,
    holds: { ...held.holds, [account]: next },
    agents: resume(asked, held.agents, first),
    due: soonest(held.due, asked.at + 1),
  };
}

function inVain(asked: Asked, held: Held, { account, hold, limited }: Probe): Held {
  const probed = limited
    .map((one) => held.agents[one.name]?.verdict)
    .find((one) => one?.is === "limited");
  const named =
    probed?.is === "limited" && probed.until !== null && probed.until > asked.at
      ? probed.until
      : null;
  const growth = Math.min(2 ** (hold.probes - 1), FALLBACK_GROWTH_MAX);
  const { limitProbeFallbackMs, limitResetSlackMs } = asked.config.watchdog;
  const until =
    named === null ? asked.at + limitProbeFallbackMs * growth : named + limitResetSlackMs;
  const loud = hold.probes === PROBES_LOUD;
  const because = `probe ${hold.probes} of ${account} in vain, still limited`;
  return {
    ...held,
    holds: { ...held.holds, [account]: { ...hold, until, sure: named !== null, probing: null } },
    due: soonest(held.due, until),
    notes: [...held.notes, { account, event: "probed", because, loud }],
  };
}

/** Each of the others follows at its own moment. */
function staggered(asked: Asked, agents: Memories, limited: readonly Member[]): Memories {
  const moved = limited.flatMap(({ name }) => {
    const memory = agents[name];
    if (memory?.life.is !== "held") return [];
    const until = asked.at + 1 + Math.ceil(FOLLOW_MS * jitter(name, memory.starts));
    return [[name, patch(memory, { life: { ...memory.life, until } })] as const];
  });
  return { ...agents, ...Object.fromEntries(moved) };
}

/** Held agents of an account without a hold are asked to go on when their moment has come. */
function release(asked: Asked, held: Held, limited: readonly Member[]): Held {
  let { agents, due } = held;
  for (const member of limited) {
    const memory = agents[member.name];
    if (memory?.life.is !== "held" || isAsked(memory)) continue;
    const { until } = memory.life;
    if (until !== null && asked.at < until) {
      due = soonest(due, until);
      continue;
    }
    if (wasAsked(memory)) {
      // A banner that stands for so long after is news; where there is none, nothing holds it any more.
      if (isPlain(memory)) agents = free(asked, agents, member);
      continue;
    }
    agents = resume(asked, agents, member);
    due = soonest(due, asked.at + 1);
  }
  return { ...held, agents, due };
}

function free(asked: Asked, agents: Memories, { name }: Member): Memories {
  const memory = agents[name];
  if (memory?.life.is !== "held") return agents;
  const life = { is: "up", since: asked.at, quiet: null } as const;
  const because = "no usage limit on its screen any more";
  return { ...agents, [name]: patch(memory, { life, because, banner: null }) };
}

function resume(asked: Asked, agents: Memories, member: Member): Memories {
  const memory = agents[member.name];
  if (memory === undefined) return agents;
  const text = member.kind === "loop" ? RESUME_LOOP : RESUME_PERSISTENT;
  const say = newSay({ kind: "limit", text, at: asked.at, order: null });
  const { at } = asked;
  const life =
    memory.life.is === "held" ? { ...memory.life, since: at, until: at + PROBE_MS } : memory.life;
  return { ...agents, [member.name]: patch(memory, { life, says: queued(memory.says, say) }) };
}

function without(
  holds: Readonly<Record<string, Hold>>,
  account: string,
): Readonly<Record<string, Hold>> {
  const { [account]: _gone, ...rest } = holds;
  return rest;
}
