// `agents merge`: who lands just now, who is next, and what landed last. One lands at a time; a person may say which.

import { byTurn } from "../core/merge.ts";
import type { TaskMemory } from "../core/types.ts";
import { ago } from "./ago.ts";
import { didYouMean } from "../config/suggest.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { table, type Cell } from "./table.ts";
import { isWay, orderMerge, WAYS } from "./merge-order.ts";
import { iso } from "./task-board.ts";
import { knownTasks } from "./task-known.ts";

/** Of those that landed. */
const LANDED_MAX = 10;

type Row = {
  readonly id: string;
  readonly state: "landing" | "waiting" | "asking" | "landed";
  readonly since: number;
  readonly branch: string;
  readonly because: string;
};

export async function merge(call: Call): Promise<ExitCode> {
  const { outside, options, args } = call;
  const [way = "list"] = args;
  if (isWay(way)) return orderMerge(call, way, args.slice(1));
  if (way !== "list")
    throw new Refusal(2, `unknown: merge ${way}${didYouMean(way, ["list", ...WAYS])}`);
  const { tasks } = await knownTasks(call);
  const rows = [...queue(tasks), ...landed(tasks)];
  if (options["json"] === true) {
    const told = rows.map(({ since, ...row }) => ({ ...row, since: iso(since) }));
    outside.stdout.write(`${JSON.stringify({ schema: "agents.merge/1", queue: told })}\n`);
    return 0;
  }
  if (rows.length === 0) {
    outside.stderr.write("agents: nothing lands, and nothing has landed\n");
    return 0;
  }
  const { dim } = paint(outside.stdout, outside.env);
  const head = ["TASK", "STATE", "SINCE", "BRANCH", "WHY"].map((text): Cell => ({
    text,
    paint: dim,
  }));
  const now = outside.now();
  const body = rows.map((one): Cell[] => [
    one.id,
    one.state,
    ago(one.since, now),
    plain(one.branch),
    plain(one.because),
  ]);
  outside.stdout.write(table({ rows: [head, ...body], width: outside.stdout.columns }));
  return 0;
}

/** In the order in which they land. */
function queue(tasks: readonly TaskMemory[]): readonly Row[] {
  return tasks
    .toSorted(byTurn)
    .flatMap((task): Row[] => {
      const { id, step, state, branch, because } = task;
      if (step === null || step.id !== "merge" || step.stage === "discard") return [];
      const now = state === "needs-human" ? "asking" : step.doing === null ? "waiting" : "landing";
      return [{ id, state: now, since: step.since, branch, because }];
    })
    .toSorted((a, b) => RANK[a.state] - RANK[b.state]);
}

const RANK: Readonly<Record<Row["state"], number>> = {
  landing: 0,
  waiting: 1,
  asking: 2,
  landed: 3,
};

function landed(tasks: readonly TaskMemory[]): readonly Row[] {
  return tasks
    .flatMap(({ id, state, since, branch, because, landed: sha }): Row[] =>
      state === "done" && sha !== null ? [{ id, state: "landed", since, branch, because }] : [],
    )
    .toSorted((a, b) => b.since - a.since)
    .slice(0, LANDED_MAX);
}
