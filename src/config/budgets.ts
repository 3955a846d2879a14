// [budget] and [price] with every default filled in. A budget names agents and accounts that there are.

import type { Budget, Limit } from "./budget.ts";
import type { Agent, Backend } from "./config.ts";
import { FILLED } from "./defaults.ts";
import type { Ground } from "./ground.ts";
import type { Pieces } from "./pieces.ts";
import { didYouMean } from "./suggest.ts";
import type { Price } from "./usage.ts";

type Known = {
  readonly agents: readonly Agent[];
  readonly backends: ReadonlyMap<string, Backend>;
};

/** Null where the file has no such table: then nothing is limited. */
export function budgetOf(
  { budget }: Pick<Pieces, "budget">,
  ground: Ground,
  { agents, backends }: Known,
): Budget | null {
  const [own] = budget;
  if (own === undefined) return null;
  const raw = own.value;
  const said = { ...FILLED.budget, ...raw };
  const named = (key: "agents" | "accounts", known: readonly string[]) => {
    const all: Readonly<Record<string, readonly Limit[]>> = raw[key] ?? {};
    for (const name of Object.keys(all)) {
      if (known.includes(name)) continue;
      const hint = didYouMean(name, known) || `; known are ${known.join(", ")}`;
      ground.complain(["budget", key, name], `unknown ${key.slice(0, -1)} "${name}"${hint}`);
    }
    return all;
  };
  // Tasks are done on the account of their backend.
  const accounts = [...new Set([...agents.map(({ account }) => account), ...backends.keys()])];
  for (const { name, backend } of agents)
    if (backends.get(backend)?.signals.every((one) => !("usage" in one) || one.usage.length === 0))
      ground.warn(
        ["budget"],
        `agent "${name}" is unmetered: ${backend} does not tell what it uses, and no budget sees it`,
      );
  return {
    perDay: raw.per_day ?? [],
    agent: {
      each: raw.per_agent ?? [],
      named: named(
        "agents",
        agents.map(({ name }) => name),
      ),
    },
    account: { each: raw.per_account ?? [], named: named("accounts", accounts) },
    perTask: raw.per_task ?? [],
    perStep: raw.per_step ?? [],
    warnAt: said.warn / 100,
    atLimit: said.at_limit,
  };
}

export function pricesOf({ prices }: Pick<Pieces, "prices">): readonly Price[] {
  return prices.map(({ path, value: { input, output, cached, written } }) => ({
    model: String(path[1]),
    input,
    output,
    cached: cached ?? input,
    written: written ?? input,
  }));
}
