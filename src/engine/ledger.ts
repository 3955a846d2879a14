// What the fleet used, added up: by day, agent, task and model, in a file of its own, so that a counter that moves is
// no new Memory. Sums and the places up to which logs were read are written together, seldom: whoever finds the file
// after a crash reads on from there, and counts nothing twice. It decides nothing.

import type { Config } from "../config/config.ts";
import { membersOf, type Member } from "../core/member.ts";
import type { Instant, Memory } from "../core/types.ts";
import {
  grown,
  largest,
  NO_FIGURES,
  plus,
  spentSeen,
  type Figures,
  type SpentSeen,
  type UsageRow,
  type UsageTold,
} from "../core/usage.ts";
import { same } from "../core/step.ts";
import { wallAt } from "../core/zone.ts";
import type { Disk } from "./disk.ts";
import { bounded, readLedger, usagePath, type Kept, type KeptAgent } from "./ledger-file.ts";
import type { Ports, UsageNews } from "./ports.ts";

/** Between two writings, the longer the more there is to write; what a crash costs is read again. */
const WRITE_MS = 10_000;
const WRITE_BYTES_A_SECOND = 5_000;
/** Between two figures that others are shown. */
const SHOW_MS = 10_000;
/** Messages of one agent that may still grow, and turns that may be told again. */
const OPEN_MESSAGES = 24;
const OPEN_TURNS = 16;

export type Ledger = {
  /** Adds what was told since the last look; what budgets are held against, where there are any. */
  readonly look: (config: Config, memory: Memory, at: Instant) => SpentSeen | null;
  /** Everything; the same object while nothing was used. */
  readonly kept: () => Kept;
  /** What everybody is shown: the same object for a while. */
  readonly shown: () => Kept;
  /** Writes what is not written. */
  readonly close: () => void;
};

/** What budgets are held against, made anew only where something was used, or another day or price counts. */
type SeenOf = {
  readonly count: number;
  readonly day: string;
  readonly prices: Kept["prices"];
  readonly spent: SpentSeen;
};

type Sums = {
  readonly rows: Map<string, UsageRow>;
  readonly agents: Map<string, KeptAgent>;
};

export function openLedger(disk: Disk, ports: Ports, stateDir: string): Ledger {
  let kept = readLedger(disk, stateDir);
  let sums = sumsOf(kept);
  let shown = { kept, at: Number.NEGATIVE_INFINITY };
  let written = { kept, at: Number.NEGATIVE_INFINITY, every: WRITE_MS };
  let { prices } = kept;
  let isStale = false;
  /** Looks at which something was used. */
  let count = 0;
  let seen: SeenOf | null = null;
  ports.signals.known(standsOf(kept));
  const now = (): Kept => {
    if (!isStale) return kept;
    isStale = false;
    const all: Kept = {
      v: 1,
      rows: [...sums.rows.values()],
      agents: Object.fromEntries(sums.agents),
      prices,
    };
    kept = bounded(all, ports.clock.now());
    if (kept !== all) sums = sumsOf(kept);
    return kept;
  };
  const write = (at: Instant): void => {
    const text = JSON.stringify(now());
    const saved = disk.write(usagePath(stateDir), text);
    const every = Math.max(WRITE_MS, (text.length / WRITE_BYTES_A_SECOND) * 1000);
    written = { kept: saved.ok ? now() : written.kept, at, every };
  };
  return {
    look: (config, memory, at) => {
      const news = ports.signals.used();
      if (news.length > 0) {
        const members = new Map(membersOf(config, memory).map((one) => [one.name, one]));
        for (const one of news) add(sums, one, { members, zone: ports.clock.zone() });
        isStale = true;
        count += 1;
      }
      if (prices !== config.prices && !same(prices, config.prices)) isStale = true;
      ({ prices } = config);
      const isDue = (since: Instant, every: number): boolean => Math.abs(at - since) >= every;
      if (isDue(shown.at, SHOW_MS) && shown.kept !== now()) shown = { kept: now(), at };
      if (isDue(written.at, written.every) && written.kept !== now()) write(at);
      if (config.budget === null) return null;
      const day = dayOf(at, ports.clock.zone());
      const isSame = seen?.count === count && seen.day === day && seen.prices === prices;
      if (!isSame) seen = { count, day, prices, spent: spentSeen(sums.rows.values(), prices, day) };
      return seen?.spent ?? null;
    },
    kept: now,
    shown: () => shown.kept,
    close: () => {
      if (written.kept !== now()) write(ports.clock.now());
    },
  };
}

