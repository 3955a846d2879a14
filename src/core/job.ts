// A job of the clock as it is remembered, and the words for what is done for it. When it is due says calendar.ts,
// what follows says schedule.ts.

import type { Config } from "../config/config.ts";
import { hash } from "./hash.ts";
import type { Instant, NewTask } from "./types.ts";

export type JobMemory = {
  /** The schedule and the zone that `next` was reckoned by. */
  readonly written: string;
  readonly zone: string;
  /** Every time up to here was seen to. */
  readonly from: Instant;
  readonly next: Instant | null;
  readonly paused: boolean;
  /** When a person wanted it to begin. */
  readonly asked: Instant | null;
  /** Why what is due has not begun. */
  readonly waits: string;
  readonly doing: Doing | null;
  readonly last: Ran | null;
};

/** Saved before anything begins, so that one time is begun once. */
export type Doing = {
  /** Names its process and its log, or the task that it adds. */
  readonly id: string;
  readonly does: "command" | "task";
  /** Null: a person asked. */
  readonly due: Instant | null;
  readonly at: Instant;
  readonly until: Instant;
  readonly stage: "begin" | "run" | "end";
  /** When its last action was given; null: not yet. */
  readonly given: Instant | null;
  /** Why it is ended from outside. */
  readonly why: string;
};

export type Ran = {
  readonly due: Instant | null;
  readonly at: Instant;
  readonly came: "done" | "failed" | "stopped" | "left out";
  readonly because: string;
  /** The task that it added, or the run of its command. */
  readonly task: string | null;
  readonly run: string | null;
};

export type JobRun =
  | {
      readonly is: "command";
      readonly run: string;
      readonly command: string;
      readonly dir: string;
    }
  | { readonly is: "end"; readonly run: string }
  | { readonly is: "task"; readonly task: NewTask & { readonly body: string } };

/** `none`: never begun. `lost`: begun, not running, and nobody knows how it ended. */
export type JobSeen = "none" | "running" | "lost" | { readonly code: number };

export function freshJob(at: Instant): JobMemory {
  const none = { asked: null, waits: "", doing: null, last: null };
  return { written: "", zone: "", from: at, next: null, paused: false, ...none };
}

/** The same for the same decision, and for no other. */
export function runId(job: string, due: Instant | null, at: Instant): string {
  return `${at.toString(36)}-${hash(`${job}|${due ?? ""}|${at}`).slice(0, 8)}`;
}

/** As a task may be called, and as no other job's task is. */
export function taskIdOf(job: string, due: Instant | null, at: Instant): string {
  return `${job.slice(0, 14)}-${hash(`${job}|${due ?? ""}|${at}`).slice(0, 8)}`;
}

/** Where its runs leave what they printed, and how they ended. */
export function jobDir({ stateDir }: Pick<Config, "stateDir">, job: string): string {
  return `${stateDir}/jobs/${job}`;
}

export function jobLog(config: Pick<Config, "stateDir">, job: string, run: string): string {
  return `${jobDir(config, job)}/${run}.log`;
}
