// What the engine needs from the outside: seven small interfaces that io/ implements and sim/ falsifies.
// No call here throws for the world's failures: they come back as values.

import type { Backend, Config } from "../config/config.ts";
import type { JobSeen } from "../core/job.ts";
import type { LaunchSignals, Signals as SignalsSeen } from "../core/signals.ts";
import type { UsageTold } from "../core/usage.ts";
import type {
  FileSeen,
  Instant,
  Memory,
  Outcome,
  RepoSeen,
  Server,
  Survivor,
  Weight,
} from "../core/types.ts";

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: string };

/** A row of `list-panes`: everything that one cheap look tells about a session. */
export type Row = {
  readonly session: string;
  readonly pane: string;
  readonly pid: number | null;
  readonly mark: { readonly run: string; readonly hash: string; readonly target: string } | null;
  readonly dead: { readonly code: number | null; readonly signal: string | null } | null;
  readonly command: string;
  readonly title: string;
  readonly inMode: boolean;
  readonly attached: boolean;
  readonly outputAt: Instant;
  /** Equal keys mean that nothing moved between two rows. */
  readonly key: string;
  readonly piped: boolean;
};

export type Look = { readonly server: Server | "none"; readonly rows: readonly Row[] };

export type StartSpec = {
  readonly target: string;
  readonly session: string;
  readonly run: string;
  readonly hash: string;
  readonly argv: readonly string[];
  readonly dir: string;
  /** The whole environment of the new process; nothing else gets in. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: string;
};

export type Terminal = {
  look(): Promise<Result<Look>>;
  /** Screens of panes by pane id, read in one round; a pane that could not be read is absent. */
  capture(panes: readonly string[]): Promise<Result<Readonly<Record<string, string>>>>;
  /** When each attached client last pressed a key, by session name. */
  humans(): Promise<Result<Readonly<Record<string, Instant>>>>;
  start(spec: StartSpec): Promise<Result<{ readonly pane: string; readonly pid: number }>>;
  /** Removes the session if, and only if, it still carries this run. Gone already is success. */
  close(session: string, run: string): Promise<Result<null>>;
  /** Pastes into the pane of this run; refused when it is dead, in a mode, or another run. */
  type(session: string, run: string, text: string): Promise<Result<null>>;
  press(session: string, run: string, keys: readonly string[]): Promise<Result<null>>;
  /** Opens the pane's log again after its writer died or the file was rotated. */
  pipe(session: string, run: string, log: string): Promise<Result<null>>;
  /** Calls back, early and often, when something may have changed. */
  onRing(ring: () => void): void;
  /** `end`: what is ours goes too, and a server of our own on which nothing is left. */
  leave(how?: { readonly end: boolean }): Promise<void>;
};

export type Processes = {
  /** Start time of a living, non-zombie process; null when there is none. */
  started(pid: number): Result<string | null>;
  /** Who belongs to this incarnation: marked by AGENTS_RUN_ID or below `root`, without `spare`. */
  members(query: {
    readonly run: string;
    readonly root: number | null;
    readonly spare: readonly string[];
  }): Result<readonly Member[]>;
  signal(members: readonly Member[], signal: "INT" | "TERM" | "HUP" | "KILL"): void;
  weigh(root: number): Result<Weight>;
  /** The process has no child. */
  childless(pid: number): boolean | null;
};
export type Member = Survivor & { readonly started: string };

export type Files = {
  read(path: string): FileSeen;
  /** Atomic: a temporary file beside it, fsync, rename. null removes it. */
  write(path: string, text: string | null): Result<null>;
};

/** Up to where a log was read. */
export type LogStand = { readonly path: string; readonly ino: number; readonly offset: number };

/** What an agent's program told of what it used, since it was last asked for. */
export type UsageNews = {
  readonly agent: string;
  readonly run: string;
  readonly stand: LogStand | null;
  readonly told: readonly UsageTold[];
};

/** An incarnation, as its own program's sources are found. */
export type SignalAsk = {
  readonly agent: string;
  readonly backend: Backend;
  readonly session: string;
  readonly run: string;
  /** When that incarnation was begun; what is older is of another one. */
  readonly since: Instant;
  readonly pid: number;
  readonly dir: string;
  /** Of the conversation, where it is known. */
  readonly id: string | null;
};

export type SignalStart = {
  readonly session: string;
  readonly run: string;
  readonly signals: LaunchSignals;
  readonly env: Readonly<Record<string, string>>;
};

