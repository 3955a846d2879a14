// `agents task show ID`: its story in sentences, from what the engine published, the artifacts and the journal.

import { join } from "node:path";
import type { TaskMemory } from "../core/types.ts";
import { readEvents, type Event } from "../engine/events.ts";
import { readLedger } from "../engine/ledger-file.ts";
import { parseTask } from "../engine/task-file.ts";
import { tasksDir } from "../engine/tasks.ts";
import { sumOf, type Sum } from "../engine/used.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { iso, taskRow } from "./task-board.ts";
import { knownTasks, taskNamed, type Known } from "./task-known.ts";
import { stepsOf, workersOf, type StepLeft } from "./task-steps.ts";
import { taskStory } from "./task-story.ts";

const EVENTS = 12;
/** Looked through for so many. */
const EVENTS_READ = 200;
/** What the steps say already. */
const NOISE: ReadonlySet<string> = new Set("write work order answer sweep close".split(" "));

export type TaskTold = {
  readonly task: TaskMemory;
  readonly body: string;
  readonly by: string;
  readonly dir: string;
  readonly steps: readonly StepLeft[];
  readonly events: readonly Event[];
  /** What its agents used; null where none told anything. */
  readonly used: Sum | null;
  /** What it comes after, and what became of that. */
  readonly after: readonly { readonly id: string; readonly state: string | null }[];
};

export async function showTask(call: Call): Promise<ExitCode> {
  const [id = "", ...more] = call.args;
  if (more.length > 0) throw new Refusal(2, "one task at a time");
  const known = await knownTasks(call);
  return told(call, known, taskNamed(call.outside, known, id));
}

/** For `why`: false where no task has that name. */
export async function whyTask(call: Call, id: string): Promise<boolean> {
  const known = await knownTasks(call);
  const task = known.tasks.find((one) => one.id === id);
  if (task === undefined) return false;
  told(call, known, task);
  return true;
}

function told(call: Call, known: Known, task: TaskMemory): ExitCode {
  const { outside, options } = call;
  const whole = toldOf(call, known, task);
  if (options["json"] !== true) {
    outside.stdout.write(taskStory(whole, outside));
    return 0;
  }
  const { body, by, dir, steps, events, after, used } = whole;
  const at = iso(outside.now());
  const document = {
    schema: "agents.task-show/1",
    at,
    task: taskRow(task),
    body,
    by,
    dir,
    after,
    steps,
    events,
    used,
  };
  outside.stdout.write(`${JSON.stringify(document)}\n`);
  return 0;
}

function toldOf({ outside }: Call, known: Known, task: TaskMemory): TaskTold {
  const { id } = task;
  const left = known.left.has(id);
  const dir = join(tasksDir(known.stateDir), id);
  const path = left ? join(tasksDir(known.stateDir), "new", `${id}.json`) : join(dir, "task.json");
  const written = parseTask(outside.text(path) ?? "", id);
  const agents = [id, ...workersOf(task)];
  const events = readEvents(outside.disk, known.logDir, { tail: EVENTS_READ, since: null, agents });
  return {
    task,
    body: written.ok ? written.value.body : "",
    by: written.ok ? written.value.by : "",
    dir,
    steps: stepsOf(outside, known.stateDir, task),
    events: events.ok ? events.value.filter(({ event }) => !NOISE.has(event)).slice(-EVENTS) : [],
    used: usedBy(outside, known.stateDir, id),
    after: task.after.map((other) => ({
      id: other,
      state: known.tasks.find((one) => one.id === other)?.state ?? null,
    })),
  };
}

function usedBy(outside: Outside, stateDir: string, id: string): Sum | null {
  const { rows, prices } = readLedger(outside.disk, stateDir);
  const own = rows.filter(({ task }) => task === id);
  return own.length === 0 ? null : sumOf(own, prices);
}
