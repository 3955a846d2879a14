// What stands still and will not move without a person: read off Memory after every decision, and followed from
// the first look that shows it to the first that does not. Who is told of it, and when, notice.ts says.

import type { Config, Millis, NoticeEvent, NoticeLevel } from "../config/config.ts";
import { isBraked } from "./fleet.ts";
import { hash } from "./hash.ts";
import { membersOf } from "./member.ts";
import { LONGEST_QUOTE } from "./rows.ts";
import { remembering } from "./remembering.ts";
import type { AgentMemory, Instant, Memory, Seen, TaskMemory } from "./types.ts";
import { MINUTE } from "./zone.ts";

/** Something that stopped and will not move without a person, from its first look to the one without it. */
export type Incident = {
  readonly id: string;
  readonly event: NoticeEvent;
  /** The agent, account or loop that it is about. */
  readonly subject: string;
  readonly text: string;
  /** Where it is another one than that of its event. */
  readonly level?: NoticeLevel;
  readonly since: Instant;
  /** Null while it stands. */
  readonly over: Instant | null;
  /** By sink: when it was told, and whether it was told once more. */
  readonly told: Readonly<Record<string, { readonly at: Instant; readonly again: boolean }>>;
};

/** What does not stand this long needs nobody. A question may be answered by who sits there. */
const STANDS_MS: Readonly<Record<NoticeEvent, Millis>> = {
  asking: 30_000,
  parked: 0,
  auth: 0,
  budget: 0,
  done: 0,
  degraded: 3 * MINUTE,
};
const LEVEL: Readonly<Record<NoticeEvent, NoticeLevel>> = {
  asking: "warning",
  parked: "alarm",
  auth: "alarm",
  budget: "alarm",
  done: "info",
  degraded: "alarm",
};
/** What is back within this time, as after a screen that was drawn anew, was never gone. */
const FLICKER_MS: Millis = 10_000;
/** The text of one; a screen's question is shorter. */
const TEXT_MAX = 4000;
/** More than a fleet can have at once; the oldest that are over go first. */
const INCIDENTS_MAX = 2000;

type Incidents = Readonly<Record<string, Incident>>;
type Standing = Pick<Incident, "event" | "subject" | "text" | "level">;
export type Shown = {
  readonly config: Config;
  readonly memory: Memory;
  readonly seen: Pick<Seen, "at" | "server" | "quarantined">;
};

/** By key: the same key is the same incident as long as it stands. */
export function followed(before: Incidents, shown: Shown): Incidents {
  const { at } = shown.seen;
  const now = standing(shown, before);
  const kept = Object.entries(before).flatMap(([key, one]) => {
    const lasts = now[key] !== undefined;
    if (one.over === null) return [[key, lasts ? one : { ...one, over: at }] as const];
    if (!lasts) return [[key, one] as const];
    return at - one.over <= FLICKER_MS ? [[key, { ...one, over: null }] as const] : [];
  });
  const known = Object.fromEntries(kept);
  const begun = Object.entries(now).flatMap(([key, one]) =>
    known[key] === undefined ? [[key, opened(key, one, at)] as const] : [],
  );
  return bounded({ ...known, ...Object.fromEntries(begun) });
}

export function levelOf({ event, level }: Incident): NoticeLevel {
  return level ?? LEVEL[event];
}

/** When it has stood long enough to be told; null: it went before. */
export function ripeAt({ event, since, over }: Incident): Instant | null {
  const ripe = since + STANDS_MS[event];
  return over !== null && over < ripe ? null : ripe;
}

/** Nothing of it is worth remembering, unless somebody is still to be told. */
export function isPast({ over }: Incident, at: Instant): boolean {
  return over !== null && at - over > FLICKER_MS;
}

export function titleOf({ event, subject }: Incident): string {
  switch (event) {
    case "asking":
      return `${subject} asks`;
    case "parked":
      return subject.startsWith("job ") ? `${subject} failed` : `${subject} is parked`;
    case "auth":
      return `login lost: ${subject}`;
    case "budget":
      return `budget: ${subject}`;
    case "done":
      return `loop ${subject} is done`;
    case "degraded":
      return "the watchdog is degraded";
  }
}

function opened(key: string, one: Standing, at: Instant): Incident {
  const id = `${one.event}-${hash(`${key}|${at}`).slice(0, 16)}`;
  return { ...one, text: one.text.slice(0, TEXT_MAX), id, since: at, over: null, told: {} };
}

