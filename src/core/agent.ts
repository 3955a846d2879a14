// The life table: what is wanted × what is seen × what the agent's life is → its next life and what to do.
// One function a life. Nothing here touches another agent, and nothing is ever done to the unseen.

import type { Millis } from "../config/config.ts";
import { learned } from "./conversation.ts";
import { ended } from "./ending.ts";
import { launch, launching } from "./launching.ts";
import { keptOf } from "./sources.ts";
import { stepQuiet } from "./stall.ts";
import { budgeted, hold, pause, released } from "./pause.ts";
import { heard, newSay, queued, saying } from "./say.ts";
import { act, isAlive, isTyping, patch, stay, both, type Case, type Step } from "./step.ts";
import { cleared, stop, stopping, SURVIVORS } from "./stopping.ts";
import type { AgentMemory, Evidence, Life, Verdict } from "./types.ts";

/** How long a program that met an overloaded model is left alone before it is asked to go on. */
const BRAKE_MS = 60_000;
/** It is asked ever more rarely, but not more rarely than this. */
const BRAKE_MAX_MS = 900_000;
export const GO_ON = "watchdog: the model was overloaded a while ago. Go on with your work now.";
/** A restart for an edit waits until the screen stood still for this long. */
const SETTLED_MS = 5_000;

export function step(c: Case): Step {
  const known: Case = { ...c, memory: released(heard(c), c.at) };
  if (c.pane === "unseen") return stay(known, { verdict: { is: "unseen" }, evidence: [] });
  const seen: Case = { ...known, memory: recognise(known) };
  const named = learned(seen);
  const next = stepOfLife(named === null ? seen : { ...seen, memory: named.memory });
  return cleared(seen, { ...next, actions: [...(named?.actions ?? []), ...next.actions] });
}

function stepOfLife(seen: Case): Step {
  const { life } = seen.memory;
  switch (life.is) {
    case "down":
      return down(seen);
    case "ended":
      return resting(seen, "ended");
    case "launching":
      return seen.want.is === "down"
        ? stop(seen, "down", seen.want.because)
        : launching(seen, life);
    case "up":
      return up(seen, life);
    case "held":
      return held(seen, life);
    case "backoff":
      return backoff(seen, life);
    case "parked":
      return resting(seen, "parked");
    case "stopping":
      return stopping(seen, life);
  }
}

/** What the look alone changes: verdict, evidence, the numbers of the incarnation. */
function recognise(c: Case): AgentMemory {
  const { memory, judgement } = c;
  const pane = isAlive(c.pane) ? c.pane : null;
  const run =
    pane?.mark && memory.run?.id === pane.mark.run
      ? {
          ...memory.run,
          pane: pane.pane,
          pid: pane.pid,
          started: pane.started ?? memory.run.started,
        }
      : memory.run;
  const evidence = judgement.evidence.map((one) => quietened(one, judgement.verdict));
  const signals = pane?.signals ?? null;
  return patch(memory, {
    ...(signals === null && memory.sources === undefined ? {} : { sources: keptOf(signals) }),
    run,
    verdict: judgement.verdict,
    evidence,
    banner: bannerOf(c),
    processSeen:
      memory.processSeen || (pane !== null && pane.command === c.member.backend.processName),
  });
}

/** A spinner's line changes with every look and would be written to disk with every look. */
function quietened(one: Evidence, verdict: Verdict): Evidence {
  return verdict.is === "busy" || verdict.is === "idle" ? { ...one, line: "" } : one;
}

function bannerOf(c: Case): AgentMemory["banner"] {
  const { verdict, evidence } = c.judgement;
  if (verdict.is !== "limited") return c.memory.banner;
  const line = evidence[0]?.line ?? "";
  return c.memory.banner?.line === line ? c.memory.banner : { line, at: c.metAt };
}

function down(c: Case): Step {
  if (isAlive(c.pane)) {
    if (c.want.is === "down") return stop(c, "down", c.want.because);
    return adopt(c);
  }
  if (c.want.is === "up") return launch(c);
  return stay(c, { because: c.want.because, pending: null });
}

/** Something of ours lives here that Memory did not expect: it is kept, never started a second time. */
function adopt(c: Case): Step {
  return {
    memory: patch(c.memory, {
      life: { is: "up", since: c.at, quiet: null },
      because: "found running, left alone",
    }),
    actions: [
      act(c, { do: "note", event: "adopted", loud: false, because: "found running, left alone" }),
    ],
    due: null,
  };
}

