// What verbs may use of the real world. main.ts gives it to them; nothing here touches anything.

import type { Config, Problem } from "../config/config.ts";
import type { Memory } from "../core/types.ts";
import type { Adopter } from "../engine/adopting.ts";
import type { Disk } from "../engine/disk.ts";
import type { Carrier } from "../engine/outbox.ts";
import type { Ports, Result, Terminal } from "../engine/ports.ts";
import type { Rehearsed, Rehearsing } from "../engine/rehearsal.ts";
import type { Current, Witnessed } from "../engine/run.ts";

/** The verb ends here, with a sentence for the person and a code for the caller. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** By its name: the program and what it loads later hold copies of the class. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === "Refusal" && "code" in error;
}

/** 1 did not succeed · 2 asked wrongly · 3 degraded · 4 no such thing · 5 config · 6 taken · 7 tmux · 8 timed out */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 130 | 143;

/** What a verb that a signal ended answers. */
export function signalled(stop: AbortSignal): ExitCode {
  return stop.reason === 143 ? 143 : 130;
}

export type Read =
  | { readonly is: "config"; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly is: "wrong"; readonly problems: readonly Problem[] }
  | { readonly is: "missing"; readonly failure: string };

export type Holder = { readonly pid: number; readonly since: number; readonly verb: string };

export type Held = { readonly stillOurs: () => boolean; readonly release: () => Promise<void> };

/** One fleet's machine: its tmux servers, its state, its lock. Opened lazily, closed by the verb. */
export type Site = {
  readonly config: Config;
  readonly socket: string;
  readonly watchdogSocket: string;
  readonly ports: Ports;
  /** Makes sessions of the fleet's server ours. */
  readonly adopter: Adopter;
  /** The server that the watchdog lives on. */
  readonly watchdogs: Terminal;
  /** Sessions on the default server that do not carry our marker; empty where the fleet lives there itself. */
  readonly strangers: () => Promise<readonly string[]>;
  readonly holder: () => Promise<Holder | null>;
  readonly acquire: (verb: string) => Promise<Held | Holder | null>;
  /** Runs the engine here until `goesOn` says no. The lock must be held. */
  readonly run: (lock: Held, until: Until) => Promise<Memory>;
  /** `end`: a server of our own on which nothing is left goes too. */
  readonly close: (end: boolean) => Promise<void>;
  /** Carries a message to whom a sink tells. */
  readonly carry: Carrier;
};

export type Until = {
  readonly verb: string;
  readonly goesOn: (memory: Memory) => boolean;
  readonly onLook?: (current: Current) => void;
  /** Is shown every decision with what it was made from. */
  readonly witness?: (one: Witnessed) => void;
};

export type Stream = {
  readonly write: (text: string | Uint8Array) => void;
  readonly isTTY: boolean;
  readonly columns: number | null;
};

export type News =
  | { readonly is: "typed"; readonly text: string }
  /** Another size, or back from the background: everything has to be drawn again. */
  | { readonly is: "anew" }
  /** Nobody is there any more. */
  | { readonly is: "gone" };

/** The whole terminal, until it is closed; then everything is as it was. */
export type FullScreen = {
  readonly size: () => { readonly rows: number; readonly columns: number };
  readonly write: (text: string) => void;
  /** Lends the terminal to somebody else, and takes it again. */
  readonly lend: () => void;
  readonly take: () => void;
  /** As Ctrl-Z does for other programs. */
  readonly suspend: () => void;
  readonly close: () => void;
};

/** Texts that the program carries along. */
export type Shipped = {
  /** The text of backends.toml. */
  readonly presets: string;
  /** The example fleet. */
  readonly example: string;
  /** By file name. */
  readonly prompts: Readonly<Record<string, string>>;
  /** Labelled screens of known backends, as JSON. */
  readonly screens: () => Promise<string>;
};

/** A directory and a tmux server that nobody else knows of; both end with `close`. */
export type Scratch = {
  readonly dir: string;
  readonly terminal: Terminal;
  readonly close: () => Promise<void>;
};

export type Asked = {
  readonly dir: string;
  /** All of it; without one, the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs: number;
};

export type Answered = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A path as `doctor` sees it. */
export type Spot = {
  readonly mode: number;
  readonly writable: boolean;
  readonly freeBytes: number;
};

export type Outside = {
  readonly disk: Disk;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly home: string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: () => Promise<string>;
  /** Asks the person at the terminal; null where there is no terminal. */
  readonly line: ((question: string) => Promise<string | null>) | null;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** Aborted by Ctrl-C or TERM; the reason is the exit code that belongs to the signal. */
  readonly stop: AbortSignal;
  /** `overrides`: AGENT_MODEL_x and AGENT_BACKEND_x count. */
  readonly load: (path: string, overrides: boolean) => Promise<Read>;
  /** What the file would be if this were its text. */
  readonly check: (path: string, text: string) => Promise<Read>;
  /** The last configuration of this file that was in force, for a time when the file is broken. */
  readonly lastGood: (path: string) => Promise<Config | null>;
  readonly open: (config: Config) => Promise<Site>;
  /** Replaces the terminal: runs a program on it and answers its exit code. */
  readonly hand: (
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Promise<number>;
  /** Takes the terminal; what is typed there is told as it comes. */
  readonly screen: (hear: (news: News) => void) => Promise<FullScreen>;
  /** A regular file's text; null where there is none. */
  readonly text: (path: string) => string | null;
  /** When it was last written; null where there is none. */
  readonly modified: (path: string) => number | null;
  /** Start time of a living process; null when there is none. */
  readonly startOf: (pid: number) => string | null;
  /** The state directory that an engine last used for this configuration file. */
  readonly pointer: (path: string) => string | null;
  readonly exists: (path: string) => boolean;
  /** What is in a directory, by name; nothing where it cannot be looked into. */
  readonly names: (dir: string) => readonly string[];
  readonly realPath: (path: string) => string;
  readonly shipped: () => Promise<Shipped>;
  readonly scratch: () => Promise<Scratch>;
  /** Plays a fleet in a false world; touches nothing. */
  readonly rehearse: (asked: Rehearsing) => Promise<Rehearsed>;
  /** New files for a person, all or none, by absolute path. */
  readonly create: (files: Readonly<Record<string, string>>) => Promise<Result<null>>;
  /** Puts a text in the place of the one that was read, if it still stands there. */
  readonly swap: (
    path: string,
    texts: { readonly before: string; readonly after: string },
  ) => Promise<Result<null>>;
  readonly append: (path: string, text: string) => Promise<Result<null>>;
  /** Runs a command that only answers, without a shell. */
  readonly ask: (argv: readonly string[], how: Asked) => Promise<Result<Answered>>;
  /** There is a file, and this process may run it. */
  readonly runnable: (path: string) => Promise<boolean>;
  /** Null where there is nothing. */
  readonly spot: (path: string) => Promise<Spot | null>;
  /** The IANA zone of this machine. */
  readonly zone: () => string;
  readonly platform: string;
  readonly uid: number;
  readonly program: readonly string[];
  readonly version: string;
};

export type Options = Readonly<Record<string, string | boolean | undefined>>;

export type Call = {
  readonly outside: Outside;
  readonly args: readonly string[];
  readonly options: Options;
};
