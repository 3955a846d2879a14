// The words of the decision: what is seen, what is judged, what is remembered, what is to be done.
// Everything here is plain data (Memory survives as JSON). No clock, no I/O, no functions.

import type { Backend, Cause, Millis } from "../config/config.ts";
import type { OpenOrder } from "./answers.ts";
import type { BudgetMemory } from "./budget.ts";
import type { Hold } from "./hold.ts";
import type { JobMemory, JobRun, JobSeen } from "./job.ts";
import type { LoopMemory } from "./loop.ts";
import type { Notice, Notices } from "./notice.ts";
import type { LaunchSignals, Signals, SourceKept } from "./signals.ts";
import type { Order } from "./order.ts";
import type { NewTask, TaskMemory, Work } from "./task.ts";
import type { SpentSeen } from "./usage.ts";

export type { OpenOrder } from "./answers.ts";
export type { Hold } from "./hold.ts";
export type { LoopMemory } from "./loop.ts";
export type * from "./order.ts";
export type * from "./task.ts";

/** Milliseconds since 1970, wall clock. */
export type Instant = number;

// ---- what is seen ----

/** One look at the world. `unseen` means the look failed: nothing may be concluded from it. */
export type Seen = {
  readonly at: Instant;
  /** The host's IANA zone, for banners without one of their own. */
  readonly zone: string;
  /** Time since the previous look by both clocks; null on the first look of this process. */
  readonly since: { readonly wall: Millis; readonly steady: Millis } | null;
  /** False while Memory cannot be written: then nothing is killed. */
  readonly stateWritable: boolean;
  readonly server: Server | "none" | "unseen";
  /** By session name. Only sessions that carry our marker, and foreign ones that stand on our names. */
  readonly panes: Readonly<Record<string, Pane>>;
  /** By absolute path: prompt, role, template, wake, status, trigger and env files. */
  readonly files: Readonly<Record<string, FileSeen>>;
  /** By loop name. */
  readonly repos: Readonly<Record<string, RepoSeen | "unseen">>;
  /** Services whose port or command was asked and answered yes. */
  readonly ready: readonly string[];
  /** Patterns that are out of use, each as a sentence; absent where all are in use. */
  readonly quarantined?: readonly string[];
  /** What was used of the budgets; absent where the file has none. */
  readonly spent?: SpentSeen;
  readonly orders: readonly Order[];
  /** Tasks that were claimed and are not in Memory yet; absent where there are none. */
  readonly claimed?: readonly NewTask[];
  /** Commands of jobs that were begun, by run; absent where there are none. */
  readonly jobs?: Readonly<Record<string, JobSeen>>;
  readonly outcomes: readonly Outcome[];
};

/** A tmux server is the same one as long as pid and start time are. */
export type Server = { readonly pid: number; readonly started: string };

export type FileSeen = { readonly text: string } | "missing" | "unseen";

export type Pane = {
  readonly session: string;
  readonly pane: string;
  readonly pid: number | null;
  /** Start time of `pid` as the system tells it; with pid and pane it names the incarnation. */
  readonly started: string | null;
  /** Our marker: the incarnation and launch that were put here; null on a session that is not ours. */
  readonly mark: { readonly run: string; readonly hash: string; readonly target: string } | null;
  readonly dead: { readonly code: number | null; readonly signal: string | null } | null;
  readonly command: string;
  readonly title: string;
  readonly inMode: boolean;
  /** When somebody attached last pressed a key; null when nobody is attached. */
  readonly humanAt: Instant | null;
  readonly attached: boolean;
  /** Null while this session's screen could not be read. */
  readonly screen: Screen | null;
  /** What the program itself says; null where its backend declares no source, or nobody could look. */
  readonly signals: Signals | null;
  /** The foreground has no child and no busy descendant: only looked up for shells. */
  readonly childless: boolean | null;
};

