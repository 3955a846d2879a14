// What false programs tell of what they used, and what is true of it: whatever dies and forgets, each message counts
// once, and no budget is missed, nor anything begun against one.

import type { Limit } from "../config/budget.ts";
import { spentBudget } from "../core/budget.ts";
import { membersOf } from "../core/member.ts";
import type { Memory } from "../core/types.ts";
import { NO_FIGURES, NOT_SPENT, type Spent, type UsageTold } from "../core/usage.ts";
import type { LogStand, Signals, UsageNews } from "../engine/ports.ts";
import { chance as openChance } from "./chance.ts";
import type { Decided } from "./checks.ts";
import type { Time } from "./time.ts";

export const BUDGET = `
[budget]
per_day = "80 turns"
per_agent = ["15 turns", "$9"]
per_account = "$60"
`;
export const STOPS = `at_limit = "stop"\n`;

export type Spending = {
  /** A turn of that agent is over, and its program tells what it used. */
  readonly turned: (agent: string) => void;
  /** For one life of the engine. */
  readonly open: () => Pick<Signals, "ended" | "known" | "used">;
  /** What the engine counted wrongly. */
  readonly miscounted: (one: Decided) => readonly string[];
};

export function openSpending(seed: number, time: Time): Spending {
  const chance = openChance(seed);
  const logs = new Map<string, UsageTold[]>();
  const truths = new Map<string, Spent>();
  const turned = (agent: string): void => {
    const log = logs.get(agent) ?? [];
    logs.set(agent, log);
    const at = time.now();
    const name = `${agent}.${log.length}`;
    const told = { at, id: "", model: "big", figures: null, window: null, turn: null };
    const tokens = chance.between(100, 9000);
    const cost = chance.between(1, 6) / 4;
    const part = { ...NO_FIGURES, input: tokens, output: 1, cost: 0 };
    const whole = { ...NO_FIGURES, input: tokens, output: 50, cost };
    log.push({ ...told, turn: name }, { ...told, id: name, figures: part });
    log.push({ ...told, id: name, figures: whole });
    if (chance.hit(0.5)) log.push({ ...told, id: name, figures: whole }, { ...told, turn: name });
    const key = `${dayOf(at)} ${agent}`;
    const before = truths.get(key) ?? NOT_SPENT;
    const usd = before.usd + cost;
    truths.set(key, {
      ...before,
      usd,
      tokens: before.tokens + tokens + 50,
      turns: before.turns + 1,
    });
  };
  return {
    turned,
    open: () => {
      const read = new Map<string, number>();
      return {
        ended: () => {},
        known: (stands: Readonly<Record<string, LogStand>>) => {
          for (const [agent, { offset }] of Object.entries(stands)) read.set(agent, offset);
        },
        used: () =>
          [...logs].flatMap(([agent, log]): UsageNews[] => {
            const from = read.get(agent) ?? 0;
            if (from === log.length) return [];
            read.set(agent, log.length);
            const stand = { path: agent, ino: 1, offset: log.length };
            return [{ agent, run: "", stand, told: log.slice(from) }];
          }),
      };
    },
    miscounted: ({ seen: { spent }, setting }) =>
      spent === undefined
        ? []
        : setting.config.agents.flatMap(({ name }) => {
            const truth = truths.get(`${spent.day} ${name}`) ?? NOT_SPENT;
            const { usd, tokens, turns } = spent.agents[name] ?? NOT_SPENT;
            const right = usd === truth.usd && tokens === truth.tokens && turns === truth.turns;
            const counted = (one: Spent): string =>
              `${one.turns} turns, ${one.tokens} tokens and $${one.usd}`;
            const told = spent.agents[name] ?? NOT_SPENT;
            return right ? [] : [`${name} used ${counted(truth)}, not ${counted(told)}`];
          }),
  };
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Nothing begins against a budget; one that holds ends no turn; none is missed, and none is spent before it is. */
export function brokenBudgetRules(one: Decided): readonly string[] {
  const { budget } = one.setting.config;
  if (budget === null) return [];
  const { memory, actions } = one.decision;
  const begun = membersOf(one.setting.config, one.before).flatMap(({ name, agent }) => {
    if (agent === null || spentBudget(agent, memory) === null) return [];
    const said = memory.agents[name]?.says.find(({ state }) => state !== "queued")?.kind;
    const ends =
      budget.atLimit === "hold" &&
      one.before.agents[name]?.life.is === "up" &&
      memory.agents[name]?.life.is === "stopping" &&
      memory.agents[name].because.startsWith("the budget");
    return [
      ...(ends ? [`${name} is stopped by a budget that only holds`] : []),
      ...actions.flatMap((action) => {
        if (action.target !== name) return [];
        if (action.do === "start") return [`${name} is started though its budget is spent`];
        const hears = action.do === "type" && said !== "person";
        return hears ? [`${name} hears a ${said ?? "?"} though its budget is spent`] : [];
      }),
    ];
  });
  return [...begun, ...misjudged(one)];
}

function misjudged({ seen: { spent }, setting, decision }: Decided): readonly string[] {
  const { budget, agents } = setting.config;
  if (budget === null || spent === undefined) return [];
  const wrong = (key: string, limits: readonly Limit[], used: Spent): readonly string[] => {
    const entry = (decision.memory.budgets ?? NONE)[key];
    const parts = limits.map(({ unit, most }) => used[unit] / most / (1 + (entry?.granted ?? 0)));
    const isSpent = Math.max(0, ...parts) >= 1;
    return isSpent === (entry?.level === "reached")
      ? []
      : [`the budget ${key} is ${isSpent ? "spent, and nobody noticed" : "not spent"}`];
  };
  return [
    ...wrong("day/", budget.perDay, spent.all),
    ...agents.flatMap(({ name }) =>
      wrong(`agent/${name}`, budget.agent.each, spent.agents[name] ?? NOT_SPENT),
    ),
  ];
}

const NONE: NonNullable<Memory["budgets"]> = {};
