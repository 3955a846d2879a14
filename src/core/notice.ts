// Who is told of an incident, and when: each sink once, and once more while it still stands. In quiet hours, and
// beyond so many in an hour, what is due waits and comes as one digest. What was decided is kept until it is known
// to lie in the outbox. Pure: nothing is sent here, and texts are not cleaned yet.

import type { Config, Millis, NoticeEvent, NoticeLevel, Sink } from "../config/config.ts";
import {
  followed,
  type Incident,
  isPast,
  levelOf,
  ripeAt,
  type Shown,
  titleOf,
} from "./incident.ts";
import { clockAt, quietUntil } from "./quiet-hours.ts";
import { ACTION_LIMIT_MS, same, soonest } from "./step.ts";
import type { Action, Instant, Memory, Seen } from "./types.ts";
import { HOUR } from "./zone.ts";

export type SinkMemory = {
  /** Of the last hour, oldest first. */
  readonly sent: readonly Instant[];
  /** Something waits for the end of quiet hours or of a flood: it comes as a digest. */
  readonly holding: boolean;
};

/** What one sink is told at once. Its texts are as the screens had them: they are cleaned before they leave. */
export type Notice = {
  /** The same for the same notice, whoever sends it how often. */
  readonly id: string;
  readonly at: Instant;
  readonly sink: string;
  readonly kind: "first" | "reminder" | "digest";
  readonly level: NoticeLevel;
  readonly fleet: string;
  readonly items: readonly NoticeItem[];
  /** Incidents of a digest that no longer fit into it. */
  readonly more: number;
};
export type NoticeItem = {
  readonly incident: string;
  readonly event: NoticeEvent;
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  /** "03:12", by the sink's clock. */
  readonly clock: string;
  readonly over: boolean;
};

export type Notices = {
  readonly incidents: Readonly<Record<string, Incident>>;
  readonly sinks: Readonly<Record<string, SinkMemory>>;
  /** Decided, and not yet known to lie in the outbox: by the id of the action. */
  readonly out: Readonly<Record<string, { readonly notice: Notice; readonly at: Instant }>>;
};

/** More than these at one look are told in one notice. */
const AT_ONCE = 3;
/** Named in a digest; of the others only the number is told. */
const DIGEST_ITEMS = 20;
const RATE_MS: Millis = HOUR;

export const NO_NOTICES: Notices = { incidents: {}, sinks: {}, out: {} };

const RANK = { info: 0, warning: 1, alarm: 2 } as const;
const SILENT: SinkMemory = { sent: [], holding: false };

export type NoticeStep = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

/** After everything else of a look was decided. */
export function stepNotices(config: Config, memory: Memory, seen: Seen): NoticeStep {
  const known = memory.notices;
  if (config.notify.length === 0) {
    const none = known === undefined ? memory : withNotices(memory, NO_NOTICES);
    return { memory: none, actions: [], due: null };
  }
  const before = noLater(known ?? NO_NOTICES, seen.at);
  const told = tellAll(config, { config, memory, seen }, before);
  const out = laidOut(config, { before, fresh: told.notices, seen });
  const notices: Notices = {
    incidents: stillOwed(config, told, seen.at),
    sinks: told.sinks,
    out: out.kept,
  };
  return {
    memory: withNotices(memory, notices),
    actions: out.begun.map((notice) => notify(notice)),
    due: told.due,
  };
}

function withNotices(memory: Memory, notices: Notices): Memory {
  return same(memory.notices, notices) ? memory : { ...memory, notices };
}

/** A clock that was set back leaves what was told in the future: it was told now. */
function noLater(notices: Notices, at: Instant): Notices {
  const incidents = mapped(notices.incidents, (one) => ({
    ...one,
    since: Math.min(one.since, at),
    over: one.over === null ? null : Math.min(one.over, at),
    told: mapped(one.told, (when) => ({ ...when, at: Math.min(when.at, at) })),
  }));
  const sinks = mapped(notices.sinks, (one) => ({
    ...one,
    sent: one.sent.map((when) => Math.min(when, at)),
  }));
  const out = mapped(notices.out, (one) => ({ ...one, at: Math.min(one.at, at) }));
  return { incidents, sinks, out };
}

