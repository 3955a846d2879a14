// Budget and prices in the words of agents.toml, with everything filled in, as resolved.ts does it for the rest.

import type { Budget, Limit } from "./budget.ts";
import type { Table } from "./toml-text.ts";
import type { Price } from "./usage.ts";

export function budgetTable(budget: Budget | null): Table | undefined {
  if (budget === null) return undefined;
  return {
    per_day: amounts(budget.perDay),
    per_agent: amounts(budget.agent.each),
    per_account: amounts(budget.account.each),
    per_task: amounts(budget.perTask),
    per_step: amounts(budget.perStep),
    agents: named(budget.agent.named),
    accounts: named(budget.account.named),
    warn: Math.round(budget.warnAt * 100),
    at_limit: budget.atLimit,
  };
}

export function priceTables(prices: readonly Price[]): Table | undefined {
  const tables = prices.map(({ model, ...price }) => [model, price] as const);
  return tables.length === 0 ? undefined : Object.fromEntries(tables);
}

function named(all: Budget["agent"]["named"]): Table | undefined {
  const tables = Object.entries(all).map(([name, limits]) => [name, limits.map(amount)] as const);
  return tables.length === 0 ? undefined : Object.fromEntries(tables);
}

function amounts(limits: readonly Limit[]): string[] | undefined {
  return limits.length === 0 ? undefined : limits.map(amount);
}

function amount({ unit, most }: Limit): string {
  return unit === "usd" ? `$${most}` : `${most} ${unit}`;
}
