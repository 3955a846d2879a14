// What the fleet looks like to a reader: the document behind `agents status`, made from Memory alone,
// so that it says the same whether a watchdog runs or somebody looked once.

import type { Config } from "../config/config.ts";
import type { BudgetMemory } from "./budget.ts";
import { jobReports, type JobReport } from "./job-report.ts";
import { modelOf } from "./launch.ts";
import { membersOf, type Member } from "./member.ts";
import { orphansOf } from "./orphan.ts";
import type { UsageShown } from "./usage.ts";
import type { AgentMemory, Hold, Instant, Life, Memory } from "./types.ts";

export type Report = {
  readonly loops: readonly LoopReport[];
  readonly agents: readonly AgentReport[];
  readonly services: readonly ServiceReport[];
  readonly holds: readonly HoldReport[];
  readonly budgets: readonly BudgetReport[];
  readonly jobs: readonly JobReport[];
};

/** A budget of which 80 percent are spent, or all; or more, by a person's word. */
export type BudgetReport = Pick<
  BudgetMemory,
  "scope" | "name" | "level" | "granted" | "because"
> & {
  readonly since: string | null;
  /** When the next day begins, of a day's. */
  readonly until: string | null;
};

/** An account that waits out a usage limit, and who waits with it. */
export type HoldReport = {
  readonly account: string;
  readonly since: string | null;
  readonly until: string | null;
  /** The reset was named; else it is asked for now and then. */
  readonly sure: boolean;
  readonly probing: string | null;
  /** A lost login keeps nobody but tasks waiting. */
  readonly why: "limit" | "login";
  readonly agents: readonly string[];
};

export type LoopReport = {
  readonly name: string;
  readonly phase: string | null;
  readonly index: number;
  readonly count: number;
  readonly plan: string;
  readonly done: boolean;
  readonly complete: boolean;
  readonly because: string;
};

export type AgentReport = {
  readonly name: string;
  readonly kind: string;
  readonly role: string | null;
  readonly loop: string | null;
  readonly backend: string;
  readonly account: string | null;
  readonly model: string;
  readonly session: string;
  readonly watch: string;
  readonly enabled: boolean;
  readonly wanted: "up" | "down";
  readonly paused: boolean;
  readonly life: Life["is"];
  /** What holds it; null where nothing does. */
  readonly held: Extract<Life, { is: "held" }>["why"] | null;
  readonly verdict: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly because: string;
  readonly pending: string | null;
  /** When its wake prompt is next due; null when it has none. */
  readonly wakes: string | null;
  /** Messages that wait to be typed. */
  readonly queued: number;
  readonly starts: number;
  readonly exit: AgentMemory["exit"];
  readonly pid: number | null;
  readonly orphan: boolean;
  /** Null: its program tells nothing of what it uses. */
  readonly usage: UsageShown | null;
};

export type ServiceReport = {
  readonly name: string;
  readonly session: string;
  readonly life: Life["is"];
  readonly since: string | null;
  readonly because: string;
  readonly pid: number | null;
};

/** `iso` writes an instant: the core cannot, it knows no calendar. */
export function report(config: Config, memory: Memory, iso: (at: Instant) => string): Report {
  const written = (at: Instant | null): string | null => (at === null ? null : iso(at));
  const members = [...membersOf(config, memory), ...orphansOf(config, memory)];
  return {
    loops: loopsOf(config, memory),
    agents: members
      .filter((member) => member.kind !== "service")
      .map((member) => agentOf(config, memory, { member, written })),
    services: members
      .filter((member) => member.kind === "service")
      .map((member) => serviceOf(memory, member, written)),
    holds: holdsOf(memory, { members, written }),
    budgets: Object.values(memory.budgets ?? {}).map(
      ({ scope, name, level, granted, because, since, until }) => ({
        scope,
        name,
        level,
        granted,
        because,
        since: written(since),
        until: written(until),
      }),
    ),
    jobs: jobReports(config, memory, iso),
  };
}