type Told = Pick<Notices, "incidents" | "sinks"> & {
  readonly notices: readonly Notice[];
  readonly due: Instant | null;
};

function tellAll(config: Config, shown: Shown & { readonly seen: Seen }, before: Notices): Told {
  let all: Told = {
    incidents: followed(before.incidents, shown),
    sinks: {},
    notices: [],
    due: null,
  };
  for (const sink of config.notify) {
    const teller: Teller = {
      sink,
      fleet: config.prefix.replace(/[-_]+$/, ""),
      at: shown.seen.at,
      zone: shown.seen.zone,
    };
    const one = tell(teller, all.incidents, before.sinks[sink.name] ?? SILENT);
    all = {
      incidents: one.incidents,
      sinks: { ...all.sinks, [sink.name]: one.memory },
      notices: [...all.notices, ...one.notices],
      due: soonest(all.due, one.due),
    };
  }
  return all;
}

type Teller = {
  readonly sink: Sink;
  readonly fleet: string;
  readonly at: Instant;
  readonly zone: string;
};
type Owed = { readonly key: string; readonly incident: Incident; readonly again: boolean };
type Incidents = Notices["incidents"];
type TellStep = {
  readonly incidents: Incidents;
  readonly memory: SinkMemory;
  readonly notices: readonly Notice[];
  readonly due: Instant | null;
};

function tell(teller: Teller, incidents: Incidents, before: SinkMemory): TellStep {
  const { sink, at, zone } = teller;
  const owed = Object.entries(incidents).flatMap(([key, incident]) => {
    const when = owedAt(sink, incident);
    const again = incident.told[sink.name] !== undefined;
    // What is over is told only where it had to wait: else it needed nobody.
    const needed = incident.over === null || before.holding;
    return when !== null && when <= at && needed ? [{ key, incident, again }] : [];
  });
  const sent = before.sent.filter((when) => at - when < RATE_MS);
  const due = nextDue(sink, incidents, at);
  const memory: SinkMemory = { sent, holding: false };
  if (owed.length === 0) return { incidents, memory, notices: [], due };
  const quiet = quietUntil(sink.quiet, at, zone);
  const [oldest] = sent;
  const full = sent.length >= sink.rate && oldest !== undefined ? oldest + RATE_MS : null;
  const waits = quiet ?? full;
  if (waits !== null) {
    const held = { sent, holding: true };
    return { incidents, memory: held, notices: [], due: soonest(due, waits) };
  }
  const few = owed.length <= Math.min(AT_ONCE, sink.rate - sent.length);
  const notices =
    few && !before.holding ? owed.map((one) => single(teller, one)) : [digest(teller, owed)];
  const now = marked(sink, { incidents, owed, at });
  return {
    incidents: now,
    memory: { sent: [...sent, ...notices.map(() => at)], holding: false },
    notices,
    due: nextDue(sink, now, at),
  };
}

/** When this sink is to be told next of an incident; null: never. */
function owedAt(sink: Sink, incident: Incident): Instant | null {
  const { event, over, told } = incident;
  if (!sink.events.includes(event) || RANK[levelOf(incident)] < RANK[sink.level]) return null;
  const before = told[sink.name];
  if (before === undefined) return ripeAt(incident);
  // News is told once; who waits is mentioned once more.
  const done = before.again || over !== null || levelOf(incident) === "info" || sink.remindMs === 0;
  return done ? null : before.at + sink.remindMs;
}

function nextDue(sink: Sink, incidents: Incidents, at: Instant): Instant | null {
  const dues = Object.values(incidents).map((one) => owedAt(sink, one));
  return soonest(...dues.map((due) => (due === null || due <= at ? null : due)));
}

