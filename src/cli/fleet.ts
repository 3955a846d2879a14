// What every verb that needs the whole configuration begins with: find it, read it, or say all that is
// wrong with it; and names that are meant to be agents or services.

import type { Config, Problem } from "../config/config.ts";
import { didYouMean, nearest } from "../config/suggest.ts";
import type { AgentReport } from "../core/report.ts";
import { findConfig } from "./find.ts";
import { type Call, isRefusal, Refusal } from "./outside.ts";
import { readStanding } from "./standing.ts";

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

/** The configuration that a watchdog would hold to: the last good one while the file is broken. */
export async function configInForce(call: Call): Promise<Config> {
  return configOf(call).catch(async (error: unknown) => {
    const broken = isRefusal(error) && (error.code === 5 || error.code === 4);
    const good = broken ? await call.outside.lastGood(findConfig(call)) : null;
    if (good === null) throw error;
    call.outside.stderr.write("agents: the configuration is broken; the last good one counts\n");
    return good;
  });
}

/** One mistake repeated in every stanza must not push the first one off the screen. */
const PROBLEMS_SHOWN = 10;

export function problemsText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const more = problems.length - PROBLEMS_SHOWN;
  const each = problems
    .slice(0, PROBLEMS_SHOWN)
    .map(
      (one) =>
        `${one.file}:${one.line}:${one.column}: ${one.message}${one.frame === "" ? "" : `\n${one.frame}`}`,
    );
  if (more > 0) each.push(`and ${more} more`);
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
    const task = config.tasks === null ? null : /^(.+)-[a-z][a-z0-9_]*-\d+$/.exec(name)?.[1];
    if (task !== undefined && task !== null)
      throw new Refusal(
        4,
        `${name} is the agent of a task's step, and not there: \`agents task show ${task}\` tells what it came to`,
      );
    refuseName("agent or service", name, [...new Set(known)]);
  }
}

export function refuseName(what: string, name: string, known: readonly string[]): never {
  const hint =
    nearest(name, known) === null ? `. There are: ${known.join(", ")}` : didYouMean(name, known);
  throw new Refusal(4, `no ${what} is called ${JSON.stringify(name)}${hint}`);
}

/** Agents that the file no longer names and the state still does: they have names as well. */
export function orphansOf({ outside }: Call, config: Config): readonly AgentReport[] {
  const told = readStanding(outside, config.stateDir)?.agents ?? [];
  const declared = [...config.agents, ...config.services].map((one) => one.name);
  return told.filter((one) => !declared.includes(one.name));
}