export type Screen = {
  /** Rows joined by newline, wrapped rows joined, trailing blank rows removed. */
  readonly text: string;
  readonly hash: string;
  /** When this screen was first seen to look as it does now. */
  readonly since: Instant;
  /** When the pane last wrote anything, as tmux tells it (1 s steps). */
  readonly outputAt: Instant;
};

/** The pushed side of a loop's repository. */
export type RepoSeen = {
  readonly head: string | null;
  /** Newest last; only those after the sha that Memory holds. `lost`: that sha is no ancestor any more. */
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly lost: boolean;
  /** Committed text by base name: status files and inboxes; null where the path is not in the tree. */
  readonly files: Readonly<Record<string, { readonly text: string; readonly hash: string } | null>>;
};

export type Outcome = {
  /** Of the action. */
  readonly id: string;
  readonly target: string;
  readonly ok: boolean;
  /** A sentence; "" when ok. */
  readonly failure: string;
  /** Of a sweep: processes of the incarnation that still live. */
  readonly left: readonly Survivor[];
  /** Of a weigh: CPU time that the whole tree had or waited for, and its number of processes; null when it could not be read. */
  readonly weight: Weight | null;
  /** Of a work: what it found and made, by name. */
  readonly told?: Readonly<Record<string, string>>;
};
export type Survivor = { readonly pid: number; readonly name: string };
export type Weight = { readonly cpuMs: Millis; readonly processes: number };

// ---- what is judged ----

/** What the pane shows. */
export type Verdict =
  | { readonly is: "gone" }
  | { readonly is: "unseen" }
  | { readonly is: "starting" }
  | { readonly is: "foreign"; readonly command: string }
  | { readonly is: "exited"; readonly code: number | null; readonly signal: string | null }
  | { readonly is: "busy" }
  | { readonly is: "idle" }
  | { readonly is: "waiting"; readonly until: Instant }
  | { readonly is: "limited"; readonly until: Instant | null; readonly sure: boolean }
  | { readonly is: "asking"; readonly what: string; readonly text: string }
  | { readonly is: "failed"; readonly cause: Cause; readonly line: string };

/** Why a verdict was given: which source, which rule of it, which line. */
export type Evidence = {
  readonly from: "process" | "signal" | "title" | "screen" | "marker" | "silence";
  readonly rule: string;
  readonly line: string;
};

export type Judgement = { readonly verdict: Verdict; readonly evidence: readonly Evidence[] };

// ---- what is to be ----

/** Everything that may cost a process. Hashed; running hash ≠ wanted hash means a restart is pending. */
export type Launch = {
  readonly hash: string;
  readonly argv: readonly string[];
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: string | null;
  readonly prompt: string;
  /** The one line typed once the program takes input ("ping" delivery); null where nothing is typed. */
  readonly boot: string | null;
  readonly delivery: Backend["delivery"] | "none";
  readonly model: string;
  readonly phase: string | null;
  readonly conversation: Conversation;
  /** What its sources need at the start; null where it has none. Costs no process when it changes. */
  readonly signals: LaunchSignals | null;
  /** The only variables of the watchdog's shell that it gets; absent: all of them. */
  readonly only?: readonly string[];
};

/** Taken up again, begun under an id of ours, or left to the program. */
export type Conversation =
  | { readonly is: "resumed"; readonly id: string }
  | { readonly is: "begun"; readonly id: string }
  | { readonly is: "its own" };

/**
 * `leave`: neither started nor stopped (disabled, orphaned). `hold`: what lives goes on to the end of its turn, and nothing
 * begins. Joined: down of a person > down of a budget > leave > hold > up.
 */
export type Want = { readonly is: "up" | "hold" | "leave" | "down"; readonly because: string };

// ---- what is remembered ----

