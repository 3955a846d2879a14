// What every verb that needs the whole configuration begins with: find it, read it, or say all that is
// wrong with it; and names that are meant to be agents or services.

import type { Config, Problem } from "../config/config.ts";
import { didYouMean, nearest } from "../config/suggest.ts";
import { findConfig } from "./find.ts";
import { type Call, Refusal } from "./outside.ts";

export async function configOf(call: Call, overrides = false): Promise<Config> {
  const path = findConfig(call);
  const read = await call.outside.load(path, overrides);
  switch (read.is) {
    case "config":
      return read.config;
    case "missing":
      throw new Refusal(4, read.failure);
    case "wrong":
      throw new Refusal(5, problemsText(read.problems));
  }
}

export function problemsText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const each = problems.map(
    (one) =>
      `${one.file}:${one.line}:${one.column}: ${one.message}${one.frame === "" ? "" : `\n${one.frame}`}`,
  );
  return `${each.join("\n")}\n${count} in the configuration; nothing was changed`;
}

/** Refuses names that are nobody's, with what was probably meant. */
export function checkNames(
  config: Config,
  names: readonly string[],
  extra: readonly string[] = [],
): void {
  const known = [
    ...config.agents.map((one) => one.name),
    ...config.services.map((one) => one.name),
    ...extra,
  ];
  for (const name of names) {
    if (known.includes(name)) continue;
    const hint =
      nearest(name, known) === null ? ` There are: ${known.join(", ")}.` : didYouMean(name, known);
    throw new Refusal(4, `no agent or service is called ${JSON.stringify(name)}.${hint}`);
  }
}