type Written = (at: Instant | null) => string | null;

function loopsOf(config: Config, memory: Memory): readonly LoopReport[] {
  return config.loops.map((loop) => {
    const known = memory.loops[loop.name];
    const index = Math.min(known?.index ?? 0, Math.max(loop.phases.length - 1, 0));
    const phase = loop.phases[index];
    return {
      name: loop.name,
      phase: phase?.id ?? null,
      index,
      count: loop.phases.length,
      plan: phase?.plan ?? "",
      done: known?.complete === true,
      complete: known?.complete === true,
      because: known?.because ?? "",
    };
  });
}

function holdsOf(
  memory: Memory,
  { members, written }: { readonly members: readonly Member[]; readonly written: Written },
): readonly HoldReport[] {
  return Object.entries(memory.holds).map(([account, hold]) => ({
    account,
    since: written(hold.since),
    until: written(hold.until),
    sure: hold.sure,
    probing: hold.probing?.agent ?? null,
    why: hold.why ?? "limit",
    agents: members.flatMap(({ name, account: own }) => {
      const life = memory.agents[name]?.life;
      return own === account && life?.is === "held" && life.why === "limit" ? [name] : [];
    }),
  }));
}

type Asked = { readonly member: Member; readonly written: Written };

function agentOf(config: Config, memory: Memory, { member, written }: Asked): AgentReport {
  const one = memory.agents[member.name];
  const { agent } = member;
  const loop = config.loops.find((candidate) => candidate.name === agent?.loop);
  const phase = loop?.phases[memory.loops[loop.name]?.index ?? 0] ?? null;
  const hold = member.account === null ? undefined : memory.holds[member.account];
  const down =
    one?.wanted === "down" ||
    (one?.wanted !== "up" && (memory.fleet.wanted === "down" || !member.enabled));
  return {
    name: member.name,
    kind: member.kind,
    role: agent?.role ?? null,
    loop: agent?.loop ?? null,
    backend: member.backend.name,
    account: member.account,
    model: agent === null ? "" : modelOf({ agent, phase }),
    session: member.session,
    watch: member.watch,
    enabled: member.enabled,
    wanted: down ? "down" : "up",
    paused: (one?.paused ?? false) !== false,
    life: one?.life.is ?? "down",
    held: one?.life.is === "held" ? one.life.why : null,
    verdict: one?.verdict.is ?? "gone",
    since: written(one === undefined ? null : sinceOf(one.life)),
    until: written(one === undefined ? null : untilOf(one, hold)),
    because: one?.because ?? "",
    pending: one?.pending === null || one?.pending === undefined ? null : one.pending.because,
    wakes: written(one?.wakeAt ?? null),
    queued: one?.says.filter(({ state }) => state === "queued").length ?? 0,
    starts: one?.starts ?? 0,
    exit: one?.exit ?? null,
    pid: one?.run?.pid ?? null,
    orphan: agent === null,
    usage: null,
  };
}

function serviceOf(memory: Memory, member: Member, written: Written): ServiceReport {
  const one = memory.agents[member.name];
  return {
    name: member.name,
    session: member.session,
    life: one?.life.is ?? "down",
    since: written(one === undefined ? null : sinceOf(one.life)),
    because: one?.because ?? "",
    pid: one?.run?.pid ?? null,
  };
}

function sinceOf(life: Life): Instant | null {
  return "since" in life ? life.since : null;
}

/** The next instant at which something happens by itself; a held agent waits for its account. */
function untilOf(one: AgentMemory, hold: Hold | undefined): Instant | null {
  if (one.life.is === "held" && one.life.why === "limit" && hold !== undefined) return hold.until;
  if (one.verdict.is === "waiting" && one.life.is === "up") return one.verdict.until;
  return "until" in one.life ? one.life.until : null;
}
