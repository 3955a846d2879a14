// A job that was begun, until it has come to an end: its action is given again where nobody knows whether it was
// heard, it is ended where it takes too long, and what it came to is told. Begun twice is begun once: the run has an id.

import type { JobWork } from "../config/jobs.ts";
import { type Doing, type JobMemory, type JobRun, type Ran } from "./job.ts";
import { ACTION_LIMIT_MS, soonest } from "./step.ts";
import type { Action, Instant, Memory, Seen } from "./types.ts";

export type Followed = {
  readonly job: JobMemory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

export type Following = {
  readonly name: string;
  /** Null: it is gone from the file. */
  readonly does: JobWork | null;
  readonly memory: Pick<Memory, "fleet">;
  readonly seen: Pick<Seen, "outcomes" | "since" | "jobs" | "at">;
};

export function followed(here: Following, one: JobMemory, known: Doing): Followed {
  const doing = present(known, here.seen.at);
  return doing.stage === "begin" ? beginning(here, one, doing) : running(here, one, doing);
}

/** Under a clock that was set back, what takes ten minutes takes ten minutes from now. */
function present(doing: Doing, at: Instant): Doing {
  if (doing.at <= at) return doing;
  return {
    ...doing,
    at,
    given: doing.given === null ? null : at,
    until: at + (doing.until - doing.at),
  };
}

function beginning(here: Following, one: JobMemory, doing: Doing): Followed {
  const { seen } = here;
  const outcome = seen.outcomes.find(({ id }) => id === actionOf(doing));
  const state = seen.jobs?.[doing.id] ?? "none";
  if (outcome?.ok === false) return over(here, one, { came: "failed", because: outcome.failure });
  if (doing.does === "task" && outcome !== undefined)
    return over(here, one, {
      came: "done",
      because: `the task ${doing.id} is added`,
      task: doing.id,
    });
  if (doing.does === "command" && (outcome !== undefined || state !== "none"))
    return running(here, one, { ...doing, stage: "run" });
  return given(here, one, doing);
}

function running(here: Following, one: JobMemory, doing: Doing): Followed {
  const { seen, name, memory } = here;
  const state = seen.jobs?.[doing.id];
  if (state === undefined) return { job: having(one, doing), actions: [], due: doing.until };
  if (state === "running") {
    const why = memory.fleet.wanted === "down" ? "the fleet went down" : "it took too long";
    const ends = doing.stage === "end" || memory.fleet.wanted === "down" || seen.at >= doing.until;
    if (!ends) return { job: having(one, doing), actions: [], due: doing.until };
    return given(
      here,
      one,
      doing.stage === "end" ? doing : { ...doing, stage: "end", why, given: null },
    );
  }
  const run = doing.id;
  if (doing.stage === "end") {
    const came = memory.fleet.wanted === "down" ? "stopped" : "failed";
    return over(here, one, { came, because: `it was ended: ${doing.why}`, run });
  }
  if (typeof state !== "object") {
    const because = `nobody knows how it ended: it was killed, or the machine went down; see \`agents why ${name}\``;
    return over(here, one, { came: "failed", because, run });
  }
  return state.code === 0
    ? over(here, one, { came: "done", because: "", run })
    : over(here, one, {
        came: "failed",
        because: `exit code ${state.code}; see \`agents why ${name}\``,
        run,
      });
}

/** Once now, and again where the outcome is lost. */
function given(here: Following, one: JobMemory, doing: Doing): Followed {
  const { at, since } = here.seen;
  const heardBy = doing.given === null ? at : doing.given + ACTION_LIMIT_MS;
  const again = since === null || at >= heardBy;
  const run = again ? runOf(here, doing) : null;
  if (run === null) {
    const due = soonest(heardBy, doing.until);
    return { job: having(one, doing), actions: [], due };
  }
  const because = doing.stage === "end" ? doing.why : "its time has come";
  const action: Action = { do: "job", id: actionOf(doing), target: here.name, because, run };
  return {
    job: { ...one, doing: { ...doing, given: at } },
    actions: [action],
    due: at + ACTION_LIMIT_MS,
  };
}

function having(one: JobMemory, doing: Doing): JobMemory {
  return one.doing === doing ? one : { ...one, doing };
}

function actionOf({ id, stage }: Doing): string {
  return `job.${id}.${stage === "end" ? "end" : "begin"}`;
}

function runOf({ does }: Following, { id, stage, at }: Doing): JobRun | null {
  if (stage === "end") return { is: "end", run: id };
  if (does?.is === "command")
    return { is: "command", run: id, command: does.command, dir: does.dir };
  if (does?.is !== "task") return null;
  const { title, body, labels, files, model, pipeline } = does;
  return { is: "task", task: { id, title, body, labels, files, model, pipeline, after: [], at } };
}

type End = Pick<Ran, "came" | "because"> & Partial<Pick<Ran, "task" | "run">>;

function over({ name, seen }: Following, one: JobMemory, end: End): Followed {
  const { at } = seen;
  const { came, because } = end;
  const last: Ran = { due: one.doing?.due ?? null, at, task: null, run: null, ...end };
  const words = because === "" ? came : `${came}: ${because}`;
  const id = `${name}.${came}.${at.toString(36)}`;
  const loud = came === "failed";
  const said: Action = { do: "note", id, target: name, event: "job", because: words, loud };
  return { job: { ...one, doing: null, last }, actions: [said], due: at + 1 };
}
