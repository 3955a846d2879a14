// Jobs of the clock: which time is due, whether it can begin, what became of it. What begins is in Memory before it
// begins, so no time is begun twice, and none is left out without a word. Data in, { memory, actions, due } out.

import type { Config, Millis } from "../config/config.ts";
import type { Job } from "../config/jobs.ts";
import { nextTime, timesWithin, type Times } from "./calendar.ts";
import { freshJob, runId, taskIdOf, type JobMemory, type Ran } from "./job.ts";
import { followed, type Followed } from "./job-run.ts";
import { clockAt, quietUntil } from "./quiet-hours.ts";
import { newSay, queued } from "./say.ts";
import { patch, soonest } from "./step.ts";
import { isOver } from "./task.ts";
import type { Action, Instant, Memory, Seen } from "./types.ts";
import { HOUR, MINUTE } from "./zone.ts";

/** A time that was missed is made up for no later than this. */
export const LOOK_BACK: Millis = 24 * HOUR;
/** Who leaves out what it missed begins no later than this. */
const ON_TIME: Millis = MINUTE;
/** Without a process nothing of a job takes longer. */
const ADDING: Millis = 10 * MINUTE;

type JobsStep = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

type Jobs = Readonly<Record<string, JobMemory>>;
const NO_JOBS: Jobs = {};

export function stepJobs(config: Config, before: Memory, seen: Seen): JobsStep {
  const known = before.jobs ?? NO_JOBS;
  if (config.jobs.length === 0 && known === NO_JOBS)
    return { memory: before, actions: [], due: null };
  let memory = before;
  let due: Instant | null = null;
  const actions: Action[] = [];
  const jobs: Record<string, JobMemory> = {};
  for (const job of config.jobs) {
    const here = { job, memory, seen, at: seen.at };
    const one = stepJob(here, known[job.name]);
    jobs[job.name] = one.job;
    memory = told(memory, one, seen.at);
    actions.push(...one.actions);
    due = soonest(due, one.due);
  }
  for (const [name, one] of Object.entries(known)) {
    // Gone from the file: what still runs is seen to its end.
    if (jobs[name] !== undefined || one.doing === null || one.doing.stage === "begin") continue;
    const last = followed({ name, does: null, memory, seen }, one, one.doing);
    if (last.job.doing !== null) jobs[name] = last.job;
    actions.push(...last.actions);
    due = soonest(due, last.due);
  }
  return { memory: { ...memory, jobs }, actions, due };
}

type Here = {
  readonly job: Job;
  readonly memory: Memory;
  readonly seen: Pick<Seen, "zone" | "outcomes" | "since" | "jobs" | "at">;
  readonly at: Instant;
};

type Clock = Pick<Here, "job" | "at"> & { readonly seen: Pick<Seen, "zone"> };
type Moved = Followed & { readonly say?: true };

/** What its agent is told lands in that agent's queue, together with the memory that it was. */
function told(
  memory: Memory,
  { say, does }: Moved & { readonly does: Job["does"] },
  at: Instant,
): Memory {
  if (say !== true || does.is !== "text") return memory;
  const listener = memory.agents[does.agent];
  if (listener === undefined) return memory;
  const word = newSay({ kind: "wake", text: does.text, at, order: null });
  const agents = {
    ...memory.agents,
    [does.agent]: patch(listener, { says: queued(listener.says, word) }),
  };
  return { ...memory, agents };
}

function stepJob(here: Here, known: JobMemory | undefined): Moved & { readonly does: Job["does"] } {
  const { job, memory, seen } = here;
  const now = reckoned(here, known);
  const { name, does } = job;
  const ran: Followed =
    now.doing === null
      ? { job: now, actions: [], due: null }
      : followed({ name, does, memory, seen }, now, now.doing);
  const next = begun(here, ran.job);
  return {
    ...next,
    does,
    actions: [...ran.actions, ...next.actions],
    due: soonest(ran.due, next.due),
  };
}

/** Another schedule, zone or clock: reckoned anew. A time on the wall that was seen to stays so for a day. */
export function reckoned({ job, at, seen }: Clock, known: JobMemory | undefined): JobMemory {
  const zone = job.zone ?? seen.zone;
  const ahead = job.when.is === "every" ? 0 : LOOK_BACK;
  const stale = known === undefined || known.written !== job.written || known.from - at > ahead;
  if (!stale && known.zone === zone) return known;
  const from = stale ? at : known.from;
  const next = nextTime(job.when, from, zone);
  return { ...(known ?? freshJob(at)), written: job.written, zone, from, next };
}

