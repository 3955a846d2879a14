// What a step has come to, and where the task goes from there. Failed work, failed surroundings and a missing
// verdict are three things: the first is tried again within caps, the second waits, the third asks a person.

import type { Millis } from "../config/config.ts";
import type { AgentStep, PipelineStep } from "../config/tasks.ts";
import { pastOf, resultWrite, type Came } from "./artifacts.ts";
import { answererOf, asking, enter, pipelineOf } from "./pipeline.ts";
import { changed, dirNow, taskDir } from "./task.ts";
import { handedOver } from "./task-move.ts";
import { PAUSE_MAX_MS, type At, type Moved } from "./task-step.ts";
import type { Action, StepMemory, TaskMemory } from "./types.ts";

/** Failures of its surroundings in a row before a person is asked. */
const TROUBLES_MAX = 8;
const TROUBLE_MS: Millis = 5_000;
/** Steps that a task remembers. */
const TRAIL_MAX = 60;

type Told = Readonly<Record<string, string>>;

type Result =
  | { readonly is: "passed" | "changes" }
  | { readonly is: "failed" | "trouble" | "ask"; readonly because: string };

export function concluded(here: At, plan: PipelineStep | null, told: Told): Moved {
  const { task, step, at } = here;
  if (step.end?.is === "cancelled") return finished(here, "cancelled", step.end.because);
  if (plan === null) return still(asking(task, `its pipeline has no step ${step.id} any more`, at));
  if (step.end?.is === "moved") return handedOver(here, step.end, told);
  const result = resultOf(here, plan, told);
  if (result.is === "trouble") return troubled(here, result.because);
  const came = result.is === "ask" ? "failed" : result.is;
  const record = recorded(here, plan, {
    came,
    because: "because" in result ? result.because : "",
    told,
  });
  const next: At = { ...here, task: record.task };
  const moved = follow(next, plan, { result, told });
  return { ...moved, actions: [...record.actions, ...moved.actions] };
}

function follow(
  here: At,
  plan: PipelineStep,
  { result, told }: { readonly result: Result; readonly told: Told },
): Moved {
  const { task, step, at, config } = here;
  switch (result.is) {
    case "passed": {
      const head = told["head"] ?? task.head;
      return goes(here, changed(task, { head, findings: null }, at), step.index + 1);
    }
    case "changes":
      return sentBack(here, `${dirNow(config, task, step)}/report.md`);
    case "ask":
    case "trouble":
      return still(asking(task, `${step.id}: ${result.because}`, at));
    case "failed":
      return failed(here, plan, result.because);
  }
}

function resultOf(here: At, { does, id, timeoutMs }: PipelineStep, told: Told): Result {
  const { end } = here.step;
  if (end === null) return { is: "trouble", because: "nobody knows how it ended" };
  switch (end.is) {
    case "lost":
    case "cancelled":
    case "closed":
    case "moved":
      return { is: "trouble", because: end.because };
    case "late":
      return {
        is: "failed",
        because: `${id} did not end within ${Math.round(timeoutMs / 1000)} s`,
      };
    case "exited":
      if (end.code !== 0) return exitedBadly(does.kind, end.code);
      return does.kind === "agent"
        ? ended(here, does, { report: told["verdict"] ?? "", told })
        : { is: "passed" };
    case "reported":
      if (end.report === "stuck") return { is: "ask", because: "its agent says that it is stuck" };
      return does.kind === "agent"
        ? ended(here, does, { report: end.report, told })
        : { is: "passed" };
  }
}

/** A shell says 126 and 127 where there was nothing to run: that is not the work's fault. */
function exitedBadly(kind: PipelineStep["does"]["kind"], code: number | null): Result {
  const because = code === null ? "ended, its exit code is not known" : `exited ${code}`;
  if (code === null) return { is: "trouble", because };
  const unrun = kind === "check" && (code === 126 || code === 127);
  return unrun
    ? { is: "ask", because: `its command could not be run (${because})` }
    : { is: "failed", because };
}

function ended(
  { task }: At,
  does: AgentStep,
  { report, told }: { readonly report: string; readonly told: Told },
): Result {
  if (does.verdict) {
    if (report === "approve") return { is: "passed" };
    if (report === "changes") return { is: "changes" };
    if (report === "stuck") return { is: "ask", because: "its agent says that it is stuck" };
    return { is: "ask", because: "it ended without a verdict, and that is no approval" };
  }
  const news = told["commits"] !== "0" && told["head"] !== task.head;
  if (!does.commits || news) return { is: "passed" };
  const left =
    told["left"] === undefined || told["left"] === "0"
      ? ""
      : `; ${told["left"]} files are changed and not committed`;
  return { is: "failed", because: `it ended and committed nothing${left}` };
}

