// `agents merge now|skip|order`: a person's word about who lands when, as one order that the engine answers. Said
// twice it changes nothing the second time.

import { configInForce } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { knownTasks, taskNamed } from "./task-known.ts";
import { published, rowOf } from "./task-order.ts";

const LIMIT_MS = 60_000;
export const WAYS = ["now", "skip", "order"] as const;
type Way = (typeof WAYS)[number];

export function isWay(word: string): word is Way {
  return WAYS.some((way) => way === word);
}

export async function orderMerge(
  call: Call,
  way: Way,
  words: readonly string[],
): Promise<ExitCode> {
  const { outside, options } = call;
  const ids = [...new Set(words)];
  if (ids.length === 0) throw new Refusal(2, `${way} which task? \`agents merge\` names them`);
  const known = await knownTasks(call);
  for (const id of ids) taskNamed(outside, known, id);
  if (options["dryRun"] === true) {
    outside.stdout.write(ids.map((id) => `${id}   would be told: ${way}\n`).join(""));
    return 0;
  }
  const site = await outside.open(await configInForce(call));
  try {
    const { stateDir } = site.config;
    const before = ids.map((id) => rowOf(call, stateDir, id));
    const args = { what: "merge", way };
    const said = await give(call, site, { verb: "task", names: ids, args, limitMs: LIMIT_MS });
    mustBeDone(said, "refused");
    const news = ids.findIndex((id) => said.outcomes[id]?.endsWith(" already") !== true);
    const id = ids[news];
    if (id !== undefined) await published(call, { stateDir, id, before: before[news] ?? "" });
    const told = ids.map((one) => ({ id: one, outcome: said.outcomes[one] ?? "" }));
    if (options["json"] === true)
      outside.stdout.write(
        `${JSON.stringify({ schema: "agents.merge-order/1", way, tasks: told })}\n`,
      );
    else outside.stdout.write(told.map((one) => `${plain(`${one.id} ${one.outcome}`)}\n`).join(""));
    return 0;
  } finally {
    await site.close(false);
  }
}
