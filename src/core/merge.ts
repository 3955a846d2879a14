// The end of the pipeline: finished work lands on the target, one task at a time, or is offered. That it landed is
// read from the target itself; a conflict and a failed check go back to who did the work.

import { metaWrite, resultWrite, type Came } from "./artifacts.ts";
import { answererOf, asking, MERGE, pipelineOf } from "./pipeline.ts";
import { changed, dirNow } from "./task.ts";
import { finished, goes, troubled } from "./task-end.ts";
import { queueOf } from "./task-queue.ts";
import { soon, stays, to, working, type At, type Moved } from "./task-step.ts";
import type { TaskMemory, Work } from "./types.ts";

export function landing(here: At): Moved {
  if (here.step.stage === "discard") return discarding(here);
  if (here.config.tasks?.merge === "pr") return offering(here);
  const ahead = here.step.doing === null ? aheadOf(here) : null;
  if (ahead !== null) {
    const because = `waits for ${ahead.id} to land first`;
    return stays(changed(here.task, { state: "waiting", why: null, because }, here.at));
  }
  return lands(here);
}

/** Who lands now, or came here before this one. */
function aheadOf({ config, tasks, task }: At): TaskMemory | null {
  const live = config.tasks === null ? [] : queueOf(config.tasks, tasks).live;
  const others = live.filter(
    (one) => one.id !== task.id && one.step?.stage === "land" && one.state !== "needs-human",
  );
  return others.find(isLanding) ?? others.find((one) => byTurn(one, task) < 0) ?? null;
}

/** What a person put in front, then who came first. */
export function byTurn(a: TaskMemory, b: TaskMemory): number {
  const places = (a.place ?? 0) - (b.place ?? 0);
  const ages = (a.step?.since ?? 0) - (b.step?.since ?? 0);
  return places || ages || (a.id < b.id ? -1 : 1);
}

export function isLanding({ step }: TaskMemory): boolean {
  return step?.stage === "land" && step.doing !== null;
}

/** Why a task stands still that a person took out of the queue. */
export const SKIPPED = "a person said that it does not land yet";

function lands(here: At): Moved {
  const { task, step, config } = here;
  const { check = null, checkTimeoutMs: limitMs = 0 } = config.tasks ?? {};
  const dir = dirNow(config, task, step);
  const work: Work = { is: "land", branch: task.branch, dir, title: task.title, check, limitMs };
  const because = `lands on ${config.tasks?.target ?? ""}`;
  const shown = changed(task, { state: "running", why: null, because }, here.at);
  const moved = working({ ...here, task: shown }, { work, because, limitMs }, (outcome) =>
    outcome.ok ? cameTo(here, outcome.told ?? {}) : troubled(here, outcome.failure),
  );
  const begins = moved.actions.some((one) => one.do === "work");
  const meta = metaWrite(here, { role: MERGE, command: check });
  return begins ? { ...moved, actions: [meta, ...moved.actions] } : moved;
}

function cameTo(here: At, told: Told): Moved {
  const { task } = here;
  const kept = (came: Came["came"], because: string, moved: Moved): Moved => ({
    ...moved,
    actions: [resultWrite(here, MERGE, { came, because, told }), ...moved.actions],
  });
  switch (told["result"]) {
    case "landed": {
      const landed = { landed: told["landed"] ?? null, head: told["head"] ?? task.head };
      return kept("passed", "", soon(here, to(here, { stage: "discard", doing: null }, landed)));
    }
    case "conflict": {
      const why = `it conflicts in ${told["files"] ?? "some files"}`;
      return kept("changes", why, givenBack(here, why));
    }
    case "failed": {
      const why = "the check fails on the newest target";
      return kept("changes", why, givenBack(here, why));
    }
    default:
      return troubled(here, "the target moved meanwhile");
  }
}

type Told = Readonly<Record<string, string>>;

/** The log of the landing says what is wrong; who did the work answers it. */
function givenBack(here: At, why: string): Moved {
  const { task, step, at, config } = here;
  const index = answererOf(pipelineOf(config, task), step.index);
  const because = `cannot land: ${why}`;
  if (index === null) return stays(asking(task, `${because}, and no step answers that`, at));
  const findings = `${dirNow(config, task, step)}/log`;
  return goes(here, changed(task, { findings, because }, at), index);
}

function offering(here: At): Moved {
  const { task, step, config } = here;
  const work: Work = {
    is: "pr",
    branch: task.branch,
    dir: dirNow(config, task, step),
    title: task.title,
  };
  return working(here, { work, because: "offers its branch" }, ({ ok, failure, told }) =>
    ok
      ? finished(here, "done", `offered: ${told?.["url"] ?? task.branch}`)
      : troubled(here, failure),
  );
}

/** What cannot be removed stays; the work is safe either way. */
function discarding(here: At): Moved {
  const { task, config } = here;
  const work: Work = { is: "discard", branch: task.branch };
  return working(here, { work, because: "its work landed" }, () => {
    const { end } = here.step;
    if (end?.is === "closed") return finished(here, end.state, end.because);
    const where = `${config.tasks?.target ?? ""} as ${(task.landed ?? "").slice(0, 9)}`;
    return finished(here, "done", `landed on ${where}`);
  });
}
