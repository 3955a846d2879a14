// What is written beside each visit of a step: who was set to it and why before it begins, what it came to after it.
// Data for people and programs that come later; no decision is ever made from them.

import { dirNow } from "./task.ts";
import type { At } from "./task-step.ts";
import type { Action, PastStep, StepMemory, TaskMemory } from "./types.ts";

type Told = Readonly<Record<string, string>>;

export type Came = {
  readonly came: PastStep["came"];
  readonly because: string;
  readonly told: Told;
};

/** Who does it: role, backend, model and reason, or the command. */
export type Meta = {
  readonly role: string;
  readonly backend?: string;
  readonly model?: string;
  readonly because?: string;
  readonly command?: string | null;
};

export function pastOf(task: TaskMemory, step: StepMemory, of: Pick<PastStep, "role" | "came">) {
  return { id: step.id, ...of, attempt: task.attempt, visit: step.visit } satisfies PastStep;
}

export function resultWrite(here: At, role: string, { came, because, told }: Came): Action {
  const { task, step, at } = here;
  const { end, ranMs, since } = step;
  const result = {
    schema: "agents.result/1",
    task: task.id,
    ...pastOf(task, step, { role, came }),
    because,
    end,
    ranMs,
    since,
    at,
    told,
    ...(step.way && { way: step.way }),
  };
  return written(here, { file: "result", because: `${step.id} came to its end`, value: result });
}

export function metaWrite(here: At, meta: Meta): Action {
  const { task, step, at, config } = here;
  const value = {
    schema: "agents.meta/1",
    task: task.id,
    step: step.id,
    attempt: task.attempt,
    visit: step.visit,
    agent: step.agent,
    moves: step.moves ?? 0,
    ...meta,
    branch: task.branch,
    target: config.tasks?.target ?? "",
    since: step.since,
    at,
  };
  return written(here, { file: "meta", because: `${step.id} begins`, value });
}

function written(
  here: At,
  of: { readonly file: "meta" | "result"; readonly because: string; readonly value: object },
): Action {
  const { task, step, at, config } = here;
  return {
    do: "write",
    id: `${task.id}.${of.file}.${at.toString(36)}`,
    target: task.id,
    because: of.because,
    path: `${dirNow(config, task, step)}/${of.file}.json`,
    text: `${JSON.stringify(of.value, null, 1)}\n`,
  };
}
