// Who may begin: dependencies in order, no two tasks on the same files, as many at once as the file allows, one
// after another, and nobody in quiet hours. What waits spends no attempt, and costs nothing while nothing changes.

import type { Tasks } from "../config/tasks.ts";
import { taskBudget } from "./budget.ts";
import { overlaps } from "./globs.ts";
import { quietUntil } from "./quiet-hours.ts";
import { remembering } from "./remembering.ts";
import { changed, isOver } from "./task.ts";
import type { Instant, Memory, TaskMemory } from "./types.ts";

type All = Readonly<Record<string, TaskMemory>>;

export type Queue = {
  /** At a step, or waiting in the middle of one. */
  readonly live: readonly TaskMemory[];
  /** Those that nothing but a slot keeps from beginning, the first one first. */
  readonly ready: readonly TaskMemory[];
  /** What the others wait for, where that is not what they say. */
  readonly news: readonly TaskMemory[];
  readonly busy: number;
  readonly lastBegun: Instant | null;
};

const queues = remembering<Queue>(() => true);

/** Read off anew only where a task or a budget changed. */
export function queueOf(tasks: Tasks, all: All, budgets?: Memory["budgets"]): Queue {
  return queues(all, [tasks, budgets], () => made(tasks, all, budgets));
}

function made(tasks: Tasks, all: All, budgets: Memory["budgets"]): Queue {
  const live = Object.values(all).filter((one) => one.step !== null && !isOver(one));
  const open = Object.values(all).filter(
    (one) => one.step === null && !isOver(one) && one.state !== "needs-human",
  );
  const working = live.filter(isWorking);
  const judged = open.map((one) => waitsFor(tasks, one, { all, working, budgets }));
  const resumed = live.filter(({ why }) => why === "slot");
  const ready = judged.filter(({ state }) => state === "queued").toSorted(byAge);
  const begun = live.flatMap(({ begunAt }) => (begunAt === null ? [] : [begunAt]));
  return {
    live,
    ready: [...resumed.toSorted(byAge), ...ready],
    news: judged.filter((one) => one !== all[one.id]),
    busy: working.length,
    lastBegun: begun.length === 0 ? null : Math.max(...begun),
  };
}

/** Whoever waits for a person or for its turn to land needs no worker. */
export function isWorking({ step, state, why }: TaskMemory): boolean {
  if (step === null || state === "needs-human" || why === "slot") return false;
  return step.stage !== "land" && step.stage !== "discard";
}

function byAge(a: TaskMemory, b: TaskMemory): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

type Others = {
  readonly all: All;
  readonly working: readonly TaskMemory[];
  readonly budgets: Memory["budgets"];
};

function waitsFor(tasks: Tasks, task: TaskMemory, { all, working, budgets }: Others): TaskMemory {
  for (const id of task.after) {
    const other = all[id];
    if (other?.state === "done") continue;
    return changed(
      task,
      { state: "waiting", why: "dependency", because: unmet(id, other) },
      task.since,
    );
  }
  const rival =
    tasks.overlap === "allow" ? undefined : working.find((one) => overlaps(one.files, task.files));
  if (rival !== undefined) {
    const because = `works on the same files as ${rival.id}`;
    return changed(task, { state: "waiting", why: "overlap", because }, task.since);
  }
  const spent = taskBudget(task.id, budgets);
  if (spent !== null)
    return changed(task, { state: "waiting", why: "budget", because: spent }, task.since);
  return changed(task, { state: "queued", why: null, because: "" }, task.since);
}

function unmet(id: string, other: TaskMemory | undefined): string {
  if (other === undefined) return `comes after ${id}, which nobody knows`;
  const ended = isOver(other);
  return ended
    ? `comes after ${id}, which ${other.state === "failed" ? "failed" : "was cancelled"}`
    : `comes after ${id}`;
}

export type Turn =
  | { readonly is: "now"; readonly task: TaskMemory }
  | { readonly is: "later"; readonly due: Instant | null };

/** Who begins now, one at a time. */
export function turn(
  tasks: Tasks,
  { ready, busy, lastBegun }: Queue,
  { at, zone }: { readonly at: Instant; readonly zone: string },
): Turn {
  const [task] = ready;
  if (task === undefined || busy >= tasks.max) return { is: "later", due: null };
  const quiet = quietUntil(tasks.quiet, at, zone);
  if (quiet !== null) return { is: "later", due: quiet };
  const next = (lastBegun ?? 0) + tasks.staggerMs;
  // A clock that was set back does not make anybody wait for tomorrow.
  if (lastBegun !== null && lastBegun <= at && at < next) return { is: "later", due: next };
  return { is: "now", task };
}

/** An id on a way that leads back to itself; null: there is none. */
export function circleIn(
  all: Readonly<Record<string, Pick<TaskMemory, "after">>>,
  from: string,
): string | null {
  const seen = new Set<string>();
  const open = [...(all[from]?.after ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === from) return id;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...(all[id]?.after ?? []));
  }
  return null;
}
