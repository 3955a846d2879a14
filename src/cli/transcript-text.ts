// What was told of a conversation as lines for a person: a time, who it is, the words. Long output is cut in the
// middle, secrets are taken out, and nothing of it can move the cursor. Pure.

import { redact } from "../engine/redact.ts";
import { localTime } from "./event-text.ts";
import { plain, type Paint } from "./paint.ts";
import type { Entry, Spent } from "./transcript-record.ts";
import { counted } from "./usage-text.ts";

/** Of what a tool printed, and of everything else. */
const RESULT_LINES = 12;
const LINES = 200;
const LINE_CHARS = 2_000;
const WIDTH = "thought".length;

const WHO: Readonly<Record<Entry["as"], string>> = {
  user: "user",
  agent: "agent",
  thought: "thought",
  tool: "tool",
  result: "  →",
  error: "error",
  usage: "spent",
};

export type Look = { readonly paint: Paint; readonly now: number };

export function entryLines(entry: Entry, { paint, now }: Look): readonly string[] {
  const colour = colourOf(entry.as, paint);
  const time = entry.at === null ? "" : localTime(entry.at, now);
  const rows = bodyOf(entry);
  return rows.map((row, index) => {
    const head =
      index === 0
        ? `${paint.dim(time.padEnd(CLOCK))}  ${colour(WHO[entry.as].padEnd(WIDTH))}`
        : " ".repeat(Math.max(CLOCK, time.length) + 2 + WIDTH);
    return `${head}  ${quiet(entry.as) ? paint.dim(row) : row}`.trimEnd();
  });
}

const CLOCK = "00:00:00".length;

export type Tally = Spent & {
  readonly user: number;
  readonly tool: number;
  readonly error: number;
};

const UNSPENT: Spent = { input: 0, cached: 0, output: 0, cost: null };
export const NOTHING: Tally = { ...UNSPENT, user: 0, tool: 0, error: 0 };

export function tallied(tally: Tally, { as, spent }: Entry): Tally {
  const one = (kind: Entry["as"]): number => (as === kind ? 1 : 0);
  return {
    ...added(tally, spent),
    user: tally.user + one("user"),
    tool: tally.tool + one("tool"),
    error: tally.error + one("error"),
  };
}

/** One line for all of it: `3 prompts, 2 tools, 3,000 tokens in (500 cached), 18 out, $0.01`. */
export function totalLine(tally: Tally): string {
  const count = (number: number, one: string): readonly string[] =>
    number === 0 ? [] : [`${number} ${one}${number === 1 ? "" : "s"}`];
  return [
    ...count(tally.user, "prompt"),
    ...count(tally.tool, "tool"),
    ...count(tally.error, "error"),
    ...spentWords(tally),
  ].join(", ");
}

function added(a: Spent, b: Spent): Spent {
  const cost = a.cost === null && b.cost === null ? null : (a.cost ?? 0) + (b.cost ?? 0);
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    cost,
  };
}

function spentWords({ input, cached, output, cost }: Spent): readonly string[] {
  if (input + output === 0) return [];
  const known = cached === 0 ? "" : ` (${counted(cached)} cached)`;
  const dollars = cost === null || cost === 0 ? [] : [`$${cost.toFixed(cost < 1 ? 4 : 2)}`];
  return [`${counted(input)} tokens in${known}`, `${counted(output)} out`, ...dollars];
}

function bodyOf(entry: Entry): readonly string[] {
  if (entry.as === "usage") return [spentWords(entry.spent).join(", ")];
  const text = entry.name === "" ? entry.text : `${entry.name}  ${entry.text}`;
  const rows = plain(redact(text, []))
    .split("\n")
    .map((row) => row.trimEnd().slice(0, LINE_CHARS));
  return cut(rows, entry.as === "result" ? RESULT_LINES : LINES);
}

/** Both ends say more than the middle. */
function cut(rows: readonly string[], most: number): readonly string[] {
  if (rows.length <= most) return rows;
  const half = Math.floor((most - 1) / 2);
  const left = rows.length - 2 * half;
  return [...rows.slice(0, half), `… ${left} more lines`, ...rows.slice(-half)];
}

function quiet(as: Entry["as"]): boolean {
  return as === "result" || as === "thought" || as === "usage";
}

function colourOf(as: Entry["as"], paint: Paint): (text: string) => string {
  switch (as) {
    case "user":
      return paint.cyan;
    case "agent":
      return paint.green;
    case "tool":
      return paint.yellow;
    case "error":
      return paint.red;
    case "thought":
    case "result":
    case "usage":
      return paint.dim;
  }
}
