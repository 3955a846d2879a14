// The fleet as rows of a table: what each member does in one word, what it waits for next, and who comes
// first. Made from what the engine published and an instant; it knows no terminal.

import { ahead } from "../ago.ts";
import { plain } from "../paint.ts";
import type { Standing } from "../standing.ts";
import { shortContext, shortDollars } from "../usage-text.ts";
import type { AgentReport, ServiceReport } from "../../core/report.ts";

/** How loud a row is; the colour only repeats what the word says. */
export type Tone = "needs you" | "waits" | "moves" | "works" | "rests" | "off";

export type Row = {
  readonly name: string;
  readonly kind: string;
  readonly session: string;
  readonly backend: string;
  readonly model: string;
  /** One word: the life, or the verdict of what is up. */
  readonly state: string;
  readonly tone: Tone;
  readonly since: number | null;
  readonly why: string;
  readonly paused: boolean;
  /** How full its context is and what it spent; null where nobody says so. */
  readonly context: string | null;
  readonly cost: string | null;
  readonly agent: AgentReport | null;
};

export const SORTS = ["who needs you", "as in the file", "name", "state", "age"] as const;
export type Sort = (typeof SORTS)[number];

export function rowsOf(standing: Standing): readonly Row[] {
  return [...standing.agents.map(agentRow), ...standing.services.map(serviceRow)];
}

/** Those in which every word of the filter occurs, in that order. */
export function arranged(rows: readonly Row[], filter: string, sort: Sort): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = words.length === 0 ? rows : rows.filter((row) => matches(row, words));
  const byRank = ORDERS[sort];
  return byRank === null ? kept : kept.toSorted(byRank);
}

/** Numbers of each state, the loudest first. */
export function counts(rows: readonly Row[]): readonly { state: string; tone: Tone; n: number }[] {
  const seen = new Map<string, { state: string; tone: Tone; n: number }>();
  for (const { state, tone } of rows) {
    const one = seen.get(state) ?? { state, tone, n: 0 };
    seen.set(state, { ...one, n: one.n + 1 });
  }
  return [...seen.values()].toSorted(
    (a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone) || b.n - a.n || order(a.state, b.state),
  );
}

/** What happens next by itself, or what a person has to do; "" when nothing is waited for. */
export function nextOf({ agent, state }: Row, now: number): string {
  if (agent === null) return "";
  const at = agent.until === null ? null : ahead(Date.parse(agent.until), now);
  switch (state) {
    case "asking":
      return "your answer";
    case "parked":
      return "your restart";
    case "paused":
      return at === null ? "your resume" : `goes on ${at}`;
    case "held":
      if (agent.held === "budget") return at === null ? "your resume" : `goes on ${at}`;
      return at === null
        ? "a probe"
        : agent.verdict === "limited"
          ? `reset ${at}`
          : `goes on ${at}`;
    case "backoff":
      return at === null ? "a start" : `start ${at}`;
    case "launching":
      return at === null ? "its screen" : `up ${at}`;
    case "stopping":
      return at === null ? "its end" : `signal ${at}`;
    case "waiting":
      return at === null ? "" : `goes on ${at}`;
    default:
      return afterwards(agent, now);
  }
}

function afterwards({ pending, queued, wakes, life }: AgentReport, now: number): string {
  if (life !== "up") return "";
  if (pending !== null) return "restart when idle";
  if (queued > 0) return queued === 1 ? "1 message waits" : `${queued} messages wait`;
  return typeof wakes === "string" ? `wake ${ahead(Date.parse(wakes), now)}` : "";
}

function agentRow(one: AgentReport): Row {
  const up = one.life === "up" ? one.verdict : one.life;
  const state = one.paused && one.life === "held" ? "paused" : up;
  return {
    name: plain(one.name),
    kind: one.kind,
    session: one.session,
    backend: plain(one.backend),
    model: modelOf(one),
    state,
    tone: TONE_OF[state] ?? "needs you",
    since: one.since === null ? null : Date.parse(one.since),
    why: whyOf(one, state),
    paused: one.paused,
    context: one.usage === null ? null : shortContext(one.usage) || null,
    cost: one.usage === null || one.usage.usd === null ? null : shortDollars(one.usage.usd),
    agent: one,
  };
}

/** The one that was chosen, else the one that it says it uses. */
function modelOf({ model, usage }: AgentReport): string {
  if (model !== "") return plain(model);
  return usage === null || usage.model === "" ? "default" : plain(usage.model);
}

function serviceRow(one: ServiceReport): Row {
  return {
    name: plain(one.name),
    kind: "service",
    session: one.session,
    backend: "",
    model: "",
    state: one.life,
    tone: one.life === "up" ? "works" : (TONE_OF[one.life] ?? "needs you"),
    since: one.since === null ? null : Date.parse(one.since),
    why: inOneLine(one.because),
    paused: false,
    context: null,
    cost: null,
    agent: null,
  };
}

/** A reason that only repeats the state is none. */
function whyOf(one: AgentReport, state: string): string {
  const because = one.because === state ? "" : one.because;
  const pending = one.pending === null ? "" : `restart pending: ${one.pending}`;
  const exit = one.life === "up" || one.exit === null || because.includes("exit") ? "" : ended(one);
  const orphan = one.orphan ? "no longer in the file" : "";
  return inOneLine([because, exit, orphan, pending].filter((part) => part !== "").join("; "));
}

function ended({ exit }: AgentReport): string {
  return exit?.signal === null ? `exit ${exit.code ?? "?"}` : `signal ${exit?.signal ?? "?"}`;
}

function inOneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, " ").trim();
}

const TONES: readonly Tone[] = ["needs you", "waits", "moves", "works", "rests", "off"];
const TONE_OF: Readonly<Record<string, Tone>> = {
  asking: "needs you",
  parked: "needs you",
  failed: "needs you",
  foreign: "needs you",
  held: "waits",
  limited: "waits",
  backoff: "waits",
  launching: "moves",
  starting: "moves",
  stopping: "moves",
  exited: "moves",
  gone: "moves",
  unseen: "moves",
  busy: "works",
  idle: "rests",
  waiting: "rests",
  paused: "rests",
  down: "off",
  ended: "off",
};

function matches(row: Row, words: readonly string[]): boolean {
  const text = `${row.name} ${row.state} ${row.kind} ${row.backend} ${row.model} ${row.why}`;
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** Whoever changes between busy and idle stays where he is: the table must not dance. */
function urgency({ tone }: Row): number {
  return tone === "needs you" ? 0 : tone === "waits" ? 1 : tone === "off" ? 3 : 2;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const ORDERS: Readonly<Record<Sort, ((a: Row, b: Row) => number) | null>> = {
  "who needs you": (a, b) => urgency(a) - urgency(b),
  "as in the file": null,
  name: (a, b) => order(a.name, b.name),
  state: (a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone) || order(a.state, b.state),
  age: (a, b) => (b.since ?? 0) - (a.since ?? 0),
};
