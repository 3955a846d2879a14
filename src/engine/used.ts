// What the ledger holds, as people are shown it: each agent today, one task, and sums by whatever they ask for.

import type { Backend } from "../config/config.ts";
import type { Price } from "../config/usage.ts";
import {
  both,
  knownUsd,
  NO_FIGURES,
  NOT_SPENT,
  plus,
  spentOf,
  type UsageRow,
  type UsageShown,
} from "../core/usage.ts";
import type { Kept } from "./ledger-file.ts";

/** Whether one of its sources tells what is used. */
export function isMetered({ signals }: Pick<Backend, "signals">): boolean {
  return signals.some((one) => "usage" in one && one.usage.length > 0);
}

export type Sum = Pick<UsageShown, "turns" | "input" | "cached" | "output" | "usd" | "unpriced">;

/** By agent; who never told anything is absent. */
export function usedToday(kept: Kept, day: string): Readonly<Record<string, UsageShown>> {
  const today = kept.rows.filter((row) => row.day === day);
  const rows = grouped(today, ({ agent }) => agent);
  const agents = Object.entries(kept.agents).map(([name, { context, window, model }]) => {
    const sum = sumOf(rows.get(name) ?? [], kept.prices);
    return [name, { ...sum, day, context, window, model }] as const;
  });
  return Object.fromEntries(agents);
}

export function sumOf(rows: readonly UsageRow[], prices: readonly Price[]): Sum {
  const { input, cached, output } = rows.reduce(plus, NO_FIGURES);
  const spent = rows.map((row) => spentOf(row, prices)).reduce(both, NOT_SPENT);
  const { turns, unpriced } = spent;
  const usd = knownUsd(spent);
  return { turns, input, cached, output, usd: usd === null ? null : rounded(usd), unpriced };
}

/** To a millionth: sums of parts of dollars end in noise. */
function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}

/** The sums of what has the same name, the dearest first; what has none is left out. */
export function summed(
  { rows, prices }: Kept,
  nameOf: (row: UsageRow) => string | null,
): readonly (Sum & { readonly name: string })[] {
  const sums = [...grouped(rows, nameOf)].map(([name, group]) => ({
    name,
    ...sumOf(group, prices),
  }));
  const tokens = (one: Sum): number => one.input + one.output;
  return sums.toSorted((a, b) => (b.usd ?? 0) - (a.usd ?? 0) || tokens(b) - tokens(a));
}

function grouped(
  rows: readonly UsageRow[],
  nameOf: (row: UsageRow) => string | null,
): ReadonlyMap<string, readonly UsageRow[]> {
  const groups = new Map<string, UsageRow[]>();
  for (const row of rows) {
    const name = nameOf(row);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}
