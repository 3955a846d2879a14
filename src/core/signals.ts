// What programs say of themselves, as it is seen, and what their launch needs for it. Plain data.

import type { Cause, Says, Signal } from "../config/config.ts";
import type { Instant } from "./types.ts";

/** The sources of a backend in its own order, best first, and what they tell besides. */
export type Signals = {
  readonly sources: readonly SignalSeen[];
  /** Of the conversation. */
  readonly id: string | null;
  /** The last prompts that the program says it was given, oldest first. */
  readonly prompts: readonly PromptSeen[];
};

export type SignalSeen = {
  readonly from: Signal["reader"];
  /** `mute`: nothing in it has a meaning. `stale`: what it says is of an earlier process. `absent`: it is not there. */
  readonly is: "fresh" | "mute" | "stale" | "absent";
  /** Null unless it is fresh. */
  readonly says: Says | null;
  /** The value that says so. */
  readonly value: string;
  readonly text: string | null;
  /** The end of a limit. */
  readonly until: Instant | null;
  readonly cause: Cause | null;
  /** Since when it says so. */
  readonly at: Instant | null;
  /** No record came for longer than its backend allows one that works. */
  readonly silent: boolean;
};

export type PromptSeen = {
  readonly from: Signal["reader"];
  readonly at: Instant;
  readonly text: string;
};

export type LaunchSignals = {
  /** Settings with hooks, and the variable that names their file; null: a flag does, or there are none. */
  readonly hooks: {
    readonly path: string;
    readonly text: string;
    readonly env: string | null;
  } | null;
  /** A free port of this machine, in AGENTS_PORT. */
  readonly port: boolean;
  /** Variables that name places in the paths of its sources. */
  readonly names: readonly string[];
};

/** What is kept of a source to be told: nothing that changes while it says the same. */
export type SourceKept = Pick<SignalSeen, "from" | "is" | "says" | "at" | "silent"> & {
  /** What it asks, or what went wrong; "" while it works or rests. */
  readonly line: string;
};
