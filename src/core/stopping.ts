// The way down: ask, INT, TERM, HUP, KILL, each with its time, over every process of the incarnation,
// until none is left; then what follows. Each rung is a deadline in Memory, so that a crash goes on.

import { charge, waitOut } from "./ending.ts";
import { lasting } from "./say.ts";
import {
  act,
  ACTION_LIMIT_MS,
  isAlive,
  patch,
  stay,
  type Case,
  type Deed,
  type Step,
} from "./step.ts";
import type { After, Instant, Life, Say, Survivor } from "./types.ts";

type Signal = "INT" | "TERM" | "HUP" | "KILL";
type Rung = { readonly by: "keys" | Signal; readonly ms: number };

/** Thirty seconds in all: the politeness that a working program needs, and no more. */
const LADDER: readonly Rung[] = [
  { by: "keys", ms: 8_000 },
  { by: "INT", ms: 5_000 },
  { by: "TERM", ms: 10_000 },
  { by: "HUP", ms: 3_000 },
  { by: "KILL", ms: 4_000 },
];
const QUICK: readonly Rung[] = [
  { by: "TERM", ms: 1_000 },
  { by: "KILL", ms: 4_000 },
];
/** Between two counts of who is left. */
const COUNT_MS = 200;
/** A count without an answer for this long is asked again. */
const COUNT_LIMIT_MS = 5_000;

type Stopping = Extract<Life, { is: "stopping" }>;

/** Begins the way down. Evidence is kept first: what the screen showed when it was decided. */
export function stop(c: Case, next: After, because: string, now = false): Step {
  if (c.memory.run === null && !isAlive(c.pane)) return arrived(c, next, because);
  const life: Stopping = { is: "stopping", since: c.at, until: c.at, rung: -1, now, next };
  const memory = patch(c.memory, {
    life,
    because,
    doing: null,
    says: news(c),
    suspect: null,
    pending: null,
  });
  const evidence = act(c, {
    do: "evidence",
    session: c.member.session,
    because,
    details: judged(c),
  });
  const first = climb({ ...c, memory }, life);
  const kept = isAlive(c.pane) && next !== "down" ? [evidence] : [];
  return { ...first, actions: [...kept, ...first.actions] };
}

/** What the next incarnation must hear; at the beginning of a phase only what came since it began. */
function news(c: Case): readonly Say[] {
  const { run, pending, says } = c.memory;
  const steps = c.launch.ok && run !== null && run.phase !== c.launch.launch.phase;
  const from = steps ? (pending?.since ?? c.at) : 0;
  return lasting(says).filter((say) => say.since >= from);
}

function judged(c: Case): Readonly<Record<string, unknown>> {
  const { verdict, evidence, life, run, charged } = c.memory;
  const { watchdog } = c.world.config;
  return {
    verdict,
    evidence,
    life,
    run,
    charged,
    watchdog,
    stallIdleMs: c.member.backend.stallIdleMs,
  };
}

export function stopping(c: Case, life: Stopping): Step {
  const left =
    c.outcome?.ok === true && c.memory.doing?.id.includes(".sweep.") ? c.outcome.left : null;
  if (left?.length === 0) return close(c, life);
  if (life.rung < 0 && life.next !== "down" && !c.launch.ok && isAlive(c.pane))
    return spared(c, c.launch.failure);
  if (c.world.first) return climb(c, { ...life, rung: life.rung - 1 });
  if (left !== null && isOver(c, life)) return climb(c, life);
  const last = life.rung >= ladder(life).length - 1;
  if (c.at >= life.until && !last) return climb(c, life);
  if (c.at >= life.until && (left !== null || c.at >= life.until + COUNT_LIMIT_MS)) {
    return survived(c, left ?? []);
  }
  const until = Math.max(life.until, c.at + COUNT_MS);
  return c.outcome === null ? waiting(c, until) : pause(c, until);
}

/** Nothing was done yet, and nothing could be started in its place: it keeps running. */
function spared(c: Case, failure: string): Step {
  const because = `not restarted: ${failure}`;
  return {
    memory: patch(c.memory, { life: { is: "up", since: c.at, quiet: null }, because }),
    actions: [act(c, { do: "note", event: "refused", loud: true, because })],
    due: null,
  };
}

/** The program itself is gone: what it left behind is not asked politely, it would wait for ever. */
function isOver(c: Case, life: Stopping): boolean {
  const by = ladder(life)[life.rung]?.by;
  return !isAlive(c.pane) && (by === "keys" || by === "INT");
}

/** After an answer: a breath, then the next count. A pane that dies cuts the breath short. */
function pause(c: Case, until: Instant): Step {
  const soon = c.at + COUNT_MS;
  const id = isAlive(c.pane) ? BREATH : "breath.dead";
  return stay(c, { doing: { id, until: soon } }, Math.min(soon, until));
}

const BREATH = "breath";

