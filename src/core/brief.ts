// What the agent of a step is given to go on: its role's words, the artifacts of the steps before, and what
// belongs to others. Paths only; the texts are put together where they lie.

import type { AgentStep } from "../config/tasks.ts";
import { dirThen } from "./task.ts";
import { handovers } from "./task-move.ts";
import { queueOf } from "./task-queue.ts";
import type { At } from "./task-step.ts";
import type { Brief, PastStep } from "./types.ts";

/** Reports of earlier attempts that a retry is given. */
const LESSONS_MAX = 3;

export function briefOf(here: At, does: AgentStep): Brief {
  const { task } = here;
  const { role, prompt, commits, verdict } = does;
  const path = (past: PastStep, file: string): string =>
    `${dirThen(here.config, task, past)}/${file}`;
  const plan = task.trail.findLast((one) => one.role === "planner" && one.came === "passed");
  const work = task.trail.findLast((one) => one.role === "implementer");
  const lessons = task.trail
    .filter((one) => one.attempt < task.attempt && one.came === "failed")
    .slice(-LESSONS_MAX);
  const hands = [
    ...(plan === undefined || role === "planner"
      ? []
      : [{ what: "The plan", path: path(plan, "report.md") }]),
    ...(work === undefined || !verdict
      ? []
      : [{ what: "The change", path: path(work, "patch.diff") }]),
    ...(task.findings === null || verdict ? [] : [{ what: "To be answered", path: task.findings }]),
    ...handovers(here).map((at) => ({ what: "What the one before you left", path: at })),
    ...lessons.flatMap((one) => [
      { what: `What ${one.id} of attempt ${one.attempt} came to`, path: path(one, "result.json") },
      { what: `What ${one.id} of attempt ${one.attempt} said`, path: path(one, "report.md") },
    ]),
  ];
  return { role, prompt, commits, verdict, attempt: task.attempt, hands, theirs: theirs(here) };
}

function theirs({ config, tasks, task }: At): readonly string[] {
  const live = config.tasks === null ? [] : queueOf(config.tasks, tasks).live;
  return [...new Set(live.flatMap((one) => (one.id === task.id ? [] : one.files)))];
}
