// What agents used, as their own programs told it, and what that costs: by what the program says, else by the
// prices that the user wrote, else nobody knows. Pure sums; where the figures come from says engine/ledger.ts.

import type { Price } from "../config/usage.ts";
import type { Instant } from "./types.ts";

/** Everything that went in, of it what a cache knew and what was put into one, what came out, dollars where told. */
export type Figures = {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly cost: number | null;
};

/** One record of a program about what it used. */
export type UsageTold = {
  readonly at: Instant;
  /** Of the message; "": it has none, and is told once. */
  readonly id: string;
  readonly model: string | null;
  /** What the whole message used so far; null: only a turn, or a model, is told. */
  readonly figures: Figures | null;
  readonly window: number | null;
  /** Of the turn that begins; null: none does. */
  readonly turn: string | null;
};

/** Of one agent on one day with one model. */
export type UsageRow = Figures & {
  /** "2026-11-20", by the host's calendar. */
  readonly day: string;
  readonly agent: string;
  readonly task: string | null;
  readonly account: string;
  readonly model: string;
  readonly turns: number;
};

export type Spent = {
  readonly usd: number;
  readonly tokens: number;
  readonly turns: number;
  /** Tokens in it of models without a price: it cost more than is known. */
  readonly unpriced: number;
};

/** What budgets are held against. */
export type SpentSeen = {
  readonly day: string;
  /** Today. */
  readonly all: Spent;
  readonly agents: Readonly<Record<string, Spent>>;
  readonly accounts: Readonly<Record<string, Spent>>;
  /** In all their life; a step is a visit of it, by the name of its agent. */
  readonly tasks: Readonly<Record<string, Spent>>;
  readonly steps: Readonly<Record<string, Spent>>;
};

/** What one agent used today, and how full its context is. */
export type UsageShown = Omit<Spent, "usd" | "tokens"> & {
  readonly day: string;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** Null: what it costs is not known of any of it. */
  readonly usd: number | null;
  /** Tokens of its context at its last message, and how many it can hold. */
  readonly context: number | null;
  readonly window: number | null;
  /** The model that it named last; "": none. */
  readonly model: string;
};

export const NO_FIGURES: Figures = { input: 0, cached: 0, written: 0, output: 0, cost: null };
export const NOT_SPENT: Spent = { usd: 0, tokens: 0, turns: 0, unpriced: 0 };

const PER = 1_000_000;

export function plus(a: Figures, b: Figures): Figures {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    written: a.written + b.written,
    output: a.output + b.output,
    cost: a.cost === null && b.cost === null ? null : (a.cost ?? 0) + (b.cost ?? 0),
  };
}

/** What a message grew by since it was told before; programs write one again while it grows. */
export function grown(now: Figures, before: Figures): Figures {
  const more = (key: "input" | "cached" | "written" | "output"): number =>
    Math.max(0, now[key] - before[key]);
  const cost = now.cost === null ? null : Math.max(0, now.cost - (before.cost ?? 0));
  return {
    input: more("input"),
    cached: more("cached"),
    written: more("written"),
    output: more("output"),
    cost,
  };
}

export function largest(a: Figures, b: Figures): Figures {
  return plus(b, grown(a, b));
}

export function isNothing({ input, output, cost }: Figures): boolean {
  return input + output === 0 && (cost ?? 0) === 0;
}

/** Null: neither its program nor the file says what it costs. */
export function usdOf(figures: Figures, model: string, prices: readonly Price[]): number | null {
  if (figures.cost !== null) return figures.cost;
  const price = priceOf(model, prices);
  if (price === null) return null;
  const { input, cached, written, output } = figures;
  const plain = Math.max(0, input - cached - written);
  const millionths =
    plain * price.input + cached * price.cached + written * price.written + output * price.output;
  return millionths / PER;
}

/** Asked for each row of a ledger, and always the same. */
function priceOf(model: string, prices: readonly Price[]): Price | null {
  const known = found.get(prices) ?? new Map<string, Price | null>();
  found.set(prices, known);
  const price = known.get(model);
  if (price !== undefined) return price;
  const best = bestOf(model, prices);
  known.set(model, best);
  return best;
}

const found = new WeakMap<readonly Price[], Map<string, Price | null>>();

/** The name itself, else the longest beginning of it. */
function bestOf(model: string, prices: readonly Price[]): Price | null {
  const fits = prices.filter(({ model: name }) =>
    name.endsWith("*") ? model.startsWith(name.slice(0, -1)) : model === name,
  );
  const [best = null] = fits.toSorted((a, b) => rank(b) - rank(a));
  return best;
}

function rank({ model }: Price): number {
  return model.endsWith("*") ? model.length - 1 : Number.POSITIVE_INFINITY;
}

export function spentOf(row: UsageRow, prices: readonly Price[]): Spent {
  const usd = usdOf(row, row.model, prices);
  const tokens = row.input + row.output;
  return { usd: usd ?? 0, tokens, turns: row.turns, unpriced: usd === null ? tokens : 0 };
}

export function both(a: Spent, b: Spent): Spent {
  return {
    usd: a.usd + b.usd,
    tokens: a.tokens + b.tokens,
    turns: a.turns + b.turns,
    unpriced: a.unpriced + b.unpriced,
  };
}

/** The sums that budgets are held against. */
export function spentSeen(
  rows: Iterable<UsageRow>,
  prices: readonly Price[],
  day: string,
): SpentSeen {
  const sums = { agents: sum(), accounts: sum(), tasks: sum(), steps: sum() };
  let all = NOT_SPENT;
  for (const row of rows) {
    // Most rows are of other days and of no task.
    if (row.day !== day && row.task === null) continue;
    const spent = spentOf(row, prices);
    if (row.task !== null) {
      sums.tasks.add(row.task, spent);
      sums.steps.add(row.agent, spent);
    }
    if (row.day !== day) continue;
    all = both(all, spent);
    if (row.task === null) sums.agents.add(row.agent, spent);
    sums.accounts.add(row.account, spent);
  }
  return {
    day,
    all,
    agents: sums.agents.of(),
    accounts: sums.accounts.of(),
    tasks: sums.tasks.of(),
    steps: sums.steps.of(),
  };
}

/** Null where of all of it nobody knows what it costs. */
export function knownUsd({ usd, tokens, unpriced }: Spent): number | null {
  return tokens > 0 && unpriced === tokens ? null : usd;
}

type Sum = {
  readonly add: (name: string, spent: Spent) => void;
  readonly of: () => Readonly<Record<string, Spent>>;
};

function sum(): Sum {
  const known = new Map<string, Spent>();
  return {
    add: (name, spent) => void known.set(name, both(known.get(name) ?? NOT_SPENT, spent)),
    of: () => Object.fromEntries(known),
  };
}
