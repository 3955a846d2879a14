// All tasks at one look: new ones come in, those at a step move on, free slots are given away, old ones leave.
// Costs what changed: a queue in which nothing happened is looked at as a whole and left as it is.

import type { Config } from "../config/config.ts";
import { enter, pipelineOf } from "./pipeline.ts";
import { isAsked } from "./route.ts";
import { soonest } from "./step.ts";
import { freshAgent } from "./fresh.ts";
import { changed, freshTask, isAgentOf } from "./task.ts";
import { resumed, stepTask, type Shop } from "./task-step.ts";
import { endWrite } from "./task-end.ts";
import { circleIn, queueOf, turn } from "./task-queue.ts";
import { keptTasks } from "./task-past.ts";
import type { Action, AgentMemory, Instant, Memory, NewTask, Seen, TaskMemory } from "./types.ts";

export type TasksStep = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

type All = Readonly<Record<string, TaskMemory>>;

/** After every agent's own step: what became of those that belong to tasks is known by then. */
export function stepTasks(config: Config, known: Memory, seen: Seen): TasksStep {
  const shop = config.tasks;
  if (shop === null) return { memory: known, actions: [], due: null };
  const before = withStrays(config, known, seen);
  const { at, zone } = seen;
  const came = claimed(config, before.tasks ?? NOBODY, seen);
  let tasks = came.tasks;
  const actions: Action[] = [...came.actions];
  let due: Instant | null = null;
  for (const { id } of queueOf(shop, tasks, before.budgets).live) {
    const task = tasks[id];
    if (task === undefined) continue;
    const looking: Shop = { config, memory: before, seen, tasks };
    const moved = stepTask(looking, task);
    actions.push(...moved.actions);
    due = soonest(due, moved.due);
    tasks = put(tasks, moved.task);
  }
  for (const task of queueOf(shop, tasks, before.budgets).news) tasks = put(tasks, task);
  const next =
    before.fleet.wanted === "up"
      ? turn(shop, queueOf(shop, tasks, before.budgets), { at, zone })
      : null;
  if (next?.is === "now") {
    tasks = put(tasks, begun(config, next.task, at));
    due = soonest(due, at + 1);
  }
  if (next?.is === "later") due = soonest(due, next.due);
  const kept = keptTasks(shop, tasks, at);
  const notes = notesOf(before.tasks ?? NOBODY, kept, at);
  if (kept === (before.tasks ?? NOBODY)) return { memory: before, actions, due };
  return { memory: { ...before, tasks: kept }, actions: [...actions, ...notes], due };
}

const NOBODY: All = {};

/** Agents of steps that nobody remembers, as after a lost Memory: they end before anybody works there again. */
function withStrays(
  config: Config,
  memory: Memory,
  { panes, since, claimed: fresh }: Seen,
): Memory {
  if (since !== null && fresh === undefined) return memory;
  const ids = [...Object.keys(memory.tasks ?? NOBODY), ...(fresh ?? []).map(({ id }) => id)];
  const strays = Object.values(panes).flatMap(({ mark, session }) => {
    const name = mark?.target ?? "";
    const known = name === "" || memory.agents[name] !== undefined;
    if (known || config.agents.some((one) => one.name === name)) return [];
    const stray: AgentMemory = { ...freshAgent(session), wanted: "down" };
    return ids.some((id) => isAgentOf(id, name)) ? [[name, stray] as const] : [];
  });
  return strays.length === 0
    ? memory
    : { ...memory, agents: { ...memory.agents, ...Object.fromEntries(strays) } };
}

function put(all: All, task: TaskMemory): All {
  return all[task.id] === task ? all : { ...all, [task.id]: task };
}

/** What was claimed is known from then on, once; what cannot be done is told and over. */
function claimed(
  config: Config,
  before: All,
  { claimed: fresh = [], at }: Seen,
): { readonly tasks: All; readonly actions: readonly Action[] } {
  const news = fresh.filter(({ id }) => before[id] === undefined);
  if (news.length === 0) return { tasks: before, actions: [] };
  let tasks = { ...before, ...Object.fromEntries(news.map((one) => [one.id, freshTask(one)])) };
  const actions: Action[] = [];
  for (const one of news) {
    const wrong = refusal(config, tasks, one);
    const task = tasks[one.id];
    if (wrong === null || task === undefined) continue;
    const over = changed(task, { state: "failed", because: wrong }, at);
    tasks = { ...tasks, [one.id]: over };
    actions.push(endWrite(config, over, at));
  }
  return { tasks, actions };
}

function refusal(config: Config, all: All, one: NewTask): string | null {
  if (pipelineOf(config, one) === null) return `there is no pipeline ${one.pipeline}`;
  if (circleIn(all, one.id) !== null) return "it comes after itself: its dependencies are a circle";
  const namesake = config.agents.find(({ name }) => name.startsWith(`${one.id}-`));
  return namesake === undefined
    ? null
    : `the agent ${namesake.name} has the name of one of its steps`;
}

function begun(config: Config, task: TaskMemory, at: Instant): TaskMemory {
  const now = changed(task, { begunAt: at }, at);
  if (now.step !== null) return resumed(now, now.step, at);
  const first = enter(config, now, { index: 0, at });
  if (first.step?.stage !== "worktree" || !isAsked(config, now)) return first;
  return changed(first, { step: { ...first.step, stage: "classify" } }, at);
}

/** A line in the journal for each turn that a task takes. */
function notesOf(before: All, after: All, at: Instant): readonly Action[] {
  if (before === after) return [];
  return Object.values(after).flatMap((task): Action[] => {
    const was = before[task.id];
    if (was === task) return [];
    const same =
      was?.state === task.state &&
      was.step?.id === task.step?.id &&
      was.step?.visit === task.step?.visit;
    const trouble = (task.step?.troubles ?? 0) > (was?.step?.troubles ?? 0);
    if (same && !trouble && (was.because === task.because || task.state === "running")) return [];
    const because = task.because === "" ? task.state : task.because;
    const loud = task.state === "needs-human" || task.state === "failed";
    const id = `${task.id}.task.${at.toString(36)}`;
    return [{ do: "note", id, target: task.id, event: "task", because, loud }];
  });
}