function sumsOf({ rows, agents }: Kept): Sums {
  return {
    rows: new Map(rows.map((row) => [keyOf(row), row])),
    agents: new Map(Object.entries(agents)),
  };
}

function standsOf({ agents }: Kept): Parameters<Ports["signals"]["known"]>[0] {
  const stands = Object.entries(agents).flatMap(([name, { stand }]) =>
    stand === null ? [] : [[name, stand] as const],
  );
  return Object.fromEntries(stands);
}

/** "2026-11-20" on that zone's calendar. */
export function dayOf(at: Instant, zone: string): string {
  return new Date(wallAt(at, zone) ?? at).toISOString().slice(0, 10);
}

type Around = { readonly members: ReadonlyMap<string, Member>; readonly zone: string };

function add({ rows, agents }: Sums, news: UsageNews, { members, zone }: Around): void {
  const { agent, stand, told } = news;
  const member = members.get(agent);
  const before = agents.get(agent) ?? { ...UNKNOWN, model: member?.agent?.model ?? "" };
  let known = member === undefined ? before : { ...before, ...ownerOf(member) };
  for (const one of told) {
    const heard = heardBy(known, one);
    known = heard.known;
    if (!heard.isTurn && heard.more === null) continue;
    const { task, account, model } = known;
    const of = { day: dayOf(one.at, zone), agent, task, account, model };
    const row = rows.get(keyOf(of)) ?? { ...of, ...NO_FIGURES, turns: 0 };
    const turns = row.turns + (heard.isTurn ? 1 : 0);
    rows.set(keyOf(of), { ...row, ...plus(row, heard.more ?? NO_FIGURES), turns });
  }
  agents.set(agent, stand === null ? known : { ...known, stand });
}

const UNKNOWN: KeptAgent = {
  task: null,
  account: "",
  model: "",
  context: null,
  window: null,
  at: 0,
  stand: null,
  open: [],
  turns: [],
};

/** As the file says now; who is no longer in it stays what it was. */
function ownerOf({ agent, account }: Member): Pick<KeptAgent, "task" | "account"> {
  return { task: agent?.task?.id ?? null, account: account ?? "" };
}

type Of = Pick<UsageRow, "day" | "agent" | "account" | "model">;

function keyOf({ day, agent, account, model }: Of): string {
  return [day, agent, account, model].join("\n");
}

type HeardOf = {
  readonly known: KeptAgent;
  readonly more: Figures | null;
  readonly isTurn: boolean;
};

/** A message, or a turn, that was told before counts only with what is new in it. */
function heardBy(known: KeptAgent, one: UsageTold): HeardOf {
  const { figures, id, turn } = one;
  const isTurn = turn !== null && !known.turns.includes(turn);
  const before = known.open.find(([name]) => name === id)?.[1] ?? NO_FIGURES;
  const grows = figures !== null && id !== "";
  const others = known.open.filter(([name]) => name !== id);
  return {
    more: grows ? grown(figures, before) : figures,
    isTurn,
    known: {
      ...known,
      model: one.model ?? known.model,
      context: figures === null ? known.context : figures.input + figures.output,
      window: one.window ?? known.window,
      at: Math.max(known.at, one.at),
      open: grows
        ? [...others, [id, largest(figures, before)] as const].slice(-OPEN_MESSAGES)
        : known.open,
      turns: isTurn ? [...known.turns, turn].slice(-OPEN_TURNS) : known.turns,
    },
  };
}