/** Through the retries of the step, then as on_failure says. */
function failed(here: At, plan: PipelineStep, because: string): Moved {
  const { task, step, at, config } = here;
  const why = `${step.id}: ${because}`;
  const dir = dirNow(config, task, step);
  const findings = plan.does.kind === "check" ? `${dir}/log` : `${dir}/result.json`;
  if (step.retries < plan.retries) {
    const wait = Math.min(PAUSE_MAX_MS, plan.backoffMs * 2 ** Math.min(step.retries, 20));
    const again = enter(config, changed(task, { findings }, at), { index: step.index, at });
    return paused(here, again, { retries: step.retries + 1, wait, because: why });
  }
  const { onFailure } = plan;
  switch (onFailure.do) {
    case "continue":
      return goes(here, task, step.index + 1);
    case "ask":
      return still(asking(task, why, at));
    case "stop":
      return attemptOver(here, why);
    case "goto": {
      const index =
        pipelineOf(config, task)?.steps.findIndex(({ id }) => id === onFailure.step) ?? -1;
      return index < 0
        ? still(asking(task, `${why}; there is no step ${onFailure.step}`, at))
        : goes(here, changed(task, { findings, because: why }, at), index);
    }
  }
}

function paused(
  { at }: At,
  task: TaskMemory,
  how: { readonly retries: number; readonly wait: Millis; readonly because: string },
): Moved {
  if (task.step === null || task.state === "needs-human") return still(task);
  const until = at + how.wait;
  const step: StepMemory = { ...task.step, stage: "pause", until, retries: how.retries };
  return {
    task: changed(task, { step, because: `${how.because}; once more` }, at),
    actions: [],
    due: until,
  };
}

function attemptOver(here: At, because: string): Moved {
  const { task, at, config } = here;
  const most = (config.tasks?.attempts ?? 1) + task.granted;
  if (task.attempt >= most) return finished(here, "failed", because);
  const anew = { attempt: task.attempt + 1, findings: null, because };
  return goes(here, changed(task, anew, at), 0);
}

/** Findings go to who committed the work; without end they go to a person. */
export function sentBack(here: At, findings: string): Moved {
  const { task, step, at, config } = here;
  const pipeline = pipelineOf(config, task);
  const index = answererOf(pipeline, step.index);
  const rounds = task.rounds + 1;
  const because = `${step.id} asks for changes`;
  const known = changed(task, { findings, rounds, because }, at);
  if (index === null)
    return still(asking(known, `${step.id}: changes are asked for, and no step makes any`, at));
  if (rounds > (pipeline?.rounds ?? 0) + task.granted)
    return still(
      asking(known, `${step.id}: changes are asked for again, after ${rounds - 1} rounds`, at),
    );
  return goes(here, known, index);
}

export function goes(here: At, task: TaskMemory, index: number): Moved {
  const { config, at, step } = here;
  const pipeline = pipelineOf(config, task);
  const over = index >= (pipeline?.steps.length ?? 0);
  if (over && config.tasks?.merge === "none")
    return finished({ config, at, task, step }, "done", `done; its work is on ${task.branch}`);
  // Told on: what goes back says why until its agent is at work.
  const why = index <= step.index && task.because !== here.task.because ? task.because : "";
  return { task: enter(config, task, { index, at, why }), actions: [], due: at + 1 };
}

/** Its surroundings failed: later once more, and nothing is spent. */
export function troubled(here: At, because: string): Moved {
  const { task, step, at } = here;
  if (step.end?.is === "cancelled") return finished(here, "cancelled", step.end.because);
  const troubles = step.troubles + 1;
  if (troubles > TROUBLES_MAX)
    return still(asking(task, `${step.id}: ${because}; tried ${troubles} times`, at));
  const wait = Math.min(PAUSE_MAX_MS, TROUBLE_MS * 2 ** (troubles - 1));
  const later: StepMemory = {
    ...step,
    stage: "pause",
    agent: null,
    doing: null,
    until: at + wait,
    end: null,
    troubles,
  };
  const shown = {
    state: "running",
    why: null,
    because: `${step.id}: ${because}; later once more`,
  } as const;
  return { task: changed(task, { step: later, ...shown }, at), actions: [], due: at + wait };
}

type Ending = Pick<At, "config" | "task" | "at" | "step">;

/** Its end is on disk as well: who lost its memory does not begin it again. */
export function finished(
  { config, task, at }: Ending,
  state: "done" | "failed" | "cancelled",
  because: string,
): Moved {
  const over = changed(task, { state, why: null, because, step: null }, at);
  return { task: over, actions: [endWrite(config, over, at)], due: null };
}

export function endWrite(config: At["config"], task: TaskMemory, at: number): Action {
  const text = `${JSON.stringify({ schema: "agents.task-end/1", ...task })}\n`;
  const path = `${taskDir(config, task.id)}/end.json`;
  return {
    do: "write",
    id: `${task.id}.end.${at.toString(36)}`,
    target: task.id,
    because: task.because,
    path,
    text,
  };
}

function recorded(here: At, plan: PipelineStep, came: Came): Moved {
  const { task, step, at } = here;
  const role = plan.does.kind === "agent" ? plan.does.role : plan.does.kind;
  const trail = [...task.trail, pastOf(task, step, { role, came: came.came })].slice(-TRAIL_MAX);
  const actions = [resultWrite(here, role, came)];
  return { task: changed(task, { trail }, at), actions, due: null };
}

function still(task: TaskMemory): Moved {
  return { task, actions: [], due: null };
}