function standing(shown: Shown, before: Incidents): Readonly<Record<string, Standing>> {
  const { config, memory, seen } = shown;
  const all: Record<string, Standing> = {};
  const add = (key: string, one: Standing): void => {
    all[key] ??= one;
  };
  for (const [name, agent] of Object.entries(memory.agents)) {
    for (const [key, one] of ofAgent(shown, name, agent)) add(key, one);
    // Who is not seen has not moved on.
    if (agent.verdict.is !== "unseen") continue;
    for (const [key, one] of Object.entries(before))
      if (one.event === "asking" && one.subject === name && one.over === null) add(key, one);
  }
  for (const [name, { complete, because }] of Object.entries(memory.loops))
    if (complete && config.loops.some((loop) => loop.name === name))
      add(`done/${name}`, { event: "done", subject: name, text: because });
  // Who lost it may be gone: others do its tasks, and still somebody has to log in.
  for (const [account, { why, by }] of Object.entries(memory.holds))
    if (why === "login")
      add(`auth/${account}`, {
        event: "auth",
        subject: account,
        text: `seen on ${by}; its tasks go elsewhere meanwhile`,
      });
  for (const [key, { level, scope, name, because }] of Object.entries(memory.budgets ?? {}))
    if (level !== "fine")
      add(`budget/${level}/${key}`, {
        event: "budget",
        subject: scope === "day" ? "today" : name,
        text: because,
        ...(level === "warned" && { level: "info" as const }),
      });
  for (const { id, state, because } of taskTroubles(memory))
    add(`task/${id}/${state}`, {
      event: state === "failed" ? "parked" : "asking",
      subject: `task ${id}`,
      text: because,
    });
  for (const [name, { last }] of Object.entries(memory.jobs ?? {}))
    if (last?.came === "failed" && config.jobs.some((job) => job.name === name))
      add(`job/${name}`, { event: "parked", subject: `job ${name}`, text: last.because });
  const degraded = { event: "degraded", subject: "watchdog" } as const;
  if (seen.server === "unseen")
    add("degraded/tmux", { ...degraded, text: "tmux does not answer: nothing is seen of anybody" });
  if (isBraked(memory, seen))
    add("degraded/brake", { ...degraded, text: "many agents look wrong at once: none is killed" });
  for (const text of seen.quarantined ?? [])
    add(`degraded/pattern/${hash(text).slice(0, 12)}`, { ...degraded, text });
  return all;
}

const troubles = remembering<readonly TaskMemory[]>(() => true);

/** Tasks that wait for a person, and those that failed; read off anew only where a task changed. */
function taskTroubles({ tasks }: Memory): readonly TaskMemory[] {
  if (tasks === undefined) return [];
  return troubles(tasks, [], () =>
    Object.values(tasks).filter(({ state }) => state === "needs-human" || state === "failed"),
  );
}

function ofAgent(
  { config, memory }: Pick<Shown, "config" | "memory">,
  name: string,
  { life, verdict, because }: AgentMemory,
): readonly (readonly [string, Standing])[] {
  if (life.is === "parked") {
    const shared = life.why === "auth" ? "auth" : life.why === "credit" ? "budget" : null;
    if (shared === null)
      return [[`parked/${name}`, { event: "parked", subject: name, text: because }]];
    // A login is lost once for all who share it.
    const account = membersOf(config, memory).find((one) => one.name === name)?.account ?? name;
    const text = `${name}: ${because}`;
    return [[`${shared}/${account}`, { event: shared, subject: account, text }]];
  }
  const stands =
    life.is === "up" || life.is === "launching" || (life.is === "held" && life.why !== "paused");
  if (verdict.is !== "asking" || !stands) return [];
  const text = whole(verdict.text === "" ? verdict.what : verdict.text);
  return [[`asking/${name}/${question(text)}`, { event: "asking", subject: name, text }]];
}

/** A quote that was cut may end in half a secret, which has no shape: its last word is left out. */
function whole(text: string): string {
  return text.length < LONGEST_QUOTE ? text : text.replace(/\s*\S*$/, " …");
}

/** The next question is another incident; a clock or a pointer that moves in it makes none. */
function question(text: string): string {
  return hash(text.replaceAll(/[^\p{L}]+/gu, " ").trim()).slice(0, 12);
}

function bounded(all: Incidents): Incidents {
  const entries = Object.entries(all);
  if (entries.length <= INCIDENTS_MAX) return all;
  const rank = ([, { over, since }]: readonly [string, Incident]): number =>
    over === null ? since : since - Number.MAX_SAFE_INTEGER / 2;
  return Object.fromEntries(entries.toSorted((a, b) => rank(a) - rank(b)).slice(-INCIDENTS_MAX));
}
