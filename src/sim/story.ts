// What the watchdog did, as sentences with their hour: told from its decisions, once they were saved. It tells no
// screens and no paths, so that the same fleet under another roof has the same story.

import type { Action, AgentMemory, Instant } from "../core/types.ts";
import type { Tally, Told } from "../engine/rehearsal.ts";
import type { Decided } from "./checks.ts";
import { openTally } from "./tally.ts";

/** A shorter wait is no news. */
const SHORT_WAIT_MS = 60_000;

export type Story = {
  readonly hear: (one: Decided) => void;
  readonly told: () => readonly Told[];
  readonly tally: () => Tally;
  /** Time that agents stood idle, and that they were up. */
  readonly times: () => { readonly idleMs: number; readonly upMs: number };
};

export function openStory(): Story {
  const told: Told[] = [];
  const tally = openTally();
  /** The last sentence about each. */
  const said = new Map<string, string>();
  let last: Decided | null = null;
  let idleMs = 0;
  let upMs = 0;
  const flush = (now: Decided | null): void => {
    // What could not be saved was not done.
    if (last === null || (now?.seen.since && now.before !== last.decision.memory)) return;
    told.push(...sentences(last).map((one) => unrepeated(one, said)));
    tally.hear(last);
    const passed = now === null ? 0 : Math.max(0, now.seen.at - last.seen.at);
    for (const { name } of last.setting.config.agents) {
      const one = last.decision.memory.agents[name];
      if (one?.life.is !== "up" && one?.life.is !== "held") continue;
      upMs += passed;
      if (one.verdict.is === "idle" && one.life.is === "up") idleMs += passed;
    }
  };
  return {
    hear: (one) => {
      flush(one);
      if (one.seen.since === null && last !== null)
        told.push({ at: one.seen.at, who: "watchdog", what: "was killed, and begins again" });
      last = one;
    },
    told: () => {
      flush(null);
      last = null;
      return told;
    },
    tally: tally.told,
    times: () => ({ idleMs, upMs }),
  };
}

/** Why it ended was just said; that it is started again is news enough. */
function unrepeated(one: Told, said: Map<string, string>): Told {
  const [what = "", why = ""] = one.what.split(": again, ");
  const known = why !== "" && (said.get(one.who) ?? "").includes(why);
  const now = why === "" ? one.what : known ? what : `${what}: ${why}`;
  said.set(one.who, now);
  return { ...one, what: now };
}

function sentences(one: Decided): readonly Told[] {
  const { before, decision, seen } = one;
  const { agents } = decision.memory;
  const lives = Object.entries(agents).flatMap(([who, now]) => {
    const what = turnOf(before.agents[who], now);
    return what === null ? [] : [{ at: seen.at, who, what }];
  });
  const deeds = decision.actions.flatMap((action) => {
    const what = deedOf(action, agents[action.target] !== undefined);
    return what === null ? [] : [{ at: seen.at, who: action.target, what }];
  });
  return [...lives, ...deeds];
}

/** What a change of its life means; null where nothing new began. */
function turnOf(
  before: AgentMemory | undefined,
  { life, because, exit, verdict }: AgentMemory,
): string | null {
  const was = before?.life.is ?? "down";
  if (was === life.is) return null;
  switch (life.is) {
    case "held":
      return `is held${life.until === null ? "" : ` until ${clock(life.until)}`}: ${because}`;
    case "parked":
      return `is parked: ${life.why}`;
    case "backoff":
      return life.until - life.since < SHORT_WAIT_MS
        ? null
        : `is not started again before ${clock(life.until)}`;
    case "ended":
      return `has ended: ${because}`;
    case "stopping": {
      if (verdict.is !== "exited" && verdict.is !== "gone") return `is stopped: ${because}`;
      if (life.next === "ended" || life.next === "down") return null;
      // Why it is gone is told with its next start.
      return verdict.is === "gone" ? null : `ended by itself${codeOf(exit)}`;
    }
    case "up":
      return was === "held" ? "goes on" : null;
    case "down":
    case "launching":
      return null;
  }
}

function codeOf(exit: AgentMemory["exit"]): string {
  if (exit === null) return "";
  return exit.signal === null ? ` (code ${exit.code ?? "unknown"})` : ` (signal ${exit.signal})`;
}

/** Null: no news for a person. */
function deedOf(action: Action, isAgent: boolean): string | null {
  switch (action.do) {
    case "start":
      return action.because.startsWith("restart: ")
        ? `is started again: again, ${action.because.slice(9)}`
        : `is started: ${action.because}`;
    case "type":
      return saidOf(action.because.split(":", 1)[0] ?? "", action.text);
    case "note":
      return action.loud || !isAgent ? action.because : null;
    default:
      return null;
  }
}

function saidOf(kind: string, text: string): string | null {
  const words = text.replace(/^watchdog: /, "");
  switch (kind) {
    case "nudge":
      return "is nudged: nothing moved for a while";
    case "kickoff":
      return null;
    case "wake":
      return "is woken, as its file says";
    case "limit":
      return "is asked to go on after the limit";
    case "person":
      return "gets a person's message";
    default:
      return `is pinged: ${words}`;
  }
}

function clock(at: Instant): string {
  return new Date(at).toISOString().slice(11, 16);
}
