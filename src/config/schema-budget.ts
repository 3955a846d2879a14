// [budget] and [price]: how much agents may use, and what a model costs where its program does not say.

import * as z from "zod";
import type { Limit } from "./budget.ts";
import { key } from "./words.ts";

const HOW = 'must be an amount such as "$20", "2M tokens" or "100 turns"';
const AMOUNT =
  /^(?:\$\s?(?<usd>\d+(?:\.\d+)?)|(?<count>\d+(?:\.\d+)?)\s?(?<times>[kM])? (?<unit>tokens|turns)|(?<one>1) turn)$/;
const TIMES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };
const MAX_WARN = 100;
/** Dollars for a million tokens; whoever pays more has mistaken the unit. */
const MAX_PRICE = 100_000;

const amount = z.string({ error: HOW }).transform((written, context): Limit => {
  const { usd, count, times = "", unit, one } = AMOUNT.exec(written)?.groups ?? {};
  const most = Number(usd ?? count ?? one) * (TIMES[times] ?? 1);
  if (most > 0)
    return { unit: usd !== undefined ? "usd" : unit === "tokens" ? unit : "turns", most };
  context.addIssue({ code: "custom", message: `${HOW}, not ${JSON.stringify(written)}` });
  return z.NEVER;
});

/** Of several amounts the first that is reached counts. */
const amounts = z.union([amount.transform((one) => [one]), z.array(amount)], { error: HOW });

export const Budget = z.strictObject({
  per_day: key(amounts, "What all agents together may use on one day.", '"$20"'),
  per_agent: key(
    amounts,
    "What each agent of the file may use on one day: an amount, or several of which the first that is reached counts.",
    '["$5", "200 turns"]',
  ),
  per_account: key(amounts, "What all agents of one account may use on one day.", '"50M tokens"'),
  per_task: key(amounts, "What one task may use in all its life.", '"$3"'),
  per_step: key(amounts, "What one visit of a step of a task may use.", '"$1"'),
  agents: key(
    z.record(z.string(), amounts),
    "Amounts of single agents, in the place of per_agent.",
    '{ builder = "$10" }',
  ),
  accounts: key(
    z.record(z.string(), amounts),
    "Amounts of single accounts, in the place of per_account.",
    '{ work = "$15" }',
  ),
  warn: key(z.int().min(1).max(MAX_WARN), "At so many percent of it somebody is told."),
  at_limit: key(
    z.enum(["hold", "stop"]),
    "What follows: hold lets a turn go on to its end and begins no other one; stop ends it at once. The next day, a higher amount or `agents resume` goes on.",
  ),
});

const dollars = z.number().min(0).max(MAX_PRICE);

export const PriceTable = z.strictObject({
  input: dollars.meta({
    description: "Dollars for a million tokens that go in.",
    example: "3.0",
  }),
  output: dollars.meta({
    description: "Dollars for a million tokens that come out.",
    example: "15.0",
  }),
  cached: key(dollars, "For those of the input that a cache knew. Default: as input.", "0.3"),
  written: key(dollars, "For those that were put into a cache. Default: as input.", "3.75"),
});
