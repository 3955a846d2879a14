// Finite work as the rest of the program sees it: where it is done, in which steps, and how patient each one
// is. Types only; pipelines.ts fills them in from the user's tables.

import type { Millis, QuietHours } from "./config.ts";
import type { Route } from "./route.ts";

export type Tasks = {
  /** The base checkout. It is only ever read, fetched into, and asked for worktrees. */
  readonly repo: string;
  readonly remote: string;
  readonly target: string;
  /** Shell text that must succeed before anything lands; null: nothing is checked. */
  readonly check: string | null;
  readonly checkTimeoutMs: Millis;
  /** Tasks at work at the same time. */
  readonly max: number;
  /** Between two of them that begin. */
  readonly staggerMs: Millis;
  readonly merge: "none" | "queue" | "pr";
  /** The pipeline of a task that names none. */
  readonly pipeline: string;
  readonly worktrees: string;
  /** Walks through the pipeline before a task has failed. */
  readonly attempts: number;
  readonly overlap: "wait" | "allow";
  readonly keepForMs: Millis;
  readonly keep: number;
  readonly quiet: QuietHours | null;
  readonly pipelines: readonly Pipeline[];
  /** Null: every step goes the way of its pipeline. */
  readonly route: Route | null;
};

export type Pipeline = {
  readonly name: string;
  /** How often a review may send the work back before a person is asked. */
  readonly rounds: number;
  readonly steps: readonly PipelineStep[];
};

export type PipelineStep = {
  readonly id: string;
  readonly timeoutMs: Millis;
  /** Once more after a work failure, before on_failure decides. */
  readonly retries: number;
  readonly backoffMs: Millis;
  readonly onFailure: OnFailure;
  /** How often a task may come to this step in all its life. */
  readonly visits: number;
  readonly does: AgentStep | CheckStep | { readonly kind: "gate" };
};

export type OnFailure =
  | { readonly do: "stop" | "continue" | "ask" }
  | { readonly do: "goto"; readonly step: string };

export type AgentStep = {
  readonly kind: "agent";
  readonly role: string;
  readonly backend: string;
  readonly model: string;
  /** It names its backend or model itself: no route changes that, but for a limit. */
  readonly own: boolean;
  /** Null: the words that belong to its role. */
  readonly prompt: { readonly text: string } | { readonly file: string } | null;
  /** It is done only where it left commits. */
  readonly commits: boolean;
  /** It is done only with a verdict. */
  readonly verdict: boolean;
  /** Variables of the watchdog's shell that it may have; null: all of them. */
  readonly env: readonly string[] | null;
  /** Words before its command, such as a sandbox. */
  readonly wrap: readonly string[];
};

export type CheckStep = { readonly kind: "check"; readonly command: string };

export type TaskOfAgent = {
  readonly id: string;
  readonly step: string;
  /** The only variables of the watchdog's shell that it gets; null: all of them. */
  readonly env: readonly string[] | null;
  /** Words before its command. */
  readonly wrap: readonly string[];
  /** It judges what others did: its program is told to change nothing. */
  readonly readOnly: boolean;
};
