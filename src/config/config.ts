// A fleet as the rest of the program sees it: every default filled in, every path absolute, every
// duration in milliseconds. load.ts makes one from the user's text; nothing here may name a file's syntax.

import type { Budget } from "./budget.ts";
import type { Job } from "./jobs.ts";
import type { QuietHours } from "./quiet-hours.ts";
import type { TaskOfAgent, Tasks } from "./tasks.ts";
import type { Typed } from "./typed.ts";
import type { Price, UsageRule } from "./usage.ts";

export type { QuietHours } from "./quiet-hours.ts";

export type Millis = number;

export type Config = {
  readonly path: string;
  readonly projectDir: string;
  readonly logDir: string;
  readonly stateDir: string;
  readonly prefix: string;
  readonly tmux: Tmux;
  readonly watchdog: WatchdogTimes;
  /** What shows others that the watchdog lives; null: nothing does. */
  readonly heartbeat: Heartbeat | null;
  readonly backends: Readonly<Record<string, Backend>>;
  readonly agents: readonly Agent[];
  readonly services: readonly Service[];
  readonly loops: readonly Loop[];
  /** Whom to tell when something stopped that will not move without a person. */
  readonly notify: readonly Sink[];
  /** Null: no tasks are taken. */
  readonly tasks: Tasks | null;
  /** Null: whatever is used. */
  readonly budget: Budget | null;
  /** Of models whose programs do not say what they cost. */
  readonly prices: readonly Price[];
  /** What is begun by the clock. */
  readonly jobs: readonly Job[];
};

export type Tmux = {
  /** null: a server of the project's own, named after project_dir. */
  readonly socket: string | null;
  readonly width: number;
  readonly height: number;
  readonly historyLimit: number;
};

export type WatchdogTimes = {
  readonly signalMs: Millis;
  readonly heavyMs: Millis;
  readonly stallGraceMs: Millis;
  readonly limitProbeFallbackMs: Millis;
  readonly limitResetSlackMs: Millis;
};

/** A pattern and where it counts: in the last `rows` non-blank rows of the screen, or in all of it. */
export type Rule = {
  readonly re: string;
  /** JavaScript flags: "i" for the reference's own keys, "m" always. */
  readonly flags: string;
  readonly rows: number | null;
};

/** Causes a screen can name. `overloaded` is a brake, `context` a fresh start, `fatal` a restart, the others wait for a person. */
export type Cause = "auth" | "credit" | "model" | "overloaded" | "context" | "fatal";

export type ScreenRules = {
  readonly busy: readonly Rule[];
  readonly idle: readonly Rule[];
  readonly asking: readonly Rule[];
  readonly limited: readonly Rule[];
  readonly failed: Readonly<Record<Cause, readonly Rule[]>>;
  /** Begins the live tail: a banner counts only below the last line that matches. */
  readonly prompt: Rule | null;
};

export type TitleRules = {
  readonly busy: readonly Rule[];
  readonly idle: readonly Rule[];
  readonly asking: readonly Rule[];
};

/** What a source can say of its program. */
export type Says = "busy" | "idle" | "asking" | "limited" | "failed";

/**
 * What a record of a source means: the first rule counts whose tests all hold. A test is a field (with dots a field
 * of a field) and the values it may have: "*" is any, "" is none, "x*" one that begins so.
 */
export type SignalRule = {
  readonly when: Readonly<Record<string, readonly string[]>>;
  /** Null: the record says nothing of what the program does, and only its fields are taken. */
  readonly says: Says | null;
  /** Of "failed". */
  readonly cause: Cause | null;
  /** Fields, the first that is there: the words to quote, the end of a limit, and a prompt as it was submitted. */
  readonly text: readonly string[];
  readonly until: readonly string[];
  readonly prompt: readonly string[];
  /** The id of the conversation, where only such records tell it. */
  readonly id: readonly string[];
};

type Records = {
  readonly rules: readonly SignalRule[];
  /** Fields with the id of the conversation, the first that is there. */
  readonly id: readonly string[];
};

/**
 * A source in which the program itself says what it does; a backend lists them best first. Of several paths the first
 * counts whose slots are all known.
 */
