// A step goes on elsewhere: its account is at a limit or has lost its login, and another backend takes over what was
// begun, with a file that says where it stands. That is no failure: it spends no attempt, no visit and no retry.

import type { PipelineStep } from "../config/tasks.ts";
import { elsewhere, MOVES_MAX, type Roads } from "./route.ts";
import { changed, dirNow } from "./task.ts";
import type { At, Moved } from "./task-step.ts";
import type { Action, AgentMemory, StepEnd, StepMemory } from "./types.ts";

type Told = Readonly<Record<string, string>>;

/** Why its agent is to stop here and go on with another backend; null: it stays. */
export function movesOn(here: At, plan: PipelineStep, agent: AgentMemory): StepEnd | null {
  const { task, step, memory } = here;
  const { does, id } = plan;
  if (memory.fleet.wanted === "down") return null;
  if (does.kind !== "agent" || !isKept(agent) || (step.moves ?? 0) >= MOVES_MAX) return null;
  const now = step.way?.backend ?? does.backend;
  const way = elsewhere(roadsOf(here), task, { id, does, now });
  return way === null
    ? null
    : { is: "moved", from: now, because: `goes on with ${way.backend}, ${way.because}` };
}

/** Its account keeps it from work, and nobody else does. Who works on, limit or not, is left alone. */
function isKept({ life, run, verdict, wanted }: AgentMemory): boolean {
  if (wanted === "down") return false;
  switch (life.is) {
    case "held":
      return life.why === "limit";
    case "parked":
      return life.why === "auth" || life.why === "credit";
    case "backoff":
      return life.limit !== undefined;
    case "down":
      return run === null;
    case "ended":
    case "launching":
    case "stopping":
      return false;
    case "up":
      return verdict.is === "limited";
  }
}

export function roadsOf({ config, memory, tasks, at }: At): Roads {
  return { config, holds: memory.holds, tasks, at };
}

/** What it left was looked at: the same visit begins once more, and whoever comes is told what there is. */
export function handedOver(here: At, end: Extract<StepEnd, { is: "moved" }>, told: Told): Moved {
  const { task, step, at } = here;
  const moves = (step.moves ?? 0) + 1;
  const next: StepMemory = {
    ...step,
    stage: "pause",
    agent: null,
    doing: null,
    until: at + 1,
    end: null,
    way: null,
    moves,
  };
  const because = `${step.id} ${end.because}`;
  const write: Action = {
    do: "write",
    id: `${task.id}.handover.${at.toString(36)}`,
    target: task.id,
    because,
    path: handoverPath(here, moves),
    text: handoverText(here, end, told),
  };
  const note: Action = {
    do: "note",
    id: `${task.id}.route.${at.toString(36)}`,
    target: task.id,
    event: "route",
    because,
    loud: false,
  };
  return {
    task: changed(
      task,
      { step: next, head: told["head"] ?? task.head, state: "running", why: null, because },
      at,
    ),
    actions: [write, note],
    due: at + 1,
  };
}

function handoverPath({ config, task, step }: At, moves: number): string {
  return `${dirNow(config, task, step)}/handover-${moves}.md`;
}

/** The files that tell who comes where others stopped. */
export function handovers(here: At): readonly string[] {
  const { moves = 0 } = here.step;
  return Array.from({ length: moves }, (_, at) => handoverPath(here, at + 1));
}

function handoverText(
  here: At,
  { from, because }: Extract<StepEnd, { is: "moved" }>,
  told: Told,
): string {
  const { config, task, step } = here;
  const dir = dirNow(config, task, step);
  const moves = (step.moves ?? 0) + 1;
  const { commits = "0", left = "0", ref = "" } = told;
  const kept = ref === "" ? "" : ` They are kept under ${ref} as well.`;
  return `Another agent (${from}) began ${step.id} of ${task.id} and had to stop: it ${because}.
On ${task.branch} lie ${commits} commits, the newest is ${told["head"] ?? "not known"}.
${left} files in this worktree are changed and not committed; they stand as it left them.${kept}
What its terminal showed: ${dir}/log-${moves}
What it had written of its report: ${dir}/report-${moves}.md, where it had begun one.
Look at what is there, keep what is good, and go on from it; do not begin anew.
`;
}
