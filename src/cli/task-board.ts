// The one file in which the engine publishes all tasks, as `status` and `task` read it. It loads nothing, because it
// lies on the way of every `status`.

import type { TaskMemory } from "../core/types.ts";
import type { TasksFile } from "../engine/tasks.ts";
import type { Outside } from "./outside.ts";

/** Null where nothing was ever published, or by another version. */
export function publishedTasks(outside: Outside, stateDir: string): TasksFile | null {
  const text = outside.text(`${stateDir}/tasks.json`);
  if (text === null) return null;
  try {
    const value: TasksFile = JSON.parse(text);
    return value.schema === "agents.tasks/1" ? value : null;
  } catch {
    return null;
  }
}

/** The row of a task for programs: instants as everywhere, and nothing that only the engine needs. */
export function taskRow(task: TaskMemory): Readonly<Record<string, unknown>> {
  const { at, since, begunAt, step, ...row } = task;
  return {
    ...row,
    at: iso(at),
    since: iso(since),
    begunAt: begunAt === null ? null : iso(begunAt),
    step:
      step === null
        ? null
        : {
            id: step.id,
            visit: step.visit,
            stage: step.stage,
            agent: step.agent,
            since: iso(step.since),
            ...(step.way && { way: step.way }),
          },
  };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}