/** Ended by itself, or parked: only a person, a budget or its own progress changes that. */
function resting(c: Case, is: "ended" | "parked"): Step {
  const { life } = c.memory;
  if (life.is === "parked" && life.why === SURVIVORS) return stay(c);
  if (c.want.is === "down") return stop(c, "down", c.want.because);
  if (!isAlive(c.pane)) return stay(c);
  const { verdict } = c.memory;
  // A person who logged in again and set it to work has said enough.
  return is === "ended" || verdict.is === "busy" ? adopt(c) : stay(c);
}

function backoff(c: Case, life: Extract<Life, { is: "backoff" }>): Step {
  if (c.want.is !== "up") return stay(c, { life: { is: "down" }, because: c.want.because });
  if (isAlive(c.pane)) return adopt(c);
  return c.at >= life.until ? launch(c) : stay(c, {}, life.until);
}

function up(c: Case, life: Extract<Life, { is: "up" }>): Step {
  if (c.want.is === "down") return stop(c, "down", c.want.because);
  const { verdict } = c.memory;
  if (verdict.is === "gone" || verdict.is === "exited") return ended(c);
  const calm: Case = { ...c, memory: healthy(c, life) };
  const { paused } = calm.memory;
  const unsuspected: Case = { ...calm, memory: patch(calm.memory, { suspect: null }) };
  if (paused !== false) return pause(unsuspected, paused);
  if (c.want.is === "hold") return budgeted(unsuspected);
  if (c.want.is === "leave" || c.member.watch === "none")
    return saidAfter(calm, describe(calm), saying);
  const trouble = troubled(calm, life);
  if (trouble !== null) return trouble;
  const edited = restartPending(calm, life);
  if (edited.step !== null) return edited.step;
  const waiting: Case = { ...calm, memory: edited.memory };
  return saidAfter(waiting, stepQuiet(waiting, life), saying);
}

function saidAfter(c: Case, first: Step, next: (c: Case) => Step): Step {
  const life = first.memory.life.is;
  if (life !== "up" && life !== "held") return first;
  return both(first, next({ ...c, memory: first.memory }));
}

/** Long enough up: the next end is a first one again. */
function healthy(c: Case, life: Extract<Life, { is: "up" }>): AgentMemory {
  const good = c.memory.attempt > 0 && c.at - life.since >= c.member.restart.healthyMs;
  return good ? patch(c.memory, { attempt: 0 }) : c.memory;
}

/** Limits, dialogs and failures: the verdicts that are nobody's stall. Null: nothing of the kind. */
function troubled(c: Case, life: Extract<Life, { is: "up" }>): Step | null {
  const { verdict } = c.memory;
  switch (verdict.is) {
    case "limited":
      return holdForLimit(c, verdict);
    case "asking": {
      const because = `asks: ${verdict.text}`;
      const news = c.memory.because !== because;
      const note = act(c, { do: "note", event: "asking", loud: true, because });
      return {
        memory: patch(c.memory, { because, life: { ...life, quiet: null }, suspect: null }),
        actions: news ? [note] : [],
        due: null,
      };
    }
    case "failed":
      return failed(c, verdict);
    default:
      return null;
  }
}

function holdForLimit(c: Case, verdict: Extract<Verdict, { is: "limited" }>): Step {
  const text = c.memory.evidence[0]?.line ?? "usage limit";
  const because = /usage limit/i.test(text) ? text : `usage limit: ${text}`;
  return {
    memory: patch(c.memory, {
      life: hold(c, "limit", verdict.until),
      because,
      suspect: null,
      pending: c.memory.pending,
    }),
    actions: [act(c, { do: "note", event: "limited", loud: false, because })],
    due: null,
  };
}

function failed(c: Case, verdict: Extract<Verdict, { is: "failed" }>): Step | null {
  switch (verdict.cause) {
    case "auth":
    case "credit":
    case "model": {
      const because = `needs a person (${verdict.cause}): ${verdict.line}`;
      const note = act(c, { do: "note", event: "parked", loud: true, because });
      return {
        memory: patch(c.memory, {
          life: { is: "parked", since: c.at, why: verdict.cause },
          because,
          suspect: null,
        }),
        actions: [note],
        due: null,
      };
    }
    case "overloaded":
      return stay(
        c,
        { life: hold(c, "overloaded", c.at + BRAKE_MS), because: `overloaded: ${verdict.line}` },
        c.at + BRAKE_MS,
      );
    case "context":
    case "fatal":
      return null;
  }
}