type Marking = {
  readonly incidents: Incidents;
  readonly owed: readonly Owed[];
  readonly at: Instant;
};

function marked({ name }: Sink, { incidents, owed, at }: Marking): Incidents {
  const now = owed.map(({ key, incident, again }): readonly [string, Incident] => [
    key,
    { ...incident, told: { ...incident.told, [name]: { at, again } } },
  ]);
  return { ...incidents, ...Object.fromEntries(now) };
}

function single(teller: Teller, one: Owed): Notice {
  const { sink, fleet, at } = teller;
  const { id } = one.incident;
  return {
    id: `${id}${one.again ? "-again" : ""}.${sink.name}`,
    at,
    sink: sink.name,
    kind: one.again ? "reminder" : "first",
    level: levelOf(one.incident),
    fleet,
    items: [item(teller, one)],
    more: 0,
  };
}

function digest(teller: Teller, owed: readonly Owed[]): Notice {
  const { sink, fleet, at } = teller;
  const levels = owed.map(({ incident }) => levelOf(incident));
  const sorted = owed.toSorted((a, b) => a.incident.since - b.incident.since);
  return {
    id: `digest-${at.toString(36)}.${sink.name}`,
    at,
    sink: sink.name,
    kind: "digest",
    level: levels.toSorted((a, b) => RANK[b] - RANK[a])[0] ?? "info",
    fleet,
    items: sorted.slice(0, DIGEST_ITEMS).map((one) => item(teller, one)),
    more: Math.max(0, owed.length - DIGEST_ITEMS),
  };
}

function item({ sink, zone }: Teller, { incident, again }: Owed): NoticeItem {
  const { id, event, subject, text, since, over } = incident;
  return {
    incident: id,
    event,
    subject,
    title: again ? `still: ${titleOf(incident)}` : titleOf(incident),
    text,
    clock: clockAt(sink.quiet, since, zone),
    over: over !== null,
  };
}

type Laying = {
  readonly before: Notices;
  readonly fresh: readonly Notice[];
  readonly seen: Pick<Seen, "at" | "since" | "outcomes">;
};

/** Laid out again is what failed, what took too long, and, by a new process, all whose end it cannot know. */
function laidOut(
  { notify: sinks }: Config,
  { before, fresh, seen }: Laying,
): { readonly kept: Notices["out"]; readonly begun: readonly Notice[] } {
  const kept: Record<string, Notices["out"][string]> = {};
  const begun: Notice[] = [];
  for (const [id, one] of Object.entries(before.out)) {
    const outcome = seen.outcomes.find((candidate) => candidate.id === id);
    if (outcome?.ok === true || sinks.every(({ name }) => name !== one.notice.sink)) continue;
    const late = seen.at - one.at >= ACTION_LIMIT_MS;
    const again = seen.since === null || outcome !== undefined || late;
    kept[id] = again ? { ...one, at: seen.at } : one;
    if (again) begun.push(one.notice);
  }
  for (const notice of fresh) {
    kept[notify(notice).id] = { notice, at: seen.at };
    begun.push(notice);
  }
  return { kept, begun };
}

function notify(notice: Notice): Action {
  const [first, second] = notice.items;
  const only = second === undefined ? first : undefined;
  return {
    do: "notify",
    id: `notify.${notice.id}`,
    target: only?.subject ?? "fleet",
    because: `${notice.sink} is told: ${only?.title ?? "a digest"}`,
    notice,
  };
}

/** What is over goes, once nobody is owed a word of it. */
function stillOwed(config: Config, { incidents, sinks }: Told, at: Instant): Incidents {
  const holding = config.notify.filter(({ name }) => sinks[name]?.holding === true);
  const kept = Object.entries(incidents).filter(
    ([, one]) => !isPast(one, at) || holding.some((sink) => owedAt(sink, one) !== null),
  );
  return Object.fromEntries(kept);
}

function mapped<T>(
  all: Readonly<Record<string, T>>,
  change: (one: T) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]));
}
