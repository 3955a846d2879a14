// What people and agents say about tasks: a report ends a step, approve and reject answer a question, retry grants
// what was used up, cancel and close end it. An order that does not fit is refused with the reason.

import type { Config } from "../config/config.ts";
import { answer, type Taken } from "./answers.ts";
import { takeMergeOrder } from "./merge-orders.ts";
import { answererOf, pipelineOf } from "./pipeline.ts";
import { changed, dirNow, isOver, taskDir } from "./task.ts";
import { finished, goes, sentBack } from "./task-end.ts";
import { ends, type At, type Moved } from "./task-step.ts";
import type { Action, Instant, Memory, Order, Report, StepMemory, TaskMemory } from "./types.ts";

const REPORTS: Readonly<Record<string, Report>> = {
  approve: "approve",
  changes: "changes",
  stuck: "stuck",
  done: "done",
};

type Said = { readonly moved: Moved; readonly because: string } | { readonly refused: string };

export function takeTaskOrder(config: Config, memory: Memory, order: Order, at: Instant): Taken {
  if (order.args["what"] === "merge") return takeMergeOrder(config, memory, order, at);
  const said = heard(config, memory, order, at);
  if ("refused" in said)
    return {
      memory,
      actions: [answer(order.id, "refused", { because: said.refused, outcomes: {} })],
    };
  const { task, actions } = said.moved;
  const outcomes = { [task.id]: task.state };
  const done = answer(order.id, "done", { because: said.because, outcomes });
  return {
    memory: { ...memory, tasks: { ...memory.tasks, [task.id]: task } },
    actions: [...actions, done],
  };
}

function heard(config: Config, memory: Memory, order: Order, at: Instant): Said {
  if (config.tasks === null) return { refused: "the file has no [tasks]" };
  const what = order.args["what"] ?? "";
  if (what === "report") return reported({ config, memory, at }, order);
  const id = order.names[0] ?? order.args["task"] ?? "";
  const task = memory.tasks?.[id];
  if (task === undefined) return { refused: `there is no task ${id}` };
  const seen = { at, outcomes: [], since: null };
  const here: Here = {
    config,
    memory,
    seen,
    tasks: memory.tasks ?? {},
    task,
    at,
    words: order.args["text"] ?? "",
  };
  switch (what) {
    case "approve":
      return approved(here);
    case "reject":
      return rejected(here);
    case "retry":
      return retried(here);
    case "cancel":
      return cancelled(here);
    case "close":
      return closed(here);
    default:
      return { refused: `${what} is nothing that can be said about a task` };
  }
}

type Here = Omit<At, "step"> & { readonly words: string };
type Place = { readonly config: Config; readonly memory: Memory; readonly at: Instant };

/** From the agent itself: its name and incarnation say whose report it is. */
function reported({ config, memory, at }: Place, { names, args }: Order): Said {
  const name = names[0] ?? args["agent"] ?? "";
  const report = REPORTS[args["report"] ?? ""];
  if (report === undefined)
    return { refused: "a report is one of approve, changes, stuck and done" };
  const task = Object.values(memory.tasks ?? {}).find(({ step }) => step?.agent === name);
  if (task === undefined || task.step === null) return { refused: `${name} is at no task's step` };
  const run = memory.agents[name]?.run?.id;
  if (args["run"] !== undefined && args["run"] !== run)
    return { refused: `${name} is another incarnation by now` };
  if (task.step.stage !== "agent") return { refused: `${name} has reported already` };
  const here: At = {
    config,
    memory,
    seen: { at, outcomes: [], since: null },
    tasks: memory.tasks ?? {},
    task,
    step: task.step,
    at,
  };
  const moved = ends(here, { is: "reported", report });
  const text = args["text"] ?? "";
  const path = `${dirNow(config, task, task.step)}/report.md`;
  const actions =
    text === "" ? [] : [write({ task, at, path, text, because: `${name} reports ${report}` })];
  return {
    moved: { ...moved, actions: [...moved.actions, ...actions] },
    because: `${task.id}: ${report}`,
  };
}

type Writing = {
  readonly task: TaskMemory;
  readonly at: Instant;
  readonly path: string;
  /** Null removes it. */
  readonly text: string | null;
  readonly because: string;
};

function write({ task, at, path, text, because }: Writing): Action {
  const id = `${task.id}.words.${at.toString(36)}`;
  return { do: "write", id, target: task.id, because, path, text };
}

function approved(here: Here): Said {
  const { task, at } = here;
  const { step } = task;
  if (task.state !== "needs-human" || step === null || step.agent !== null)
    return { refused: `${task.id} waits for nobody's approval: it is ${task.state}` };
  const moved = goes(
    { ...here, step },
    changed(task, { findings: null, granted: task.granted + 1 }, at),
    step.index + 1,
  );
  return { moved: slotted(moved, at), because: `${task.id} goes on` };
}

