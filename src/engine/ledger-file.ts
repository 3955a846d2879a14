// state/usage.json: who used how much, on which day, and up to where each log was read. Read without believing it,
// and kept within bounds: what is oldest loses first its agent, and then goes.

import type { Instant } from "../core/types.ts";
import type { Price } from "../config/usage.ts";
import { plus, type Figures, type UsageRow } from "../core/usage.ts";
import type { Disk } from "./disk.ts";
import type { LogStand } from "./ports.ts";

/** Rows of a year of a fleet of twelve; beyond that, the oldest days are kept as one row for each model. */
const ROWS_MOST = 6000;
/** How many of these are made room for at once. */
const ROWS_FOLDED = 1000;
/** Agents of whom the last figures are known; each visit of a task's step is one. */
const AGENTS_MOST = 1000;

export type KeptAgent = {
  readonly task: string | null;
  readonly account: string;
  /** The one it used last. */
  readonly model: string;
  /** Tokens of its context at its last message, and how many it can hold. */
  readonly context: number | null;
  readonly window: number | null;
  /** When it told something last. */
  readonly at: Instant;
  readonly stand: LogStand | null;
  /** Messages that may still grow, with what they came to so far; the newest last. */
  readonly open: readonly (readonly [string, Figures])[];
  /** Turns that may be told again. */
  readonly turns: readonly string[];
};

export type Kept = {
  readonly v: 1;
  readonly rows: readonly UsageRow[];
  readonly agents: Readonly<Record<string, KeptAgent>>;
  /** Of the file that was in force, for who reads no configuration. */
  readonly prices: readonly Price[];
};

const EMPTY: Kept = { v: 1, rows: [], agents: {}, prices: [] };

/** Stands for all whose names are forgotten. */
const OTHERS = "";

export function usagePath(stateDir: string): string {
  return `${stateDir}/usage.json`;
}

/** Nothing where there is none, or none that can be read: then the sums begin anew. */
export function readLedger(disk: Disk, stateDir: string): Kept {
  const read = disk.read(usagePath(stateDir));
  if (!read.ok || read.value === null) return EMPTY;
  return ledgerIn(new TextDecoder().decode(read.value));
}

export function ledgerIn(text: string): Kept {
  try {
    const value: unknown = JSON.parse(text);
    if (!isTable(value) || value["v"] !== 1) return EMPTY;
    const rows = Array.isArray(value["rows"]) ? value["rows"].filter(isRow) : [];
    const agents = isTable(value["agents"]) ? Object.entries(value["agents"]) : [];
    const known = agents.flatMap(([name, one]) => (isAgent(one) ? [[name, one] as const] : []));
    const prices = Array.isArray(value["prices"]) ? value["prices"].filter(isPrice) : [];
    return { v: 1, rows, agents: Object.fromEntries(known), prices };
  } catch {
    return EMPTY;
  }
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFigures(value: unknown): value is Table & Figures {
  if (!isTable(value)) return false;
  const { input, cached, written, output, cost } = value;
  return [input, cached, written, output, cost ?? 0].every(Number.isFinite);
}

function isRow(value: unknown): value is UsageRow {
  if (!isFigures(value)) return false;
  const row: Table = value;
  const names = [row["day"], row["agent"], row["account"], row["model"], row["task"] ?? ""];
  return Number.isFinite(row["turns"]) && names.every((one) => typeof one === "string");
}

function isPrice(value: unknown): value is Price {
  if (!isTable(value) || typeof value["model"] !== "string") return false;
  const { input, cached, written, output } = value;
  return [input, cached, written, output].every(Number.isFinite);
}

function isAgent(value: unknown): value is KeptAgent {
  if (!isTable(value)) return false;
  const { at, open, turns, model, account, stand } = value;
  const named = typeof model === "string" && typeof account === "string";
  const pairs = Array.isArray(open) && open.every((one) => Array.isArray(one) && isFigures(one[1]));
  const known = Array.isArray(turns) && (stand === null || isTable(stand));
  return named && pairs && known && Number.isFinite(at);
}

export function bounded(kept: Kept, at: Instant): Kept {
  const agents = fewer(kept.agents, at);
  if (kept.rows.length <= ROWS_MOST) return agents === kept.agents ? kept : { ...kept, agents };
  const sorted = kept.rows.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const cut = sorted.length - ROWS_MOST + ROWS_FOLDED;
  return {
    ...kept,
    agents,
    rows: [...folded(sorted.slice(0, cut)), ...sorted.slice(cut)].slice(-ROWS_MOST),
  };
}

/** One row for each day, account and model. */
function folded(rows: readonly UsageRow[]): readonly UsageRow[] {
  const sums = new Map<string, UsageRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.day, row.account, row.model]);
    const sum = sums.get(key);
    const turns = row.turns + (sum?.turns ?? 0);
    sums.set(key, {
      ...(sum === undefined ? row : { ...row, ...plus(sum, row) }),
      agent: OTHERS,
      task: null,
      turns,
    });
  }
  return [...sums.values()];
}

function fewer(agents: Kept["agents"], at: Instant): Kept["agents"] {
  const entries = Object.entries(agents);
  if (entries.length <= AGENTS_MOST) return agents;
  // A log that is dated ahead does not outlive all others.
  const age = ({ at: told }: KeptAgent): Instant => Math.min(told, at);
  return Object.fromEntries(
    entries.toSorted(([, a], [, b]) => age(a) - age(b)).slice(-AGENTS_MOST),
  );
}