export type Signal =
  /** A file with one record, written anew each time. */
  | (Records & { readonly reader: "json_file"; readonly path: readonly string[] })
  /** The conversation's own log: a record a line. `time` and `cwd` name fields of a record. */
  | (Records & {
      readonly reader: "jsonl_tail";
      readonly path: readonly string[];
      readonly time: readonly string[];
      readonly cwd: readonly string[];
      /** A file beside it that holds the directory. */
      readonly dirFile: string | null;
      /** At work without a new line for so long is worth a question. */
      readonly silentMs: Millis;
      /** Which of its records tell what was used; empty: none do. */
      readonly usage: readonly UsageRule[];
    })
  /** What the program's hooks append. They get in by settings of our own, passed by a flag or a variable. */
  | (Records & {
      readonly reader: "hook_file";
      readonly flag: string | null;
      readonly env: string | null;
      /** Hooks of which the whole record is kept, and those of which only the name is. */
      readonly events: readonly string[];
      readonly marks: readonly string[];
      /** What a hook has to print. */
      readonly reply: string;
    })
  /** Codes in what the pane writes: `k=v` pairs of the payload are fields, `payload` is all of it. */
  | (Records & { readonly reader: "osc"; readonly code: number })
  /** The place of the pane title among the others; last where it is not listed. */
  | { readonly reader: "title" }
  /** A port of this machine, chosen free at launch. `each`: the records are the members of the answer. */
  | (Records & {
      readonly reader: "http_json";
      readonly path: string;
      readonly each: boolean;
      /** What it means that there is no record. */
      readonly empty: Says | null;
    })
  /** A stream of events on that port: each is a record. */
  | (Records & {
      readonly reader: "http_events";
      readonly path: string;
      readonly usage: readonly UsageRule[];
    });

export type Keys = {
  readonly submit: string;
  /** Typed one after another to ask the program to leave; empty where no such keys are known. */
  readonly exit: readonly string[];
  /** Closes a menu that opened by itself after a usage limit. */
  readonly dismiss: readonly string[];
  /** The choice that closes it, where no key does: the words that it begins with. */
  readonly decline: string;
};

/** Fields of a record, by dotted path, and the values of which they must have one: "*" is any, "" is none. */
type Fields = Readonly<Record<string, readonly string[]>>;

export type Told = {
  readonly as: "user" | "agent" | "thought" | "tool" | "result" | "error" | "usage";
  readonly when: Fields;
  /** A list in the record, whose items are told; null: the record itself. */
  readonly each: string | null;
  readonly where: Fields;
  /** Dotted paths, as all that follow; the first that holds words counts. */
  readonly text: readonly string[];
  readonly name: string | null;
  readonly once: string | null;
  readonly input: readonly string[];
  readonly cached: readonly string[];
  readonly output: readonly string[];
  readonly cost: string | null;
};

/** The program's own record of the conversation: JSON, one record a line. */
export type Transcript = {
  /** Templates of its path. */
  readonly path: readonly string[];
  /** Shell text that prints it; null: it is a file. */
  readonly shell: string | null;
  readonly dir: string | null;
  readonly dirFile: string | null;
  readonly time: string | null;
  readonly show: readonly Told[];
};

export type Doctor = {
  readonly versions: readonly string[];
  readonly loginEnv: readonly string[];
  /** Only whether they are there is anybody's business. */
  readonly loginFiles: readonly string[];
  readonly login: string;
  readonly trust: {
    readonly file: string;
    /** Dotted; {dir} is one name in it. */
    readonly field: string;
    readonly values: readonly string[];
  } | null;
};

export type Backend = {
  readonly name: string;
  /** Shell text. */
  readonly bin: string;
  readonly delivery: "arg" | "ping" | "exec";
  readonly processName: string | null;
  readonly screen: ScreenRules;
  readonly title: TitleRules;
  readonly signals: readonly Signal[];
  readonly keys: Keys;
  readonly typed: Typed;
  /** The pattern that says the program takes input; null: connect_delay decides. */
  readonly ready: Rule | null;
  /** The input line, with a group `text` around what stands in it; null: not known. */
  readonly input: Rule | null;
  /** A busy pattern counts in the bottom rows only, and a log touched within logGraceMs counts as work. */
  readonly footerUi: boolean;
  readonly logGraceMs: Millis;
  readonly stallIdleMs: Millis;
  readonly flags: string;
  /** Shell text right before the prompt, only where there is one. */
  readonly promptFlag: string;
  readonly modelFlag: string;
  readonly supportsResume: boolean;
  readonly resumeFlag: string;
  /** How a new conversation is given an id of ours; null: the program chooses its own. */
  readonly sessionFlag: string | null;
  /** What `resume` of an agent is where nobody says. */
  readonly resume: boolean;
  readonly remoteControl: boolean;
  readonly remoteControlFlag: string;
  /** Words for an agent that may change nothing. */
  readonly readOnly: readonly string[];
  readonly preamble: string;
  readonly attach: string;
  readonly server: string;
  readonly modelEnv: boolean;
  readonly connectDelayMs: Millis;
  /** Null: nobody knows where it keeps the conversation. */
  readonly transcript: Transcript | null;
  /** Null: nothing is known that could be looked at. */
  readonly doctor: Doctor | null;
};

