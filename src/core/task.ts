// One task: its first memory, its names on disk and in git, whether it is over. Which step follows which says
// pipeline.ts; nothing here starts or stops anybody.

import type { Config, Millis } from "../config/config.ts";
import { hash } from "./hash.ts";
import type { RouteMemory, Way } from "./route.ts";
import type { Instant } from "./types.ts";

/** A task as somebody wrote it, without its long text: that stays in its file. */
export type NewTask = {
  readonly id: string;
  readonly title: string;
  readonly pipeline: string;
  readonly labels: readonly string[];
  /** Ids that must be done before. */
  readonly after: readonly string[];
  /** Globs of what it will change; empty: nobody knows. */
  readonly files: readonly string[];
  /** In the place of the model of every step; null: as its pipeline says. */
  readonly model: string | null;
  /** As somebody said it; absent: nobody did. */
  readonly complexity?: string | null;
  readonly at: Instant;
};

export type TaskMemory = NewTask & {
  readonly state:
    | "queued"
    | "running"
    | "needs-human"
    | "waiting"
    | "done"
    | "failed"
    | "cancelled";
  /** What a waiting one waits for; that spends no attempt. */
  readonly why: "limit" | "dependency" | "budget" | "overlap" | "slot" | "quiet" | null;
  readonly because: string;
  /** When that state was entered. */
  readonly since: Instant;
  readonly step: StepMemory | null;
  /** Walks through the pipeline so far; these three only grow. */
  readonly attempt: number;
  readonly visits: Readonly<Record<string, number>>;
  readonly rounds: number;
  /** How often a person let it go on: each time moves every cap by one. */
  readonly granted: number;
  readonly branch: string;
  /** What it began from, its newest commit, and what it became on the target. */
  readonly base: string | null;
  readonly head: string | null;
  readonly landed: string | null;
  /** The file with what the implementer is to answer. */
  readonly findings: string | null;
  /** The steps it has behind it, oldest first, bounded: their directories are found by these. */
  readonly trail: readonly PastStep[];
  /** When it last took a slot. */
  readonly begunAt: Instant | null;
  readonly cost: number | null;
  /** Absent until it began under a [route]. */
  readonly route?: RouteMemory;
  /** Where a person put it among those that land: the lowest first; absent: 0. */
  readonly place?: number;
};

export type PastStep = {
  readonly id: string;
  readonly role: string;
  readonly attempt: number;
  readonly visit: number;
  readonly came: "passed" | "changes" | "failed";
};

export type Report = "approve" | "changes" | "stuck" | "done";

export type StepMemory = {
  readonly id: string;
  readonly index: number;
  /** Counted over all attempts: names its directory and its agent. */
  readonly visit: number;
  readonly since: Instant;
  /**
   * worktree → agent → stopping → diff, or worktree → check, or gate; behind the last step land → discard.
   * Before the first of all, `classify`, where somebody is asked how hard it is.
   * `pause`: nothing is under way; at `until` the stage before it begins anew.
   */
  readonly stage:
    | "classify"
    | "worktree"
    | "agent"
    | "stopping"
    | "diff"
    | "check"
    | "gate"
    | "land"
    | "discard"
    | "pause";
  /** The agent of the fleet that does it, from its start until nothing of it lives. */
  readonly agent: string | null;
  /** The work under way; lost where no outcome came by then. */
  readonly doing: { readonly id: string; readonly until: Instant } | null;
  readonly until: Instant | null;
  /** How its agent ended. */
  readonly end: StepEnd | null;
  /** Time at work, without what was waited for, and since when more is running up. */
  readonly ranMs: Millis;
  readonly ranFrom: Instant | null;
  /** Work failures of this visit that were tried again, and failures of its surroundings in a row. */
  readonly retries: number;
  readonly troubles: number;
  /** Who does it and why, while an agent of a routed task is at it. */
  readonly way?: Way | null;
  /** How often this visit went on to another backend. */
  readonly moves?: number;
};

export type StepEnd =
  | { readonly is: "reported"; readonly report: Report }
  | { readonly is: "exited"; readonly code: number | null }
  /** From outside: killed, its session gone. */
  | { readonly is: "lost"; readonly because: string }
  | { readonly is: "late" }
  /** Its account has to wait; another backend goes on where it stopped. */
  | { readonly is: "moved"; readonly from: string; readonly because: string }
  | { readonly is: "cancelled"; readonly because: string }
  /** A person put it away after it was over, and how it had ended. */
  | {
      readonly is: "closed";
      readonly state: "done" | "failed" | "cancelled";
      readonly because: string;
    };

