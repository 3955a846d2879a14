// `agents task approve|reject|retry|cancel|close`: a person's word about tasks, as an order that the engine answers.

import { isOver } from "../core/task.ts";
import type { Memory } from "../core/types.ts";
import { textFlag } from "./flags.ts";
import { configInForce } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { plain } from "./paint.ts";
import { publishedTasks } from "./task-board.ts";
import { knownTasks, taskNamed } from "./task-known.ts";

const LIMIT_MS = 60_000;
const ENDING_MS = 60_000;
const ENDS: ReadonlySet<string> = new Set<Word>(["cancel", "close"]);
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
    else outside.stdout.write(told.map((one) => `${plain(lineOf(one))}\n`).join(""));
    return 0;
  };
}

async function wordsOf({ outside, options }: Call): Promise<string> {
  const written = textFlag(options, "guidance") ?? "";
  return (written === "-" ? await outside.stdin() : written).trim();
}

type Said = { readonly id: string; readonly state: string; readonly because: string };

function lineOf({ id, because }: Said): string {
  return because.includes(id) ? because : `${id}: ${because}`;
}

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
      if (ENDS.has(args["what"] ?? "")) await carriedOut(call, site, id);
      await published(call, { stateDir: site.config.stateDir, id, before });
      told.push({ id, state: answer.outcomes[id] ?? "", because: answer.because });
    }
    return told;
  } finally {
    await site.close(false);
  }
}

/** What ends a task takes a moment longer than its answer: where no watchdog sees to it, this process does. */
async function carriedOut({ outside }: Call, site: Site, id: string): Promise<void> {
  const held = (await site.holder()) === null ? await site.acquire("task") : null;
  if (held === null || !("release" in held)) return;
  const end = outside.now() + ENDING_MS;
  try {
    const goesOn = ({ tasks }: Memory): boolean => {
      const task = tasks?.[id];
      return task !== undefined && !isOver(task) && !outside.stop.aborted && outside.now() < end;
    };
    await site.run(held, { verb: "task", goesOn });
  } finally {
    await held.release();
  }
}

export function rowOf({ outside }: Call, stateDir: string, id: string): string {
  const row = publishedTasks(outside, stateDir)?.tasks.find((one) => one.id === id);
  return row === undefined ? "" : JSON.stringify(row);
}

type Before = { readonly stateDir: string; readonly id: string; readonly before: string };

/** The answer comes a moment before the list: who asks for the list next finds in it what was said. */
export async function published(call: Call, { stateDir, id, before }: Before): Promise<void> {
  const { outside } = call;
  const end = outside.now() + PUBLISHED_MS;
  while (rowOf(call, stateDir, id) === before && outside.now() < end) await outside.pause(POLL_MS);
}
