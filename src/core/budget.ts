// What may still be used: each budget against what was used of it, from the look that shows 80 percent on. A budget that
// is spent holds its agents or stops them; nothing here touches them. Costs nothing while nothing is used.

import type { Budget, Limit } from "../config/budget.ts";
import type { Agent, Config } from "../config/config.ts";
import type { Member } from "./member.ts";
import { remembering } from "./remembering.ts";
import { same } from "./step.ts";
import { isOver } from "./task.ts";
import type { Action, Instant, Memory, Order, Seen, Want } from "./types.ts";
import type { Spent, SpentSeen } from "./usage.ts";
import { DAY, instantsAt, wallAt } from "./zone.ts";

export type BudgetMemory = {
  readonly scope: "day" | "agent" | "account" | "task" | "step";
  /** Of whom; "" of a day. */
  readonly name: string;
  /** Null: of all its life. */
  readonly day: string | null;
  readonly level: "fine" | "warned" | "reached";
  readonly since: Instant;
  /** When the next day begins, of a day's. */
  readonly until: Instant | null;
  /** How often a person let it go on: each time by its own amount. */
  readonly granted: number;
  /** A person has just said so. */
  readonly freed?: true;
  /** The limit that is nearest, and in a sentence how much of it was used when its level was entered. */
  readonly of: string;
  readonly because: string;
};

type Budgets = Readonly<Record<string, BudgetMemory>>;

type BudgetsStep = { readonly memory: Memory; readonly actions: readonly Action[] };

export function stepBudgets(config: Config, memory: Memory, seen: Seen): BudgetsStep {
  const { budget } = config;
  const before = memory.budgets ?? NONE;
  if (budget === null || seen.spent === undefined)
    return budget === null && memory.budgets !== undefined
      ? { memory: { ...memory, budgets: NONE }, actions: [] }
      : { memory, actions: [] };
  const now = budgets(seen.spent, [config, before, memory.tasks], () =>
    levels({ config, budget, memory, spent: seen.spent ?? NOTHING, seen }),
  );
  if (now === before) return { memory, actions: [] };
  return { memory: { ...memory, budgets: now }, actions: notes(before, now, seen.at) };
}

const NONE: Budgets = {};
const NOTHING: SpentSeen = {
  day: "",
  all: { usd: 0, tokens: 0, turns: 0, unpriced: 0 },
  agents: {},
  accounts: {},
  tasks: {},
  steps: {},
};
const budgets = remembering<Budgets>(() => true);

/** Why this agent may begin nothing now; null: it may. */
export function spentBudget(
  { name, account, task }: Pick<Agent, "name" | "account" | "task">,
  { budgets: all }: { readonly budgets?: Memory["budgets"] },
): BudgetMemory | null {
  if (all === undefined) return null;
  const own = task === undefined ? [`agent/${name}`] : [`task/${task.id}`, `step/${name}`];
  const found = ["day/", `account/${account}`, ...own].map((key) => all[key]);
  return found.find((one) => one?.level === "reached") ?? null;
}

/** Null: nothing of a budget is in the way. Who is parked or has ended is stopped by nobody, and so starts by nobody. */
export function budgetWant(config: Config, { agent }: Member, memory: Memory): Want | null {
  const spent = agent === null ? null : spentBudget(agent, memory);
  if (agent === null || spent === null) return null;
  const when = spent.until === null ? "with" : "tomorrow, or with";
  const because = `${spent.because}; it goes on ${when} \`agents resume\``;
  const life = memory.agents[agent.name]?.life.is;
  const stops = config.budget?.atLimit === "stop" && life !== "parked" && life !== "ended";
  return { is: stops ? "down" : "hold", because };
}

/** Why a task may not begin; null: it may. */
export function taskBudget(id: string, all: Memory["budgets"]): string | null {
  const found = [all?.["day/"], all?.[`task/${id}`]].find((one) => one?.level === "reached");
  return found === undefined ? null : found.because;
}

/** A person lets it go on: without names all of them, else what is theirs alone. */
export function freed(memory: Memory, { names }: Pick<Order, "names">): Memory {
  const { budgets: all } = memory;
  if (all === undefined) return memory;
  const isMeant = ({ scope, name }: BudgetMemory): boolean =>
    names.length === 0 ||
    ((scope === "agent" || scope === "step") && names.includes(name)) ||
    (scope === "task" && names.some((one) => one.startsWith(`${name}-`)));
  const next = Object.entries(all).map(([key, one]) =>
    one.level === "reached" && isMeant(one)
      ? [key, { ...one, freed: true as const, granted: one.granted + 1 }]
      : [key, one],
  );
  return { ...memory, budgets: Object.fromEntries(next) };
}

type Looked = {
  readonly config: Config;
  readonly budget: Budget;
  readonly memory: Memory;
  readonly spent: SpentSeen;
  readonly seen: Pick<Seen, "at" | "zone">;
};