/** Each looks first what is done already: twice is once. */
export type Work =
  /** Makes or finds the worktree, and writes what the step's agent is told. */
  | {
      readonly is: "worktree";
      readonly branch: string;
      /** Where the step's artifacts go. */
      readonly dir: string;
      /** Null: nobody is told anything. */
      readonly brief: Brief | null;
    }
  /** Keeps what is not committed, looks what was, writes the patch. */
  | {
      readonly is: "diff";
      readonly branch: string;
      readonly dir: string;
      readonly base: string | null;
      /** Whose log belongs to the artifacts. */
      readonly session: string | null;
      /** Log and report are put aside under this number: another one goes on. */
      readonly aside?: number;
    }
  /** Asks how hard a task is: the command reads it on its input. */
  | {
      readonly is: "classify";
      readonly branch: string;
      readonly dir: string;
      readonly command: string;
      readonly limitMs: Millis;
    }
  | {
      readonly is: "check";
      readonly branch: string;
      readonly dir: string;
      readonly command: string;
      readonly limitMs: Millis;
    }
  | {
      readonly is: "land";
      readonly branch: string;
      readonly dir: string;
      readonly title: string;
      readonly check: string | null;
      readonly limitMs: Millis;
    }
  | { readonly is: "pr"; readonly branch: string; readonly dir: string; readonly title: string }
  /** Removes a worktree whose work is safe. */
  | { readonly is: "discard"; readonly branch: string };

/** What the words to a step's agent are made of; files are put in as they are. */
export type Brief = {
  readonly role: string;
  readonly prompt: { readonly text: string } | { readonly file: string } | null;
  readonly commits: boolean;
  readonly verdict: boolean;
  readonly attempt: number;
  /** Artifacts of earlier steps, each with what it is. */
  readonly hands: readonly { readonly what: string; readonly path: string }[];
  /** Globs that other running tasks work on. */
  readonly theirs: readonly string[];
};

const SLUG_MAX = 40;

export function freshTask(one: NewTask): TaskMemory {
  const { id, title, pipeline, labels, after, files, model, complexity = null, at } = one;
  return {
    id,
    title,
    pipeline,
    labels,
    after,
    files,
    model,
    ...(complexity !== null && { complexity }),
    at,
    state: "queued",
    why: null,
    because: "",
    since: at,
    step: null,
    attempt: 1,
    visits: {},
    rounds: 0,
    granted: 0,
    branch: branchOf(id, title),
    base: null,
    head: null,
    landed: null,
    findings: null,
    trail: [],
    begunAt: null,
    cost: null,
  };
}

/** A branch that git takes, whatever the title says. */
export function branchOf(id: string, title: string): string {
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_MAX)
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? `task/${id}` : `task/${id}-${slug}`;
}

export function taskDir({ stateDir }: Pick<Config, "stateDir">, id: string): string {
  return `${stateDir}/tasks/${id}`;
}

/** Where the artifacts of one visit lie. */
export function stepDir(
  config: Pick<Config, "stateDir">,
  id: string,
  {
    attempt,
    visit,
    step,
  }: { readonly attempt: number; readonly visit: number; readonly step: string },
): string {
  return `${taskDir(config, id)}/${attempt}-${visit}-${step}`;
}

export function dirNow(
  config: Pick<Config, "stateDir">,
  task: TaskMemory,
  step: StepMemory,
): string {
  return stepDir(config, task.id, { attempt: task.attempt, visit: step.visit, step: step.id });
}

export function dirThen(
  config: Pick<Config, "stateDir">,
  task: TaskMemory,
  past: PastStep,
): string {
  return stepDir(config, task.id, { attempt: past.attempt, visit: past.visit, step: past.id });
}

/** A visit's agent has a name that no other one has or had. */
export function agentName(task: string, { id, visit }: Pick<StepMemory, "id" | "visit">): string {
  return `${task}-${id}-${visit}`;
}

/** Whether that agent is, or was, one of this task's steps. */
export function isAgentOf(task: string, agent: string): boolean {
  return agent.startsWith(`${task}-`) && /^[a-z][a-z0-9_]*-\d+$/.test(agent.slice(task.length + 1));
}

export function isOver({ state }: TaskMemory): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Changes fields, keeping the identity of what does not differ. */
export function changed(task: TaskMemory, changes: Partial<TaskMemory>, at: Instant): TaskMemory {
  const keys = Object.keys(changes);
  if (keys.every((key) => Object.is(Reflect.get(task, key), Reflect.get(changes, key))))
    return task;
  const moved = changes.state !== undefined && changes.state !== task.state;
  return { ...task, ...changes, ...(moved && { since: at }) };
}

/** Work has an id of its own each time it is begun. */
export function workId(task: string, what: string, at: Instant): string {
  return `${task}.${what}.${hash(`${task}|${what}|${at}`).slice(0, 8)}`;
}