function held(c: Case, life: Extract<Life, { is: "held" }>): Step {
  if (c.want.is === "down") return stop(c, "down", c.want.because);
  const { verdict } = c.memory;
  if (verdict.is === "gone" || verdict.is === "exited") return ended(c);
  if (life.why === "paused") {
    // Nothing but a person's own words is typed meanwhile; say.ts sees to that.
    const { paused } = c.memory;
    if (paused !== false) return saidAfter(c, pause(c, paused), saying);
    return stay(c, {
      life: { is: "up", since: c.at, quiet: null },
      because: life.until === null ? "resumed by a person" : "its hold is over",
    });
  }
  if (c.want.is === "hold" && c.memory.paused === false) return saidAfter(c, budgeted(c), saying);
  if (life.why === "budget" && c.memory.paused === false)
    return stay(c, {
      life: { is: "up", since: c.at, quiet: null },
      because: "there is something to spend again",
    });
  if (verdict.is === "busy")
    return stay(c, {
      life: { is: "up", since: c.at, quiet: null },
      because: "works again",
      banner: null,
    });
  if (c.memory.paused !== false) return pause(c, c.memory.paused);
  if (life.why === "overloaded") return braked(c, life);
  // Whether a limit is over is the account's business: hold.ts asks one agent and frees the others.
  return saying(c);
}

/** The turn ended with the error: while it is the last thing on the screen, somebody must say "go on". */
function braked(c: Case, life: Extract<Life, { is: "held" }>): Step {
  if (life.until !== null && c.at < life.until) return both(stay(c, {}, life.until), saying(c));
  if (c.memory.verdict.is !== "failed")
    return stay(c, { life: { is: "up", since: c.at, quiet: null }, because: "the brake is over" });
  const until = c.at + Math.min(Math.max(c.at - life.since, BRAKE_MS), BRAKE_MAX_MS);
  const say = newSay({ kind: "limit", text: GO_ON, at: c.at, order: null });
  const because = "asked to go on after an overloaded model";
  const asked: Case = {
    ...c,
    memory: patch(c.memory, {
      life: { ...life, until },
      says: queued(c.memory.says, say),
    }),
  };
  const note = act(c, { do: "note", event: "overloaded", loud: false, because });
  return both({ memory: asked.memory, actions: [note], due: until }, saying(asked));
}

/** A launch that differs from the running one is applied at the next safe point, not in the middle of a turn. */
function restartPending(
  c: Case,
  life: Extract<Life, { is: "up" }>,
): { readonly memory: AgentMemory; readonly step: Step | null } {
  const { memory } = c;
  const because = c.launch.ok && memory.run !== null ? differs(memory.run, c.launch.launch) : null;
  if (because === null) return { memory: patch(memory, { pending: null }), step: null };
  const pending = memory.pending?.because === because ? memory.pending : { since: c.at, because };
  const next = patch(memory, { pending });
  const phase = c.launch.ok && memory.run?.phase !== c.launch.launch.phase;
  const overdue = phase && c.at >= pending.since + c.world.config.watchdog.stallGraceMs;
  const stillFor = phase ? SETTLED_MS : settlesIn(c);
  if (!overdue && !isSafe(c, life, stillFor)) return { memory: next, step: null };
  return { memory: next, step: stop({ ...c, memory: next }, "restart", because) };
}

function differs(
  run: NonNullable<AgentMemory["run"]>,
  wanted: { readonly hash: string; readonly phase: string | null },
): string | null {
  if (run.hash === wanted.hash) return null;
  if (run.phase !== wanted.phase) return `phase ${wanted.phase ?? "-"} begins`;
  return "its launch was edited";
}

function isSafe(c: Case, life: Extract<Life, { is: "up" }>, stillFor: Millis): boolean {
  const { verdict, says } = c.memory;
  const still = verdict.is === "idle" || verdict.is === "waiting";
  const settled = life.quiet !== null && c.at - life.quiet.since >= stillFor;
  return still && settled && says.every((say) => say.state === "queued") && !isTyping(c);
}

/** Where only silence says idle, it may be the silence of work: no edit ends that before it is remarkable. */
function settlesIn(c: Case): Millis {
  const [first] = c.memory.evidence;
  return first?.from === "silence" ? c.member.backend.stallIdleMs : SETTLED_MS;
}

function describe(c: Case): Step {
  return stay(c, { because: sentence(c.memory.verdict), suspect: null });
}

function sentence(verdict: Verdict): string {
  switch (verdict.is) {
    case "asking":
      return `asks: ${verdict.text}`;
    case "limited":
      return "usage limit on its screen; not watched";
    case "failed":
      return `${verdict.cause}: ${verdict.line}`;
    default:
      return "";
  }
}
