// From "wanted" to "up": one incarnation is named, written to Memory, started, and watched until it
// takes input. Started again with the same name when its outcome was lost, so that two never live.

import { charge, ended } from "./ending.ts";
import { atStart, begun, handOver, isLost } from "./conversation.ts";
import { hash } from "./hash.ts";
import { shows } from "./judge.ts";
import { lasting, newSay } from "./say.ts";
import {
  act,
  ACTION_LIMIT_MS,
  isAlive,
  isLimit,
  patch,
  stay,
  type Case,
  type Step,
} from "./step.ts";
import type { Millis } from "../config/config.ts";
import type { Life, Say } from "./types.ts";

/** A program that starts is looked at this often: being ready rings no bell. */
const READY_LOOK_MS = 250;

export function launch(c: Case): Step {
  const { member, memory, world } = c;
  if (c.blocked) {
    return stay(c, {
      because: `a session ${member.session} that is not ours stands in its place: rename one of them`,
    });
  }
  if (c.waitsFor !== null) return stay(c, { because: `waits for service ${c.waitsFor}` });
  const hold = member.account === null ? undefined : world.holds[member.account];
  if (isLimit(hold))
    return stay(c, { because: `waits for the usage limit of ${member.account ?? ""}` });
  if (!c.launch.ok) return refuse(c, c.launch.failure);

  const { launch: wanted } = c.launch;
  const id = hash(`${world.config.stateDir}|${member.name}|${memory.starts}|${c.at}`);
  const lost = isLost(memory, wanted.phase) && wanted.conversation.is !== "resumed";
  const why = memory.because.startsWith("restart") ? memory.because : c.want.because;
  const because = lost ? `${why}; a new conversation, the one before could not be taken up` : why;
  const start = act(c, { do: "start", session: member.session, run: id, launch: wanted, because });
  return {
    memory: patch(memory, {
      life: { is: "launching", since: c.at, until: c.at + ACTION_LIMIT_MS, stage: "start" },
      run: {
        id,
        once: memory.once,
        conversation: wanted.conversation,
        hash: wanted.hash,
        phase: wanted.phase,
        at: c.at,
        pane: null,
        pid: null,
        started: null,
      },
      once: null,
      says: lost ? [...lasting(memory.says), handOver(c.at)] : lasting(memory.says),
      conversation: atStart(memory, wanted.conversation, wanted.phase),
      starts: memory.starts + 1,
      exit: null,
      pending: null,
      suspect: null,
      banner: null,
      processSeen: false,
      doing: { id: start.id, until: c.at + ACTION_LIMIT_MS },
      because,
    }),
    actions: [start],
    due: c.at + ACTION_LIMIT_MS,
  };
}

/** What to start could not even be made out: said once, tried again when its files change. */
function refuse(c: Case, failure: string): Step {
  const because = `cannot start: ${failure}`;
  const news = c.memory.because !== because;
  const note = act(c, { do: "note", event: "refused", loud: true, because });
  return { memory: patch(c.memory, { because }), actions: news ? [note] : [], due: null };
}

export function launching(c: Case, life: Extract<Life, { is: "launching" }>): Step {
  return life.stage === "start" ? starting(c, life) : gettingReady(c, life);
}

function starting(c: Case, life: Extract<Life, { is: "launching" }>): Step {
  const { verdict } = c.memory;
  if (verdict.is === "exited") return ended(c);
  if (isAlive(c.pane)) {
    const ready: Life = { ...life, stage: "ready", until: c.at + patience(c) };
    return gettingReady({ ...c, memory: patch(c.memory, { life: ready, doing: null }) }, ready);
  }
  if (c.outcome !== null && !c.outcome.ok)
    return charge(c, `could not start: ${c.outcome.failure}`);
  if (c.outcome !== null) return ended(c);
  if (c.world.first || c.at >= life.until) return again(c, life);
  return stay(c, {}, life.until);
}

/** What is typed into a program that draws nothing yet is lost: where its sign is known, it is waited for. */
function patience({ member, world }: Case): Millis {
  const { ready, delivery, connectDelayMs } = member.backend;
  const typed = ready !== null && delivery === "ping";
  return typed ? Math.max(connectDelayMs, world.config.watchdog.stallGraceMs) : connectDelayMs;
}

/** The same incarnation once more: starting it twice is starting it once. */
function again(c: Case, life: Extract<Life, { is: "launching" }>): Step {
  const { run } = c.memory;
  if (run === null || !c.launch.ok || c.launch.launch.hash !== run.hash) {
    return stay(
      c,
      { life: { is: "down" }, doing: null, because: "its launch changed before it began" },
      c.at + 1,
    );
  }
  const because = "its start was not confirmed";
  const start = act(c, {
    do: "start",
    session: c.member.session,
    run: run.id,
    launch: c.launch.launch,
    because,
  });
  const until = c.at + ACTION_LIMIT_MS;
  return {
    memory: patch(c.memory, { life: { ...life, until }, doing: { id: start.id, until } }),
    actions: [start],
    due: until,
  };
}

function gettingReady(c: Case, life: Extract<Life, { is: "launching" }>): Step {
  const { verdict } = c.memory;
  if (verdict.is === "gone" || verdict.is === "exited") return ended(c);
  const answer = isReady(c, life);
  if (answer === "no") return stay(c, {}, Math.min(life.until, c.at + READY_LOOK_MS));
  const because = answer === "late" ? "did not say that it is ready in time; went on" : "";
  const boot = kickoff(c);
  const named = begun(c);
  return {
    memory: patch(c.memory, {
      life: { is: "up", since: c.at, quiet: null },
      says:
        boot === null
          ? c.memory.says
          : [boot, ...c.memory.says.filter((say) => say.kind !== "kickoff")],
      because,
      conversation: (named ?? c).memory.conversation,
    }),
    actions: [
      ...(named?.actions ?? []),
      act(c, {
        do: "note",
        event: "up",
        loud: false,
        because: because === "" ? started(c) : because,
      }),
    ],
    // The first words go out with the next look, which is at once.
    due: boot === null ? null : c.at + 1,
  };
}

function started(c: Case): string {
  const how = c.memory.run?.conversation.is;
  return how === "resumed" ? "started, its conversation goes on" : "started";
}

function isReady(c: Case, life: Extract<Life, { is: "launching" }>): "yes" | "no" | "late" {
  const { backend, service } = c.member;
  const late = c.at >= life.until;
  if (service !== null) {
    if (service.ready === null || c.saysReady) return "yes";
    if (service.ready.is === "pattern" && shown(c)) return "yes";
    return late ? "late" : "no";
  }
  if (backend.ready !== null) return shown(c) ? "yes" : late ? "late" : "no";
  if (backend.delivery !== "ping") return "yes";
  const { verdict } = c.memory;
  const known = verdict.is === "idle" && backend.screen.idle.length > 0;
  return known || verdict.is === "asking" || late ? "yes" : "no";
}

function shown(c: Case): boolean {
  const rule = c.member.backend.ready;
  return (
    rule !== null && isAlive(c.pane) && c.pane.screen !== null && shows(rule, c.pane.screen.text)
  );
}

function kickoff(c: Case): Say | null {
  const boot = c.launch.ok ? c.launch.launch.boot : null;
  return boot === null ? null : newSay({ kind: "kickoff", text: boot, at: c.at, order: null });
}