export type Life =
  | { readonly is: "down" }
  /** Ended by itself and its policy says: leave it so. */
  | { readonly is: "ended" }
  | {
      readonly is: "launching";
      readonly since: Instant;
      readonly until: Instant;
      readonly stage: "start" | "ready";
    }
  | { readonly is: "up"; readonly since: Instant; readonly quiet: Quiet | null }
  | {
      readonly is: "held";
      readonly since: Instant;
      readonly until: Instant | null;
      readonly why: "limit" | "overloaded" | "paused" | "budget";
    }
  | {
      readonly is: "backoff";
      readonly since: Instant;
      readonly until: Instant;
      /** It ended at a usage limit, whose end was named or not. */
      readonly limit?: { readonly sure: boolean };
    }
  | { readonly is: "parked"; readonly since: Instant; readonly why: string }
  | {
      readonly is: "stopping";
      readonly since: Instant;
      readonly until: Instant;
      readonly rung: number;
      readonly now: boolean;
      readonly next: After;
    };

/**
 * What follows when the last process is gone. A charged restart counts against the budget and backs off;
 * one that ended at a usage limit waits for the reset and is not charged.
 */
export type After = "down" | "ended" | "restart" | "charged" | "limited";

/** The stall clock: since when nothing moved, what stood there then, and what was tried. */
export type Quiet = {
  readonly since: Instant;
  readonly screen: string;
  readonly weight: Weight | null;
  readonly nudged: number;
  readonly nudgedAt: Instant | null;
};

/** A model or backend for one start only, from the environment of the shell that asked for it. */
export type Once = { readonly model: string | null; readonly backend: string | null };

export type Run = {
  /** AGENTS_RUN_ID: one per incarnation. */
  readonly id: string;
  readonly once: Once | null;
  readonly conversation: Conversation;
  readonly hash: string;
  readonly phase: string | null;
  readonly at: Instant;
  readonly pane: string | null;
  readonly pid: number | null;
  readonly started: string | null;
};

export type Say = {
  readonly id: string;
  /** A newer one of the same kind and topic supersedes an older one that was not typed yet. */
  readonly kind:
    | "kickoff"
    | "person"
    | "claim"
    | "review"
    | "inbox"
    | "wake"
    | "limit"
    | "nudge"
    | "missing"
    | "handover";
  readonly text: string;
  readonly since: Instant;
  readonly state: "queued" | "typed" | "submitted";
  /** When the state was entered. */
  readonly at: Instant;
  readonly presses: number;
  /** The order that waits for the receipt; null when nobody does. */
  readonly order: string | null;
  /** Screen hash when it was typed. */
  readonly before: string | null;
  /** Typed as it is, because it is meant to be a command. */
  readonly asIs?: boolean;
};

export type AgentMemory = {
  /** A person's word; null: as the fleet is. */
  readonly wanted: "up" | "down" | null;
  /** An instant: until then. */
  readonly paused: boolean | Instant;
  /** For the next start; then it belongs to that incarnation. */
  readonly once: Once | null;
  readonly session: string;
  readonly life: Life;
  /** What the agent is doing and why, in one sentence: what `status` shows. */
  readonly because: string;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** What each source of its program said, best first; absent where there is none. */
  readonly sources?: readonly SourceKept[];
  /** Null when nothing of an earlier incarnation can be left. */
  readonly run: Run | null;
  /** What a restart takes up again while the phase is the same; id null: begin a new one. Null: ask the id file. */
  readonly conversation: {
    readonly id: string | null;
    readonly phase: string | null;
    /** It could not be taken up. */
    readonly lost?: true;
  } | null;
  readonly exit: { readonly code: number | null; readonly signal: string | null } | null;
  /** Starts of any kind, for `status`. */
  readonly starts: number;
  /** Unexpected ends that were charged, oldest first, bounded. */
  readonly charged: readonly Instant[];
  /** Ends in a row without a healthy time between them: the exponent of the backoff. */
  readonly attempt: number;
  /** A kill that the last look asked for; it is done only when a later look asks for the same. */
  readonly suspect: { readonly why: string; readonly since: Instant } | null;
  readonly says: readonly Say[];
  readonly wakeAt: Instant | null;
  /** When a banner was first seen with these words, so that "3pm" keeps meaning the same instant. */
  readonly banner: { readonly line: string; readonly at: Instant } | null;
  readonly processSeen: boolean;
  /** The action under way for it; nothing new is begun before its Outcome or its deadline. */
  readonly doing: { readonly id: string; readonly until: Instant } | null;
  /** A restart is wanted at the next safe point, and why; null when running hash = wanted hash. */
  readonly pending: { readonly since: Instant; readonly because: string } | null;
};

