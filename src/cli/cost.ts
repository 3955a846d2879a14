// `agents cost`: what was used and what it costs, by agent, task, model or day. Reads what the engine kept, and the
// prices of the file. Who tells nothing is named, and never counted as nothing.

import type { Config } from "../config/config.ts";
import type { UsageRow } from "../core/usage.ts";
import { dayOf } from "../engine/ledger.ts";
import { readLedger, type Kept } from "../engine/ledger-file.ts";
import { isMetered, summed, sumOf, type Sum } from "../engine/used.ts";
import { durationFlag } from "./flags.ts";
import { configInForce } from "./fleet.ts";
import { type Call, type ExitCode, type Options, Refusal } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { textWidth } from "./table.ts";
import { counted, dollars } from "./usage-text.ts";

const NAMES: Readonly<Record<string, (row: UsageRow) => string | null>> = {
  agent: ({ agent }) => agent,
  task: ({ task }) => task,
  model: ({ model }) => model,
  day: ({ day }) => day,
};

type Told = {
  readonly schema: "agents.cost/1";
  readonly at: string;
  readonly by: string;
  /** The first day that counts; null: all that is kept. */
  readonly since: string | null;
  readonly rows: readonly (Sum & { readonly name: string })[];
  readonly total: Sum;
  /** Agents whose programs tell nothing. */
  readonly unmetered: readonly string[];
  /** Models of which nobody says what they cost. */
  readonly unpriced: readonly string[];
};

export async function cost(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const by = typeof options["by"] === "string" ? options["by"] : "agent";
  const nameOf = NAMES[by];
  if (nameOf === undefined)
    throw new Refusal(2, `--by ${JSON.stringify(by)}: agent, task, model or day`);
  const since = sinceOf(call, options);
  const config = await configInForce(call);
  const all = { ...readLedger(outside.disk, config.stateDir), prices: config.prices };
  const kept = { ...all, rows: all.rows.filter(({ day }) => since === null || day >= since) };
  const rows = summed(kept, nameOf);
  const told: Told = {
    schema: "agents.cost/1",
    at: new Date(outside.now()).toISOString(),
    by,
    since,
    rows: by === "day" ? rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : rows,
    total: sumOf(
      by === "task" ? kept.rows.filter(({ task }) => task !== null) : kept.rows,
      kept.prices,
    ),
    unmetered: unmeteredIn(config, kept),
    unpriced: summed(kept, ({ model }) => model).flatMap(({ name, unpriced }) =>
      unpriced > 0 ? [name] : [],
    ),
  };
  outside.stdout.write(options["json"] === true ? `${JSON.stringify(told)}\n` : text(call, told));
  return 0;
}

/** A day of the calendar: the one itself, or the one that was so long ago. */
function sinceOf({ outside }: Call, options: Options): string | null {
  const written = options["since"];
  if (typeof written === "string" && /^\d{4}-\d\d-\d\d$/.test(written)) return written;
  const ms = durationFlag(options, "since");
  return ms === null ? null : dayOf(outside.now() - ms, outside.zone());
}

function unmeteredIn({ agents, backends }: Config, kept: Kept): readonly string[] {
  return agents.flatMap(({ name, backend }) => {
    const own = backends[backend];
    const tells = own !== undefined && isMetered(own);
    return kept.agents[name] === undefined && !tells ? [name] : [];
  });
}

/** For what was named once and is not any more. */
const OTHERS = "others";

function text({ outside }: Call, { by, since, rows, total, unmetered, unpriced }: Told): string {
  const { dim } = paint(outside.stdout, outside.env);
  const titles = [by.toUpperCase(), "TURNS", "TOKENS IN", "CACHED", "OUT", "COST"];
  const [head = "", ...lines] = aligned([
    titles,
    ...rows.map((row) => [plain(row.name) || OTHERS, ...cells(row)]),
    ...(rows.length < 2 ? [] : [["in all", ...cells(total)]]),
  ]);
  const from = since === null ? "" : ` since ${since}`;
  return [
    rows.length === 0
      ? `nothing was used${from}, as far as anybody tells\n`
      : [dim(head), ...lines].map((line) => `${line}\n`).join(""),
    unmetered.length === 0
      ? ""
      : `\nunmetered, for their programs tell nothing: ${plain(unmetered.join(", "))}\n`,
    unpriced.length === 0 ? "" : `\n${unpricedText(unpriced)}`,
  ].join("");
}

/** Names begin in one column, numbers end in one. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => textWidth(row[at] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => {
        const room = " ".repeat((widths[at] ?? 0) - textWidth(cell));
        return at === 0 ? cell + room : room + cell;
      })
      .join("  "),
  );
}

function cells({ turns, input, cached, output, usd, unpriced }: Sum): readonly string[] {
  // Some of it has no price: it costs more than that.
  const price = usd === null ? "?" : `${unpriced > 0 ? ">" : ""}${dollars(usd)}`;
  return [...[turns, input, cached, output].map(counted), price];
}

function unpricedText(models: readonly string[]): string {
  const [first = ""] = models;
  const named = models
    .map((one) => (one === "" ? "a model without a name" : plain(one)))
    .join(", ");
  const key = first === "" ? "*" : plain(first);
  return `nobody says what ${named} costs; for example: [price.${JSON.stringify(key)}] input = 3.0, output = 15.0\n`;
}
