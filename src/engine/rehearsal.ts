// What a rehearsal is asked and what it answers: the words between the verb that wants one and the false world that
// gives it, which know nothing of each other. Types only.

import type { Config } from "../config/config.ts";
import type { Instant } from "../core/types.ts";

export type Told = { readonly at: Instant; readonly who: string; readonly what: string };

export type Tally = {
  readonly starts: number;
  /** Starts of what had run before. */
  readonly restarts: number;
  readonly holds: number;
  readonly nudges: number;
  /** Living programs that were stopped and are to run again: on evidence, or for a phase, an edit, a person. */
  readonly kills: number;
};

export type Rehearsing = {
  readonly config: Config;
  readonly seed: number;
  readonly start: Instant;
  readonly lastsMs: number;
  readonly faults: "none" | "some" | "all";
  /** The labelled screens that ship with the program, as JSON. */
  readonly screens: string;
};

export type Rehearsed = {
  /** In the order in which it happened. */
  readonly story: readonly Told[];
  readonly tally: Tally;
  readonly idleMs: number;
  readonly upMs: number;
  /** Agents that were killed while they worked. */
  readonly falseKills: readonly string[];
  readonly parked: readonly { readonly name: string; readonly why: string }[];
  readonly loops: readonly {
    readonly name: string;
    readonly phase: string;
    readonly complete: boolean;
  }[];
  readonly decisions: number;
};