/** Begins what is due or asked for, or says what it waits for. */
function begun(here: Here, one: JobMemory): Moved {
  const { job, memory, at } = here;
  const { from, next, asked, paused } = one;
  if (memory.fleet.wanted !== "up") return waiting(one, "", null);
  if (asked !== null) return begunFor(here, one, asked);
  if (paused || next === null || next > at) return waiting(one, "", paused ? null : next);
  const back = job.when.is === "every" ? from : Math.max(from, at - LOOK_BACK - 1);
  const times = timesWithin(job.when, { from: back, at, zone: one.zone });
  if (times === null || at - times.last > LOOK_BACK)
    return leftOut(
      here,
      { ...one, from: at },
      { due: times?.last ?? next, why: "it is more than a day ago" },
    );
  const passed = { ...one, from: times.last };
  const why = obstacle(here, one, true);
  const late = at - times.last;
  if (job.missed === "skip" && late > ON_TIME)
    return leftOut(here, passed, { due: times.last, why: why ?? "it could not begin in time" });
  if (why === null)
    return started(here, passed, { times, words: beginsWords(times, late, one.zone) });
  const patience = times.last + (job.missed === "skip" ? ON_TIME : LOOK_BACK) + 1;
  const ends = quietUntil(job.quiet, at, here.seen.zone);
  return waiting(one, why, soonest(patience, ends));
}

/** A person's word: it waits for nothing but what it needs. */
function begunFor(here: Here, one: JobMemory, asked: Instant): Moved {
  const why = obstacle(here, one, false);
  const { at } = here;
  if (why === null) return started(here, one, { times: null, words: "begins: a person asked" });
  if (Math.abs(at - asked) > LOOK_BACK) return leftOut(here, one, { due: null, why });
  return waiting(one, why, null);
}

function waiting(one: JobMemory, waits: string, due: Instant | null): Moved {
  return { job: one.waits === waits ? one : { ...one, waits }, actions: [], due };
}

/** Why it cannot begin now. */
export function obstacle(
  { job, memory, at, seen }: Clock & Pick<Here, "memory">,
  { doing, last }: JobMemory,
  asksTheClock: boolean,
): string | null {
  if (doing !== null) return "it still runs";
  const task = last?.task === null || last === null ? undefined : memory.tasks?.[last.task];
  if (task !== undefined && !isOver(task)) return `its task ${task.id} is not over`;
  if (asksTheClock && quietUntil(job.quiet, at, seen.zone) !== null) return "quiet hours";
  if (job.does.is !== "text") return null;
  const { agent } = job.does;
  const listener = memory.agents[agent];
  if (listener === undefined || listener.life.is !== "up")
    return `${agent} is ${listener?.life.is ?? "down"}`;
  if (listener.paused !== false) return `${agent} is paused`;
  if (listener.says.some(({ kind }) => kind === "wake"))
    return `${agent} is being told another thing`;
  const { is } = listener.verdict;
  return is === "idle" || is === "waiting" ? null : `${agent} is ${is}`;
}

type Start = { readonly times: Times | null; readonly words: string };

function started(here: Here, one: JobMemory, { times, words }: Start): Moved {
  const { job, at } = here;
  const due = times?.last ?? null;
  const next = nextTime(job.when, one.from, one.zone);
  const base: JobMemory = { ...one, next, asked: null, waits: "" };
  const begins = note(here, { because: words, loud: false });
  const { does } = job;
  if (does.is === "text") {
    const last: Ran = {
      due,
      at,
      came: "done",
      because: `${does.agent} is told`,
      task: null,
      run: null,
    };
    return { job: { ...base, last }, actions: [begins], due: null, say: true };
  }
  const isTask = does.is === "task";
  const id = isTask ? taskIdOf(job.name, due, at) : runId(job.name, due, at);
  const until = at + (isTask ? ADDING : does.timeoutMs);
  const doing = {
    id,
    does: does.is,
    due,
    at,
    until,
    stage: "begin",
    given: null,
    why: "",
  } as const;
  const now: JobMemory = { ...base, doing };
  const first = followed({ ...here, name: job.name, does }, now, doing);
  return { ...first, actions: [begins, ...first.actions] };
}

function leftOut(
  here: Here,
  one: JobMemory,
  { due, why }: { readonly due: Instant | null; readonly why: string },
): Moved {
  const { job, at } = here;
  const clock = due === null ? "" : `, due ${clockAt(null, due, one.zone)}`;
  const last: Ran = {
    due,
    at,
    came: "left out",
    because: why,
    task: one.last?.task ?? null,
    run: null,
  };
  const next = nextTime(job.when, one.from, one.zone);
  const said = note(here, { because: `left out${clock}: ${why}`, loud: false });
  return { job: { ...one, next, last, asked: null, waits: "" }, actions: [said], due: next };
}

function beginsWords({ last, earlier }: Times, late: Millis, zone: string): string {
  const minutes = Math.floor(late / MINUTE);
  const span =
    minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const after = late > ON_TIME ? `, ${span} late` : "";
  const others =
    earlier === 0
      ? ""
      : `; ${earlier} earlier ${earlier === 1 ? "time is" : "times are"} not made up for`;
  return `begins, due ${clockAt(null, last, zone)}${after}${others}`;
}

function note(
  { job, at }: Here,
  { because, loud }: { readonly because: string; readonly loud: boolean },
): Action {
  return {
    do: "note",
    id: `${job.name}.begins.${at.toString(36)}`,
    target: job.name,
    event: "job",
    because,
    loud,
  };
}
