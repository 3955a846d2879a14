// An agent ended: was that the end of its work, ours, the server's, or a crash? Crashes are charged
// to one budget, whatever their kind, and wait longer each time, until a person is asked.

import type { Restart } from "../config/config.ts";
import { jitter } from "./hash.ts";
import { lasting } from "./say.ts";
import { act, patch, type Case, type Step } from "./step.ts";
import { stop, SURVIVORS } from "./stopping.ts";
import { limitLeft } from "./judge.ts";
import type { AgentMemory, Instant, Life, Verdict } from "./types.ts";

/** However patient `within` is: this many unexpected ends in a day park an agent. */
export const ENDS_A_DAY = 24;
const DAY_MS = 86_400_000;
/** A program that ends this soon after a resume could not take the conversation up. */
const RESUME_FAILS_MS = 20_000;
/** The share of a backoff that the hash of name and attempt may add. */
const JITTER = 0.25;

export function ended(c: Case): Step {
  const { verdict } = c.memory;
  const exit = verdict.is === "exited" ? { code: verdict.code, signal: verdict.signal } : null;
  const conversation = resumable(c, exit);
  const here: Case = {
    ...c,
    memory: patch(c.memory, { exit, conversation, doing: null, suspect: null }),
  };
  if (c.want.is === "down") return stop(here, "down", c.want.because);
  if (c.world.serverLost && verdict.is === "gone" && isKept(c)) {
    return stop(here, "restart", "restart: the tmux server is a new one");
  }
  const because = how(exit);
  if (c.want.is === "leave" || !isKept(c)) return rest(here, because);
  const limited = limitAt(c) !== null;
  const { policy } = c.member.restart;
  // A task's step that met a limit has not ended: it begins again after it.
  if (limited && c.member.agent?.task !== undefined)
    return toldOf(here, because, stop(here, "limited", `usage limit: ${because} at its banner`));
  if (policy === "never" || (policy === "on-failure" && exit?.code === 0))
    return rest(here, because);
  if (limited) {
    return toldOf(here, because, stop(here, "limited", `usage limit: ${because} at its banner`));
  }
  return toldOf(here, because, stop(here, "charged", because));
}

/** Told at once: what follows may have to wait until nothing that it left is alive. */
function toldOf(c: Case, because: string, next: Step): Step {
  const note = act(c, { do: "note", event: "ended", loud: false, because });
  return { ...next, actions: [note, ...next.actions] };
}

function limitAt(c: Case): Extract<Verdict, { is: "limited" }> | null {
  if (typeof c.pane !== "object" || c.pane.dead === null) return null;
  return limitLeft(c.pane, { backend: c.member.backend, at: c.metAt, zone: c.world.zone });
}

/** It ended because its account had nothing left: that is no crash, and starting it sooner is no use. */
export function waitOut(c: Case, because: string): Step {
  const { limitResetSlackMs, limitProbeFallbackMs } = c.world.config.watchdog;
  const named = limitAt(c)?.until ?? null;
  const until =
    named === null ? c.at + limitProbeFallbackMs : Math.max(named + limitResetSlackMs, c.at + 1);
  const says = lasting(c.memory.says);
  return {
    memory: patch(c.memory, {
      life: { is: "backoff", since: c.at, until, limit: { sure: named !== null } },
      run: null,
      says,
      because,
    }),
    actions: [act(c, { do: "note", event: "limited", loud: false, because })],
    due: until,
  };
}

/** A conversation that ends its program as soon as it is taken up is not taken up again. */
function resumable(c: Case, exit: AgentMemory["exit"]): AgentMemory["conversation"] {
  const { run, conversation } = c.memory;
  // A signal is somebody's doing; only the program's own "no" counts against the conversation.
  const refused = exit !== null && exit.code !== null && exit.code !== 0;
  if (run?.conversation.is !== "resumed" || !refused) return conversation;
  return c.at - run.at < RESUME_FAILS_MS
    ? { id: null, phase: run.phase, lost: true }
    : conversation;
}

/** Neither restarted nor swept: its last screen stays to be read. */
function rest(c: Case, because: string): Step {
  return {
    memory: patch(c.memory, { life: { is: "ended" }, because, says: lasting(c.memory.says) }),
    actions: [act(c, { do: "note", event: "ended", loud: false, because })],
    due: null,
  };
}

function isKept(c: Case): boolean {
  return c.member.watch !== "none";
}

function how(exit: AgentMemory["exit"]): string {
  if (exit === null) return "its session is gone";
  if (exit.signal !== null) return `ended by signal ${exit.signal}`;
  return exit.code === null ? "ended, its exit code is not known" : `exited ${exit.code}`;
}

/** One unexpected end more: wait, or park. Nothing of the old incarnation lives when this is called. */
export function charge(c: Case, why: string): Step {
  const { restart } = c.member;
  const charged = [...c.memory.charged, c.at].filter((at) => c.at - at < DAY_MS).slice(-ENDS_A_DAY);
  const recent = charged.filter((at) => c.at - at <= restart.withinMs).length;
  const says = lasting(c.memory.says);
  const memory = patch(c.memory, { charged, run: null, doing: null, says });
  const spent = recent >= restart.starts || charged.length >= ENDS_A_DAY;
  return spent ? park({ ...c, memory }, why, recent) : backOff({ ...c, memory }, why);
}

function park(c: Case, why: string, recent: number): Step {
  const because = `${why}; unexpected end ${recent}: parked until \`agents restart ${c.member.name}\``;
  return {
    memory: patch(c.memory, { life: { is: "parked", since: c.at, why: "restarts" }, because }),
    actions: [act(c, { do: "note", event: "parked", loud: true, because })],
    due: null,
  };
}

function backOff(c: Case, why: string): Step {
  const { attempt } = c.memory;
  const until = c.at + backoffMs(c.member.restart, c.member.name, attempt);
  const because = `restart: ${why}`;
  return {
    memory: patch(c.memory, {
      life: { is: "backoff", since: c.at, until },
      attempt: attempt + 1,
      because,
    }),
    actions: [act(c, { do: "note", event: "backoff", loud: false, because })],
    due: until,
  };
}

/** first, then twice as long each time up to max, plus at most a quarter: never shorter than promised. */
export function backoffMs(restart: Restart, name: string, attempt: number): number {
  const base = Math.min(restart.maxMs, restart.firstMs * 2 ** Math.min(attempt, 30));
  return Math.ceil(Math.min(restart.maxMs, base * (1 + JITTER * jitter(name, attempt))));
}

/** A person's word: the past is forgiven. */
export function forgiven(memory: AgentMemory, at: Instant): AgentMemory {
  const { life } = memory;
  const clean = patch(memory, { charged: [], attempt: 0, suspect: null });
  if (life.is === "parked" && life.why === SURVIVORS) return patch(clean, { life: anew(at, 0) });
  if (life.is !== "parked" && life.is !== "ended" && life.is !== "backoff") return clean;
  if (memory.run === null) return patch(clean, { life: { is: "down" } });
  const over = memory.verdict.is === "exited" || memory.verdict.is === "gone";
  return patch(clean, { life: over ? anew(at, -1) : { is: "up", since: at, quiet: null } });
}

/** What is left of it goes, then it starts: nobody is charged for what a person asked. */
function anew(at: Instant, rung: number): Life {
  return { is: "stopping", since: at, until: at, rung, now: rung >= 0, next: "restart" };
}