export type Fleet = {
  readonly wanted: "up" | "down";
  /** The server the agents were last seen on. */
  readonly server: Server | null;
  /** When a suspend or a clock jump was last noticed: nothing is killed for a grace after it. */
  readonly resumedAt: Instant | null;
  /** When many agents last looked wrong at once: the detector is doubted, not the agents. */
  readonly brakeAt: Instant | null;
};

/** One value with one commit. Parts are replaced, never mutated; an unchanged part is the same object. */
export type Memory = {
  readonly v: 1;
  readonly fleet: Fleet;
  /** Services live here too: they are agents without a screen. */
  readonly agents: Readonly<Record<string, AgentMemory>>;
  readonly loops: Readonly<Record<string, LoopMemory>>;
  readonly holds: Readonly<Record<string, Hold>>;
  readonly orders: Readonly<Record<string, OpenOrder>>;
  /** Those of which much is used; absent where there never was one. */
  readonly budgets?: Readonly<Record<string, BudgetMemory>>;
  /** Absent where nobody is ever told. */
  readonly notices?: Notices;
  /** Tasks that are not archived, by id. Absent where there never was one. */
  readonly tasks?: Readonly<Record<string, TaskMemory>>;
  /** By name. Absent where the file never had one. */
  readonly jobs?: Readonly<Record<string, JobMemory>>;
};

// ---- what is to be done ----

export type Action = { readonly id: string; readonly target: string; readonly because: string } & (
  | {
      readonly do: "start";
      readonly session: string;
      readonly run: string;
      readonly launch: Launch;
    }
  /** Signals every process of the incarnation (null: only counts them) and answers who is left. */
  | {
      readonly do: "sweep";
      readonly session: string;
      readonly run: string;
      readonly signal: "INT" | "TERM" | "HUP" | "KILL" | null;
      /** The pane's first process while it lives; null once it is gone: its number may be another's by now. */
      readonly root: number | null;
      readonly spare: readonly string[];
    }
  /** Removes the session of that incarnation. */
  | { readonly do: "close"; readonly session: string; readonly run: string }
  | { readonly do: "weigh"; readonly run: string; readonly root: number }
  | { readonly do: "type"; readonly session: string; readonly run: string; readonly text: string }
  | {
      readonly do: "press";
      readonly session: string;
      readonly run: string;
      readonly keys: readonly string[];
      /** Only while this dialog stands there, as that backend's screens are read. */
      readonly dialog?: { readonly id: string; readonly backend: string };
    }
  /** Keeps screen and sources on disk before a kill. */
  | {
      readonly do: "evidence";
      readonly session: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly do: "write"; readonly path: string; readonly text: string | null }
  | {
      readonly do: "answer";
      readonly order: string;
      readonly state: "done" | "refused" | "expired";
      readonly outcomes: Readonly<Record<string, string>>;
    }
  /** Something done for a task outside of its agents: `target` is its id. */
  | { readonly do: "work"; readonly work: Work }
  /** Begins or ends what a job does: `target` is its name. */
  | { readonly do: "job"; readonly run: JobRun }
  /** Lays a notice into the outbox. */
  | { readonly do: "notify"; readonly notice: Notice }
  /** A line in the journal; `loud` ones are for a person. */
  | { readonly do: "note"; readonly event: string; readonly loud: boolean }
);

export type Decision = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};