/** What programs themselves say. Reads little and never waits: what takes time goes on in the background. */
export type Signals = {
  /** The same object while nothing changed. */
  seen(ask: SignalAsk): SignalsSeen | null;
  /** Its process is gone: what it said last of what it used is fetched by the next `used`. */
  ended(ask: SignalAsk): void;
  /** Where logs were read to by an earlier process, by agent. */
  known(stands: Readonly<Record<string, LogStand>>): void;
  /** What was used, each record once. Reads nothing of what did not move. */
  used(): readonly UsageNews[];
  /** Makes ready what a launch brings along, and answers what its environment gets besides. The same run twice is once. */
  begin(launch: SignalStart): Promise<Result<Readonly<Record<string, string>>>>;
  /** Nothing is asked in the background any more. */
  close(): void;
};

/** Where the work on one task is done. */
export type Bench = {
  readonly task: string;
  readonly repo: string;
  readonly remote: string;
  readonly target: string;
  /** All worktrees lie here; nothing elsewhere is ever removed. */
  readonly root: string;
  readonly branch: string;
  /** The whole environment of what is run for it. */
  readonly env: Readonly<Record<string, string>>;
};

export type CheckAsk = {
  readonly command: string;
  readonly limitMs: number;
  /** Where its output goes. */
  readonly log: string;
};

export type LandAsk = {
  readonly title: string;
  /** Where a conflict is described; the output of the check goes there too. */
  readonly log: string;
  readonly check: CheckAsk | null;
};

type Told = Promise<Result<Readonly<Record<string, string>>>>;

/**
 * Worktrees and what is done in them. Every call looks first at what is done already, and may come twice. A failure
 * is one of the surroundings; what work failed at is told.
 */
export type Workshop = {
  /** The directory of a task's worktree. */
  dir(bench: Pick<Bench, "root" | "task">): string;
  /** Stands afterwards, with its branch checked out. Tells `base` and `head`. */
  worktree(bench: Bench): Told;
  /** Keeps what is not committed under a ref of this repository alone. Tells `ref`, or "" where all is committed. */
  rescue(bench: Bench): Told;
  /** Rescues first; writes the patch since `base`. Tells `head`, `commits`, `left` and `ref`. */
  diff(bench: Bench, ask: { readonly base: string | null; readonly patch: string }): Told;
  /** Tells `code`: "" where it was cut off or ended from outside, and then `why`. */
  check(bench: Bench, ask: CheckAsk): Told;
  /** Feeds the text to the command, in the checkout. Tells `said`: what it printed. */
  classify(
    bench: Bench,
    ask: { readonly command: string; readonly limitMs: number; readonly input: string },
  ): Told;
  /** Tells `result`: landed, moved, conflict or failed; with `landed`, `head`, `base` and `files`. */
  land(bench: Bench, ask: LandAsk): Told;
  /** Offers the branch. Tells `url`. */
  pr(bench: Bench, ask: { readonly title: string; readonly body: string }): Told;
  /** Gone afterwards, or refused. Tells nothing. */
  discard(bench: Bench): Told;
};

export type JobAsk = {
  /** Names the run: begun once, ever. */
  readonly run: string;
  /** Where it leaves what it prints and how it ended. */
  readonly home: string;
  readonly command: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Commands that the clock begins. They outlive the engine, and are known again by the next one. */
export type Jobs = {
  /** Returns when it runs. Who was begun before is left as it is. */
  begin(ask: JobAsk): Promise<Result<null>>;
  seen(ask: Pick<JobAsk, "run" | "home">): JobSeen;
  /** Ends all that belongs to it. */
  end(ask: Pick<JobAsk, "run" | "home">): Promise<Result<null>>;
};

/** Git, always behind the tick: `seen` answers at once with what is known; work goes on in the background. */
export type Repos = {
  seen(config: Config, memory: Memory): Readonly<Record<string, RepoSeen | "unseen">>;
  onRing(ring: () => void): void;
  close(): void;
};

export type Clock = {
  now(): Instant;
  /** Monotonic, in milliseconds. */
  steady(): number;
  zone(): string;
  /** Returns at that instant or when woken, whichever comes first. The one await on time. */
  until(at: Instant): Promise<void>;
  wake(): void;
};

export type Ports = {
  readonly terminal: Terminal;
  readonly processes: Processes;
  readonly files: Files;
  readonly signals: Signals;
  readonly repos: Repos;
  readonly workshop: Workshop;
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** The environment every agent starts from. */
  readonly env: Readonly<Record<string, string>>;
  readonly outcomeOf?: (outcome: Outcome) => void;
};
