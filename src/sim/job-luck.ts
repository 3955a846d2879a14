// Jobs in a night: which there are, how lucky their commands are, and what must never happen to them: that one time
// begins twice, or that one is left out without a word.

import type { Config } from "../config/config.ts";
import { nextTime } from "../core/calendar.ts";
import type { JobMemory } from "../core/job.ts";
import type { Memory } from "../core/types.ts";
import type { Jobs } from "../engine/ports.ts";
import { MINUTE, SECOND, type Chance } from "./chance.ts";
import type { Decided } from "./checks.ts";
import type { Clockwork } from "./clockwork.ts";
import { isWild, type Faults } from "./faults.ts";

export const JOBS = `
[[job]]
name = "often"
cron = "*/20 * * * *"
zone = "America/New_York"
command = "make it"
timeout = "10m"
[[job]]
name = "strict"
every = "45m"
missed = "skip"
quiet = { from = "21:00", to = "22:00" }
command = "make that"
[[job]]
name = "word"
cron = "7 * * * *"
agent = "a1"
text = "Look around."
`;

/** None so late that it could not be done by the end. */
export const TASK_JOB = `
[[job]]
name = "feed"
cron = "0 19-21 * * *"
task = { title = "One more" }
`;

/** A minute after its timeout a command is ended, or at least told so. */
const PATIENCE = 5 * MINUTE;

type Luck = {
  readonly work: Clockwork;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly ring: () => void;
  readonly goesOn: () => void;
};

export function luckyJobs({ work, chance, faults, ring, goesOn }: Luck): Jobs {
  const wild = (): boolean => isWild(faults, "processes");
  return work.open({
    step: (_what, run) => {
      goesOn();
      return run();
    },
    refuses: () => (wild() && chance.hit(0.05) ? "no process is to be had" : null),
    lasts: () => chance.between(SECOND, wild() ? 25 * MINUTE : MINUTE),
    code: () => (!wild() || chance.hit(0.7) ? 0 : chance.hit(0.5) ? 1 : null),
    ring,
  });
}

export type JobChecks = {
  decided(one: Decided): void;
  saved(): void;
  /** With Memory, everything that was begun is forgotten. */
  forgotten(): void;
  atLast(memory: Memory, config: Config, at: number): void;
};

export function openJobChecks(work: Clockwork, wrong: (what: string) => void): JobChecks {
  /** Times that were begun, and by which run. */
  const times = new Map<string, string>();
  let fresh: readonly (readonly [string, string])[] = [];
  /** Runs that a saved Memory knows. */
  const known = new Set<string>();
  return {
    decided: ({ before, seen, decision, setting }) => {
      fresh = [];
      for (const [name, now] of Object.entries(decision.memory.jobs ?? {})) {
        const was = before.jobs?.[name];
        if (was === now) continue;
        const begins = beginningOf(was, now);
        if (begins !== null) fresh = [...fresh, [`${name} at ${begins.due}`, begins.run]];
        const job = setting.config.jobs.find((one) => one.name === name);
        if (was === undefined || job === undefined || was.written !== now.written) continue;
        const next = nextTime(job.when, was.from, was.zone);
        const passed = next !== null && next <= now.from && now.from <= seen.at;
        const told = decision.actions.some((one) => one.do === "note" && one.target === name);
        if (passed && !told) wrong(`${name}: a time passed without a word`);
      }
      for (const [key, run] of fresh)
        if (times.has(key) && times.get(key) !== run) wrong(`${key} begins twice`);
      for (const { run } of work.begun.values())
        if (!known.has(run)) wrong(`the run ${run} began, and no Memory knew of it`);
    },
    saved: () => {
      for (const [key, run] of fresh) {
        times.set(key, run);
        known.add(run);
      }
      fresh = [];
    },
    forgotten: () => {
      times.clear();
      for (const { run } of work.begun.values()) known.add(run);
    },
    atLast: (memory, config, at) => {
      for (const { name } of config.jobs) {
        const one = memory.jobs?.[name];
        if (one === undefined) wrong(`at last nobody knows the job ${name}`);
        else if (one.doing !== null && at > one.doing.until + PATIENCE)
          wrong(`at last ${name} still does what began at ${new Date(one.doing.at).toISOString()}`);
        else if (
          one.next !== null &&
          one.next <= at - MINUTE &&
          one.doing === null &&
          one.waits === ""
        )
          wrong(`at last ${name} is due and waits for nothing`);
      }
    },
  };
}

/** What was begun between two memories of a job for a time of its own. */
function beginningOf(
  was: JobMemory | undefined,
  now: JobMemory,
): { readonly due: number; readonly run: string } | null {
  const { doing, last } = now;
  if (doing !== null && doing.id !== was?.doing?.id)
    return doing.due === null ? null : { due: doing.due, run: doing.id };
  const said =
    last !== was?.last && last?.came === "done" && last.task === null && last.run === null;
  return said && last.due !== null ? { due: last.due, run: `word at ${last.at}` } : null;
}
