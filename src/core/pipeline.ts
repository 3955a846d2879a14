// The way through a pipeline: which step a task is at, which follows, how often it may come there, and who
// answers what a review found. Counts only grow; a person's word moves every cap by one.

import type { Config } from "../config/config.ts";
import type { Pipeline, PipelineStep } from "../config/tasks.ts";
import { agentName, changed } from "./task.ts";
import type { Instant, StepMemory, TaskMemory } from "./types.ts";

/** The step behind the last one. */
export const MERGE = "merge";
/** How often a task may try to land in all its life. */
const MERGES_MAX = 10;

export function pipelineOf({ tasks }: Config, task: Pick<TaskMemory, "pipeline">): Pipeline | null {
  const wanted = task.pipeline === "" ? tasks?.pipeline : task.pipeline;
  return tasks?.pipelines.find(({ name }) => name === wanted) ?? null;
}

/** Null where the file no longer has it, and behind the last one. */
export function stepOf(config: Config, task: TaskMemory): PipelineStep | null {
  const { step } = task;
  if (step === null) return null;
  return pipelineOf(config, task)?.steps.find(({ id }) => id === step.id) ?? null;
}

export type Entering = {
  readonly index: number;
  readonly at: Instant;
  /** Why it comes here again. */
  readonly why?: string;
};

/** Comes to a step, or to the end of all steps; asks a person where it came there too often. */
export function enter(
  config: Config,
  task: TaskMemory,
  { index, at, why = "" }: Entering,
): TaskMemory {
  const step = pipelineOf(config, task)?.steps[index] ?? null;
  const id = step?.id ?? MERGE;
  const visit = (task.visits[id] ?? 0) + 1;
  const most = (step?.visits ?? MERGES_MAX) + task.granted;
  if (visit > most) return asking(task, `it came to ${id} ${visit - 1} times already`, at);
  const visits = { ...task.visits, [id]: visit };
  const kind = step?.does.kind ?? MERGE;
  const stage = kind === "gate" ? "gate" : kind === MERGE ? "land" : "worktree";
  const next = { ...freshStep({ id, index, visit, at }), stage } satisfies StepMemory;
  if (stage === "gate") {
    const because = `${id}: waits for a person to approve it`;
    return changed(task, { step: next, visits, state: "needs-human", why: null, because }, at);
  }
  const there = why === "" ? `at ${id}` : `at ${id}: ${why}`;
  const because = stage === "land" ? "waits for its turn to land" : there;
  return changed(task, { step: next, visits, state: "running", why: null, because }, at);
}

function freshStep(of: {
  readonly id: string;
  readonly index: number;
  readonly visit: number;
  readonly at: Instant;
}): Omit<StepMemory, "stage"> {
  const { id, index, visit, at } = of;
  return {
    id,
    index,
    visit,
    since: at,
    agent: null,
    doing: null,
    until: null,
    end: null,
    ranMs: 0,
    ranFrom: null,
    retries: 0,
    troubles: 0,
  };
}

/** Stands still until a person says approve, reject, retry or cancel. */
export function asking(task: TaskMemory, because: string, at: Instant): TaskMemory {
  const step: StepMemory | null =
    task.step === null
      ? null
      : { ...task.step, stage: "pause", agent: null, doing: null, until: null, ranFrom: null };
  return changed(task, { state: "needs-human", why: null, because, step }, at);
}

/** The nearest step before this one whose agent commits; null: nobody answers findings. */
export function answererOf(pipeline: Pipeline | null, index: number): number | null {
  const found = (pipeline?.steps ?? [])
    .slice(0, index)
    .findLastIndex(({ does }) => does.kind === "agent" && does.commits);
  return found < 0 ? null : found;
}

export function stepAgent(task: TaskMemory, step: StepMemory): string {
  return agentName(task.id, step);
}
