// `agents task wait ID…`: returns when all of them are over: 0 when all are done, 1 when one failed or was cancelled,
// 8 after --timeout. A question to a person is told, and waited through.

import { isOver } from "../core/task.ts";
import type { TaskMemory } from "../core/types.ts";
import { durationFlag } from "./flags.ts";
import { type Call, type ExitCode, Refusal, signalled } from "./outside.ts";
import { plain } from "./paint.ts";
import { readStanding } from "./standing.ts";
import { taskRow } from "./task-board.ts";
import { knownTasks, taskNamed, tasksAt } from "./task-known.ts";

const LIMIT_MS = 600_000;
const POLL_MS = 200;
/** A watchdog that its keeper starts again is back after this. */
const KEEPER_MS = 5_000;

export async function waitForTasks(call: Call): Promise<ExitCode> {
  const { outside, args, options } = call;
  const ids = [...new Set(args)];
  if (ids.length === 0) throw new Refusal(2, "wait for which task? `agents task list` names them");
  const end = outside.now() + (durationFlag(options, "timeout") ?? LIMIT_MS);
  const asked = new Set<string>();
  let watched = outside.now();
  let known = await knownTasks(call);
  while (true) {
    const tasks = ids.map((id) => taskNamed(outside, known, id));
    if (tasks.every(isOver)) return told(call, tasks);
    const open = tasks.filter((one) => !isOver(one));
    for (const one of open.filter(({ state }) => state === "needs-human"))
      tellOnce(call, one, asked);
    if (outside.stop.aborted) return signalled(outside.stop);
    const now = outside.now();
    const still = open.map((one) => plain(`${one.id} is ${one.state}${because(one)}`)).join("; ");
    if (now >= end) throw new Refusal(8, `not over in time: ${still}`);
    if (readStanding(outside, known.stateDir)?.watchdog.state === "running") watched = now;
    if (now - watched > KEEPER_MS)
      throw new Refusal(1, `no watchdog runs, so nothing will come of it; ${still}`);
    await outside.pause(Math.min(POLL_MS, end - now));
    known = tasksAt(outside, known.stateDir);
  }
}

function tellOnce({ outside }: Call, one: TaskMemory, asked: Set<string>): void {
  const words = plain(`${one.id} waits for a person${because(one)}`);
  if (asked.has(words)) return;
  asked.add(words);
  outside.stderr.write(`agents: ${words}\n`);
}

function because(one: TaskMemory): string {
  return one.because === "" ? "" : `: ${one.because}`;
}

function told({ outside, options }: Call, tasks: readonly TaskMemory[]): ExitCode {
  const width = Math.max(...tasks.map(({ id }) => id.length));
  if (options["json"] === true)
    outside.stdout.write(
      `${JSON.stringify({ schema: "agents.task-wait/1", tasks: tasks.map(taskRow) })}\n`,
    );
  else
    outside.stdout.write(
      tasks.map((one) => plain(`${one.id.padEnd(width)}   ${one.state}${because(one)}\n`)).join(""),
    );
  return tasks.every(({ state }) => state === "done") ? 0 : 1;
}
