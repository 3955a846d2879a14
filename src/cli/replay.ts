// `agents replay FILE`: makes the decisions of a recording again, offline, and shows where this version would decide
// otherwise; with --config, where that file would. Touches nothing. 1 where anything differs.

import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { framesIn } from "../engine/recorded.ts";
import { replay as replayed, type Difference, type Replayed } from "../engine/replay.ts";
import { localTime } from "./event-text.ts";
import { configOf } from "./fleet.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";

/** Of one kind, in a table for people. */
const SENTENCES_MAX = 6;

export async function replay(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const [written = ""] = call.args;
  const path = resolve(outside.cwd, written);
  const text = outside.text(path);
  if (text === null)
    throw new Refusal(
      4,
      `there is no recording ${path}; \`agents watchdog --record FILE\` makes one`,
    );
  const config: Config | null = typeof options["config"] === "string" ? await configOf(call) : null;
  const found = replayed(framesIn(text), config);
  if (found.decisions === 0)
    throw new Refusal(
      2,
      `${path} is no recording; \`agents watchdog --record FILE\` or AGENTS_RECORD=FILE makes one`,
    );
  if (options["json"] === true) outside.stdout.write(`${JSON.stringify(document(found))}\n`);
  else outside.stdout.write(page(found, outside.now()));
  return found.same === found.decisions ? 0 : 1;
}

function document({ differences, from, to, ...counts }: Replayed): unknown {
  const iso = (at: number | null): string | null =>
    at === null ? null : new Date(at).toISOString();
  return {
    schema: "agents.replay/1",
    from: iso(from),
    to: iso(to),
    ...counts,
    differences: differences.map(({ at, ...one }) => ({ at: iso(at), ...one })),
  };
}

function page({ decisions, same, from, to, differences, more }: Replayed, now: number): string {
  const when = (at: number | null): string => (at === null ? "?" : localTime(at, now));
  const head = `${decisions} decisions, ${when(from)} to ${when(to)}: ${same} the same to the byte, ${decisions - same} otherwise\n`;
  const rest = more === 0 ? "" : `… and ${more} more\n`;
  return `${head}${differences.map((one) => told(one, now)).join("")}${rest}`;
}

function told({ at, who, was, now, times }: Difference, present: number): string {
  const often = times === 1 ? "" : `, and so ${times} times`;
  const rows = [
    `${localTime(at, present)}  ${who}${often}`,
    ...shortened(was).map((one) => `  - ${one}`),
    ...shortened(now).map((one) => `  + ${one}`),
  ];
  return rows.map((row) => `${plain(row).replaceAll(/\s+$/g, "")}\n`).join("");
}

function shortened(all: readonly string[]): readonly string[] {
  const left = all.length - SENTENCES_MAX;
  return left <= 0 ? all : [...all.slice(0, SENTENCES_MAX), `… ${left} more`];
}