type Asked = Pick<BudgetMemory, "scope" | "name"> & {
  readonly limits: readonly Limit[];
  readonly spent: Spent | undefined;
};

/** The same object where no level changed: what is spent moves with every look. */
function levels(looked: Looked): Budgets {
  const before = looked.memory.budgets ?? NONE;
  const next = asked(looked).flatMap((one) => {
    const key = `${one.scope}/${one.name}`;
    const level = one.spent === undefined ? null : levelOf(looked, one, before[key]);
    return level === null ? [] : [[key, level] as const];
  });
  const now = Object.fromEntries(next);
  return same(before, now) ? before : now;
}

function asked({ config, budget, memory, spent }: Looked): readonly Asked[] {
  const { perDay, agent, account, perTask, perStep } = budget;
  const tasks = Object.values(memory.tasks ?? {}).filter((one) => !isOver(one));
  const steps = tasks.flatMap(({ step }) => step?.agent ?? []);
  return [
    { scope: "day", name: "", limits: perDay, spent: spent.all },
    ...config.agents.map(({ name }): Asked => ({
      scope: "agent",
      name,
      limits: agent.named[name] ?? agent.each,
      spent: spent.agents[name],
    })),
    ...Object.entries(spent.accounts).map(([name, used]): Asked => ({
      scope: "account",
      name,
      limits: account.named[name] ?? account.each,
      spent: used,
    })),
    ...tasks.map(({ id }): Asked => ({
      scope: "task",
      name: id,
      limits: perTask,
      spent: spent.tasks[id],
    })),
    ...steps.map((name): Asked => ({
      scope: "step",
      name,
      limits: perStep,
      spent: spent.steps[name],
    })),
  ];
}

/** Null: nothing is to be remembered of it. */
function levelOf(
  { budget, spent, seen }: Looked,
  { scope, name, limits, spent: used }: Asked,
  known: BudgetMemory | undefined,
): BudgetMemory | null {
  if (used === undefined || limits.length === 0) return null;
  const day = scope === "task" || scope === "step" ? null : spent.day;
  const before = known?.day === day ? known : undefined;
  const [nearest] = limits
    .map((limit) => ({ limit, part: used[limit.unit] / limit.most }))
    .toSorted((a, b) => b.part - a.part);
  if (nearest === undefined) return null;
  const words = before?.granted ?? 0;
  const granted = before?.freed === true ? Math.max(words, Math.floor(nearest.part)) : words;
  const part = nearest.part / (1 + granted);
  const level = part >= 1 ? "reached" : part >= budget.warnAt ? "warned" : "fine";
  const most = nearest.limit.most * (1 + granted);
  const of = amount(nearest.limit.unit, most);
  if (before !== undefined && before.level === level && before.of === of && before.freed !== true)
    return before;
  if (level === "fine" && granted === 0) return null;
  const now = many(nearest.limit.unit, used[nearest.limit.unit]);
  const what = whose(scope, name);
  const until = day === null ? null : nextDay(seen);
  const because =
    level === "reached" ? `${what} is spent: ${now} of ${of}` : `${what}: ${now} of ${of} is spent`;
  return { scope, name, day, level, since: seen.at, until, granted, of, because };
}

function whose(scope: BudgetMemory["scope"], name: string): string {
  switch (scope) {
    case "day":
      return "the budget of today";
    case "agent":
      return `the budget of ${name}`;
    case "account":
    case "task":
    case "step":
      return `the budget of ${scope} ${name}`;
  }
}

function amount(unit: Limit["unit"], most: number): string {
  return unit === "usd" ? many(unit, most) : `${many(unit, most)} ${unit}`;
}

function many(unit: Limit["unit"], count: number): string {
  if (unit === "usd") return `$${count.toFixed(2)}`;
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

function nextDay({ at, zone }: Pick<Seen, "at" | "zone">): Instant | null {
  const wall = wallAt(at, zone);
  if (wall === null) return null;
  return instantsAt((Math.floor(wall / DAY) + 1) * DAY, zone)[0] ?? null;
}

/** A line in the journal for each level that was entered, and for each that is left. */
function notes(before: Budgets, now: Budgets, at: Instant): readonly Action[] {
  const note = (key: string, because: string, loud: boolean): Action => ({
    do: "note",
    id: `${key}.budget.${at.toString(36)}`,
    target: "fleet",
    event: "budget",
    because,
    loud,
  });
  const entered = Object.entries(now).flatMap(([key, one]) =>
    one.level === before[key]?.level || one.level === "fine"
      ? []
      : [note(key, one.because, one.level === "reached")],
  );
  const left = Object.entries(before).flatMap(([key, { scope, name, level }]) =>
    level === "reached" && now[key]?.level !== "reached"
      ? [note(`${key}.open`, `${whose(scope, name)} is open again`, false)]
      : [],
  );
  return [...entered, ...left];
}