export type Restart = {
  readonly policy: "always" | "on-failure" | "never";
  readonly firstMs: Millis;
  readonly maxMs: Millis;
  /** This many unexpected ends within withinMs, and the agent is parked. */
  readonly starts: number;
  readonly withinMs: Millis;
  readonly healthyMs: Millis;
};

export type Agent = {
  readonly name: string;
  readonly kind: "persistent" | "loop" | "task";
  readonly backend: string;
  readonly model: string;
  readonly role: string | null;
  /** The loop it belongs to; null unless kind is "loop". */
  readonly loop: string | null;
  readonly session: string;
  readonly dir: string;
  readonly enabled: boolean;
  readonly watch: "none" | "heal" | "heal+stall";
  readonly prompt: { readonly text: string } | { readonly file: string };
  readonly resume: boolean;
  readonly wake: { readonly everyMs: Millis; readonly file: string } | null;
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: string | null;
  /** Agents of one account share a usage-limit hold. */
  readonly account: string;
  readonly restart: Restart;
  readonly nudges: number;
  /** Process names that a stop leaves alone. */
  readonly spare: readonly string[];
  /** Services that must be ready first. */
  readonly needs: readonly string[];
  /** Of an agent that is a step of a task. */
  readonly task?: TaskOfAgent;
};

export type Ready =
  | { readonly is: "pattern"; readonly rule: Rule }
  | { readonly is: "port"; readonly port: number }
  | { readonly is: "command"; readonly command: string };

export type Service = {
  readonly name: string;
  /** Shell text. */
  readonly command: string;
  readonly session: string;
  readonly dir: string;
  readonly ready: Ready | null;
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: string | null;
  readonly restart: Restart;
  readonly spare: readonly string[];
};

export type Phase = {
  readonly id: string;
  readonly plan: string;
  /** Base name of the status file that carries the done marker. */
  readonly status: string;
  readonly models: Readonly<Record<string, string>>;
};

export type Loop = {
  /** "loop" for a plain [loop] table without a name. */
  readonly name: string;
  readonly phases: readonly Phase[];
  readonly stateFile: string;
  readonly autoAdvance: boolean;
  readonly resumePhase: boolean;
  readonly kickoffTemplate: string | null;
  readonly rolesDir: string;
  readonly doneMarker: string;
  readonly onComplete: OnComplete | null;
  /** Where status files live: the repository (or project) directory and the folder tried first in it. */
  readonly repo: string;
  readonly stateSubdir: string;
  readonly handoff: Handoff | null;
};

export type OnComplete = {
  readonly run: string;
  /** Absolute path; null: runs always. */
  readonly triggerFile: string | null;
};

export type Handoff = {
  readonly branch: string;
  /** Commits whose subject matches ping that agent. `kind` chooses the words of the ping. */
  readonly rules: readonly {
    readonly kind: "claim" | "review" | "other";
    readonly re: string;
    readonly pings: string;
  }[];
  readonly inboxes: readonly { readonly file: string; readonly pings: string }[];
};

/** What a person is told of. */
export type NoticeEvent = "asking" | "parked" | "auth" | "budget" | "done" | "degraded";
export type NoticeLevel = "info" | "warning" | "alarm";

export type Sink = {
  readonly name: string;
  readonly to:
    | "command"
    | "webhook"
    | "ntfy"
    | "slack"
    | "discord"
    | "telegram"
    | "desktop"
    | "bell";
  /** Shell text. */
  readonly command: string | null;
  readonly url: string | null;
  /** Names of variables; their values are only read when something is sent. */
  readonly urlEnv: string | null;
  readonly tokenEnv: string | null;
  readonly envFile: string | null;
  readonly chat: string | null;
  readonly level: NoticeLevel;
  readonly events: readonly NoticeEvent[];
  readonly quiet: QuietHours | null;
  /** Notices in an hour; what is beyond them waits and comes as one digest. */
  readonly rate: number;
  /** 0: nothing is told twice. */
  readonly remindMs: Millis;
};

export type Heartbeat = {
  readonly url: string | null;
  readonly urlEnv: string | null;
  readonly file: string | null;
  readonly everyMs: Millis;
};

/** Something wrong in what the user wrote, with its place. Lines and columns count from 1. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The sentence, already complete: what is wrong and, where known, what was probably meant. */
  readonly message: string;
  /** The lines around the place, with a caret; "" where the text could not be read. */
  readonly frame: string;
};