/** The words go to who did the work; where nobody did, the task has failed. */
function rejected(here: Here): Said {
  const { task, at, config } = here;
  const { step } = task;
  if (task.state !== "needs-human" || step === null || step.agent !== null)
    return { refused: `${task.id} waits for nobody's word: it is ${task.state}` };
  if (answererOf(pipelineOf(config, task), step.index) === null)
    return {
      moved: finished({ ...here, step }, "failed", "rejected by a person"),
      because: `${task.id} failed`,
    };
  const said = guided(
    here,
    here.words === "" ? "A person rejected this, without a word." : here.words,
  );
  const moved = sentBack(
    { ...here, step, task: changed(task, { granted: task.granted + 1 }, at) },
    said.path,
  );
  return {
    moved: slotted({ ...moved, actions: [...said.actions, ...moved.actions] }, at),
    because: `${task.id} goes back`,
  };
}

function guided(
  here: Here,
  text: string,
): { readonly path: string; readonly actions: readonly Action[] } {
  const { config, task, at } = here;
  const path = `${taskDir(config, task.id)}/guidance-${task.granted + 1}.md`;
  return { path, actions: [write({ task, at, path, text, because: "a person's words" })] };
}

/** Once more from where it stands, or from the beginning where it is over. Every cap gives way by one. */
function retried(here: Here): Said {
  const { task, at, config, words } = here;
  const { step } = task;
  const over = task.state === "failed" || task.state === "cancelled";
  if (!over && task.state !== "needs-human")
    return { refused: `${task.id} is ${task.state}: there is nothing to retry` };
  if (step !== null && step.agent !== null)
    return { refused: `its agent stands still: agents restart ${step.agent}` };
  const said = words === "" ? null : guided(here, words);
  const granted = { granted: task.granted + 1, findings: said?.path ?? task.findings };
  const next =
    over || step === null
      ? {
          ...granted,
          attempt: task.attempt + 1,
          state: "queued" as const,
          why: null,
          step: null,
          because: "",
        }
      : granted;
  const known = changed(task, next, at);
  const actions = [
    ...(said?.actions ?? []),
    ...(over
      ? [
          write({
            task,
            at,
            path: `${taskDir(config, task.id)}/end.json`,
            text: null,
            because: "it goes on",
          }),
        ]
      : []),
  ];
  if (over || step === null)
    return { moved: { task: known, actions, due: null }, because: `${task.id} is queued again` };
  const again: StepMemory = { ...step, stage: "pause", troubles: 0, until: null };
  const waits = changed(
    known,
    { step: again, state: "waiting", why: "slot", because: "a person said: once more" },
    at,
  );
  return {
    moved: { task: waits, actions, due: null },
    because: `${task.id} tries ${step.id} again`,
  };
}

function cancelled(here: Here): Said {
  const { task, at } = here;
  const { step } = task;
  if (isOver(task)) return { refused: `${task.id} is ${task.state} already` };
  const because = here.words === "" ? "cancelled by a person" : `cancelled: ${here.words}`;
  if (step?.stage === "land" && step.doing !== null)
    return { refused: `${task.id} is landing just now` };
  if (step === null || task.base === null)
    return { moved: finished({ ...here, step: step ?? NO_STEP }, "cancelled", because), because };
  return { moved: ends({ ...here, step, at }, { is: "cancelled", because }), because };
}

/** Ended, and its worktree removed once what lies in it is kept. */
function closed(here: Here): Said {
  const { task, at } = here;
  const { state, because } = task;
  if (state !== "done" && state !== "failed" && state !== "cancelled")
    return { refused: `${task.id} is ${state}: cancel it first` };
  const end = { is: "closed", state, because } as const;
  const step: StepMemory = { ...NO_STEP, id: "close", since: at, stage: "discard", end };
  const moved = {
    task: changed(task, { step, state: "running", because: "is put away" }, at),
    actions: [],
    due: at + 1,
  };
  return { moved, because: `${task.id} is put away` };
}

const NO_STEP: StepMemory = {
  id: "",
  index: 0,
  visit: 0,
  since: 0,
  stage: "pause",
  agent: null,
  doing: null,
  until: null,
  end: null,
  ranMs: 0,
  ranFrom: null,
  retries: 0,
  troubles: 0,
};

/** What comes from a person's desk takes a worker like everybody else. */
function slotted(moved: Moved, at: Instant): Moved {
  const { task } = moved;
  if (task.step === null || task.step.stage !== "worktree" || task.state !== "running")
    return moved;
  const step: StepMemory = { ...task.step, stage: "pause" };
  return {
    ...moved,
    task: changed(
      task,
      { step, state: "waiting", why: "slot", because: `waits for a worker for ${step.id}` },
      at,
    ),
  };
}