function waiting(c: Case, until: Instant): Step {
  const { doing } = c.memory;
  const breathes = doing?.id.startsWith(BREATH) === true;
  const cutShort = doing?.id === BREATH && !isAlive(c.pane);
  if (doing !== null && c.at < doing.until && !cutShort)
    return stay(c, {}, Math.min(doing.until, until));
  return doing === null || breathes || c.at >= doing.until ? count(c, until) : stay(c, {}, until);
}

function ladder(life: Stopping): readonly Rung[] {
  return life.now ? QUICK : LADDER;
}

/** The next rung that makes sense: nobody types into a dead pane or a dialog. */
function climb(c: Case, life: Stopping): Step {
  const rungs = ladder(life);
  let index = life.rung + 1;
  const alive = isAlive(c.pane);
  while (index < rungs.length - 1 && isUseless(c, rungs[index]?.by, alive)) index += 1;
  const rung = rungs[Math.min(index, rungs.length - 1)];
  if (rung === undefined) return stay(c);
  const until = c.at + rung.ms;
  const action = act(c, rung.by === "keys" ? exitKeys(c) : sweep(c, rung.by));
  return {
    memory: patch(c.memory, {
      life: { ...life, rung: index, until },
      doing: { id: action.id, until },
    }),
    actions: [action],
    due: Math.min(until, c.at + COUNT_MS),
  };
}

function isUseless(c: Case, by: Rung["by"] | undefined, alive: boolean): boolean {
  const { is } = c.memory.verdict;
  if (by === "keys")
    return !alive || c.member.backend.keys.exit.length === 0 || is === "asking" || is === "limited";
  return by === "INT" && !alive;
}

function exitKeys(c: Case): Deed {
  return {
    do: "press",
    session: c.member.session,
    run: runOf(c),
    keys: c.member.backend.keys.exit,
    because: c.memory.because,
  };
}

function sweep(c: Case, signal: Signal | null): Deed {
  const root = isAlive(c.pane) ? c.pane.pid : null;
  const { session, spare } = c.member;
  return { do: "sweep", session, run: runOf(c), signal, root, spare, because: c.memory.because };
}

function runOf(c: Case): string {
  return c.memory.run?.id ?? (isAlive(c.pane) ? (c.pane.mark?.run ?? "") : "");
}

/** Asks who is left, without a signal. */
function count(c: Case, until: Instant): Step {
  const action = act(c, sweep(c, null));
  const limit = c.at + COUNT_LIMIT_MS;
  return {
    memory: patch(c.memory, { doing: { id: action.id, until: limit } }),
    actions: [action],
    due: Math.min(limit, until),
  };
}

/** Nobody is left. The session goes too, unless a restart uses it again. */
function close(c: Case, life: Stopping): Step {
  const step = arrived(c, life.next, c.memory.because);
  return life.next !== "down" || c.pane === "gone" ? step : closing(c, step, runOf(c));
}

function closing(c: Case, step: Step, run: string): Step {
  const { because } = step.memory;
  const gone = act(c, { do: "close", session: c.member.session, run, because });
  const doing = { id: gone.id, until: c.at + ACTION_LIMIT_MS };
  return { ...step, memory: patch(step.memory, { doing }), actions: [gone, ...step.actions] };
}

/** Who is down leaves nothing: not the dead pane of a parked one, nor one whose closing got lost in a crash. */
export function cleared(c: Case, step: Step): Step {
  const { life, doing } = step.memory;
  if (c.remains === null || c.want.is !== "down" || life.is !== "down") return step;
  const isClosing = doing !== null && c.at < doing.until && !c.world.first;
  return isClosing ? step : closing(c, step, c.remains);
}

function arrived(c: Case, next: After, because: string): Step {
  const fresh: Case = { ...c, memory: patch(c.memory, { run: null, doing: null }) };
  switch (next) {
    case "down":
      return {
        memory: patch(fresh.memory, { life: { is: "down" }, because }),
        actions: [act(c, { do: "note", event: "down", loud: false, because })],
        due: null,
      };
    case "ended":
      return stay(fresh, { life: { is: "ended" }, because });
    case "restart":
      return stay(fresh, { life: { is: "down" }, because: asRestart(because) }, c.at + 1);
    case "charged":
      return charge(fresh, because);
    case "limited":
      return waitOut(fresh, because);
  }
}

function asRestart(because: string): string {
  return because.startsWith("restart") ? because : `restart: ${because}`;
}

/** KILL was not enough: said aloud with names; nothing new is started beside them. */
function survived(c: Case, left: readonly Survivor[]): Step {
  const names = left.map((one) => `${one.name} (pid ${one.pid})`).join(", ");
  const because = `could not be stopped: ${names === "" ? "its processes do not answer" : names}`;
  return {
    memory: patch(c.memory, {
      life: { is: "parked", since: c.at, why: SURVIVORS },
      because,
      doing: null,
    }),
    actions: [act(c, { do: "note", event: SURVIVORS, loud: true, because })],
    due: null,
  };
}

/** Why an agent is parked that KILL did not end. */
export const SURVIVORS = "survivors";
