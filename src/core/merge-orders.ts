// What a person says about the order in which finished work lands: this one now, that one not yet, these in turn. Said
// twice it is said once; nothing here lands anything.

import type { Config } from "../config/config.ts";
import { answer, type Taken } from "./answers.ts";
import { isLanding, SKIPPED } from "./merge.ts";
import { asking, MERGE } from "./pipeline.ts";
import { changed, isOver } from "./task.ts";
import { resumed } from "./task-step.ts";
import type { Instant, Memory, Order, TaskMemory } from "./types.ts";

type Tasks = Readonly<Record<string, TaskMemory>>;
/** `outcome`: what became of it, "already" where nothing had to. */
type Said = { readonly task: TaskMemory; readonly outcome: string } | { readonly refused: string };

export function takeMergeOrder(config: Config, memory: Memory, order: Order, at: Instant): Taken {
  const refuse = (because: string): Taken => ({
    memory,
    actions: [answer(order.id, "refused", { because, outcomes: {} })],
  });
  const way = order.args["way"] ?? "";
  if (config.tasks?.merge !== "queue")
    return refuse('nothing lands here: [tasks] has no merge = "queue"');
  if (order.names.length === 0) return refuse(`${way} which tasks?`);
  let tasks: Tasks = memory.tasks ?? {};
  const outcomes: Record<string, string> = {};
  for (const [index, id] of order.names.entries()) {
    const task = tasks[id];
    if (task === undefined) return refuse(`there is no task ${id}`);
    const first = { tasks: memory.tasks ?? {}, ids: order.names, index };
    const said = heard(way, task, { at, ...first });
    if ("refused" in said) return refuse(said.refused);
    tasks = said.task === task ? tasks : { ...tasks, [id]: said.task };
    outcomes[id] = said.outcome;
  }
  const because = Object.entries(outcomes).map(([id, outcome]) => `${id}: ${outcome}`);
  const done = answer(order.id, "done", { because: because.join("; "), outcomes });
  return { memory: tasks === memory.tasks ? memory : { ...memory, tasks }, actions: [done] };
}

type Here = {
  readonly at: Instant;
  readonly tasks: Tasks;
  readonly ids: readonly string[];
  readonly index: number;
};

function heard(way: string, task: TaskMemory, here: Here): Said {
  if (task.landed !== null) return { task, outcome: "has landed already" };
  if (isOver(task)) return { refused: `${task.id} is ${task.state}: it will not land` };
  switch (way) {
    case "now":
      return now(task, here);
    case "skip":
      return skip(task, here);
    case "order":
      return { task: changed(task, { place: placeOf(here) }, here.at), outcome: "has its place" };
    default:
      return { refused: `${way} is nothing that can be said about landing` };
  }
}

/** In front of all others, also where it stood still: skipped, or waiting after a trouble. */
function now(task: TaskMemory, here: Here): Said {
  const { step, id } = task;
  if (step === null || step.id !== MERGE)
    return { refused: `${id} is not ready to land: it is at ${step?.id ?? "no step"}` };
  if (step.doing !== null) return { task, outcome: "is landing already" };
  const first = changed(task, { place: placeOf(here) }, here.at);
  return {
    task: step.stage === "pause" ? resumed(first, step, here.at) : first,
    outcome: "lands next",
  };
}

function skip(task: TaskMemory, { at }: Here): Said {
  const { step, id } = task;
  if (step === null || step.id !== MERGE)
    return { refused: `${id} is not ready to land: it is at ${step?.id ?? "no step"}` };
  if (isLanding(task)) return { refused: `${id} is landing just now` };
  if (task.state === "needs-human") return { task, outcome: "waits for a person already" };
  return { task: asking(task, `${SKIPPED}: agents merge now ${id}`, at), outcome: "is skipped" };
}

/** Those that are named come in their order before everybody else. */
function placeOf({ tasks, ids, index }: Here): number {
  const others = Object.values(tasks).filter(({ id }) => !ids.includes(id));
  return Math.min(0, ...others.map(({ place = 0 }) => place)) - ids.length + index;
}
