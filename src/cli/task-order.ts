// `agents task approve|reject|retry|cancel|close`: a person's word about tasks, as an order that the engine answers.

import { configInForce } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { textOf } from "./task-add.ts";
import { publishedTasks } from "./task-board.ts";
import { knownTasks, taskNamed } from "./task-known.ts";

const LIMIT_MS = 60_000;
const PUBLISHED_MS = 2_000;
const POLL_MS = 25;

export type Word = "approve" | "reject" | "retry" | "cancel" | "close";

export function orderTask(what: Word): (call: Call) => Promise<ExitCode> {
  return async (call) => {
    const { outside, options } = call;
    const ids = [...new Set(call.args)];
    if (ids.length === 0)
      throw new Refusal(2, `${what} which task? \`agents task list\` names them`);
    const known = await knownTasks(call);
    for (const id of ids) {
      taskNamed(outside, known, id);
      if (known.left.has(id))
        throw new Refusal(
          1,
          `${id} was not taken yet; \`agents up\` starts the watchdog that takes it`,
        );
    }
    const words = await wordsOf(call);
    if (options["dryRun"] === true) {
      outside.stdout.write(ids.map((id) => `${id}   would be told: ${what}\n`).join(""));
      return 0;
    }
    const told = await say(call, ids, { what, ...(words !== "" && { text: words }) });
    if (options["json"] === true)
      outside.stdout.write(
        `${JSON.stringify({ schema: "agents.task-order/1", what, tasks: told })}\n`,
      );
    else outside.stdout.write(told.map(({ because }) => `${plain(because)}\n`).join(""));
    return 0;
  };
}

async function wordsOf({ outside, options }: Call): Promise<string> {
  const written = textOf(options, "guidance") ?? "";
  return (written === "-" ? await outside.stdin() : written).trim();
}

type Said = { readonly id: string; readonly state: string; readonly because: string };

/** One order for each: what one task refuses does not stop the others before it. */
async function say(
  call: Call,
  ids: readonly string[],
  args: Readonly<Record<string, string>>,
): Promise<readonly Said[]> {
  const site = await call.outside.open(await configInForce(call));
  const told: Said[] = [];
  try {
    for (const id of ids) {
      const before = rowOf(call, site.config.stateDir, id);
      const answer = await give(call, site, { verb: "task", names: [id], args, limitMs: LIMIT_MS });
      mustBeDone(answer, `${id}: refused`);
      await published(call, { stateDir: site.config.stateDir, id, before });
      told.push({ id, state: answer.outcomes[id] ?? "", because: answer.because });
    }
    return told;
  } finally {
    await site.close(false);
  }
}

function rowOf({ outside }: Call, stateDir: string, id: string): string {
  const row = publishedTasks(outside, stateDir)?.tasks.find((one) => one.id === id);
  return row === undefined ? "" : JSON.stringify(row);
}

type Before = { readonly stateDir: string; readonly id: string; readonly before: string };

/** The answer comes a moment before the list: who asks for the list next finds in it what was said. */
async function published(call: Call, { stateDir, id, before }: Before): Promise<void> {
  const { outside } = call;
  const end = outside.now() + PUBLISHED_MS;
  while (rowOf(call, stateDir, id) === before && outside.now() < end) await outside.pause(POLL_MS);
}
