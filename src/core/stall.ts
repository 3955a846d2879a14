// The stall clock, and every kill that is only a claim. Quiet must be confirmed by a known idle screen
// or by screen, output and CPU together; then it is asked, twice; then it is killed, if nothing forbids it.

import { obstacle } from "./obstacle.ts";
import { isDeaf, newSay } from "./say.ts";
import {
  accountWaits,
  act,
  ACTION_LIMIT_MS,
  isAlive,
  isTyping,
  patch,
  stay,
  type Case,
  type Step,
} from "./step.ts";
import { stop } from "./stopping.ts";
import type { AgentMemory, Instant, Life, Quiet, Weight } from "./types.ts";

type Up = Extract<Life, { is: "up" }>;

/** A kill is asked for by two looks at least this far apart. */
const TWO_LOOKS_MS = 2_000;
/** More CPU than this share of the quiet time is work, whatever the screen says. */
const WORK_SHARE = 0.03;
/**
 * A look at every process is dear: what has only just changed is weighed when it has stood still for so long, which is
 * longer than a screen that keeps moving goes unread.
 */
const STILL_MS = 6_000;
/** Stands for the action under way once the second weight has shown that nothing worked. */
const WEIGHED = "weighed";
/** What our own typing does to a screen within this time is no sign of life. */
const ECHO_MS = 5_000;
const SAYING = "another message is under way";
/** A fresh start is not judged for this long. */
export const START_GRACE_MS = 60_000;

export const NUDGE =
  "watchdog: nothing has moved here for a while. If you wait for something, write a line WAITING-UNTIL: <ISO time>; otherwise go on with your work now.";

export function stepQuiet(c: Case, life: Up): Step {
  const { verdict } = c.memory;
  switch (verdict.is) {
    case "failed":
      return claim(c, `${verdict.cause} error on its screen: ${verdict.line}`);
    case "foreign":
      return claim(c, `${verdict.command} runs where ${c.member.backend.name} should`);
    case "idle":
    case "waiting":
      return standing(c, life);
    default:
      return working(c, life);
  }
}

const FROZEN =
  "says that it works, but nothing has moved on its screen for longer than its stall_idle";

const SILENT =
  "says that it works, but its own log has had nothing new for longer than its silent_after";

/** What says "busy" outranks all silence; that it stands still for so long is a question to a person, and no more. */
function working(c: Case, life: Up): Step {
  const because = isFrozen(c) ? FROZEN : isSilent(c) ? SILENT : "";
  // What waits to be said has words of its own, which stand in the place of these.
  const news = because !== "" && c.memory.because !== because && c.memory.says.length === 0;
  const note = act(c, { do: "note", event: "frozen", loud: true, because });
  return {
    memory: patch(c.memory, { life: { ...life, quiet: null }, suspect: null, because }),
    actions: news ? [note] : [],
    due: null,
  };
}

function isSilent({ member, memory }: Case): boolean {
  const doubted = memory.evidence.some(({ from }) => from === "silence");
  return member.watch === "heal+stall" && memory.evidence[0]?.from === "signal" && doubted;
}

function isFrozen({ at, pane, member, memory }: Case): boolean {
  if (member.watch !== "heal+stall" || memory.verdict.is !== "busy") return false;
  if (!isAlive(pane) || pane.screen === null) return false;
  return at - Math.max(pane.screen.since, pane.screen.outputAt) > member.backend.stallIdleMs;
}

function standing(c: Case, life: Up): Step {
  const clock = wind(c, life.quiet);
  const here: Case = { ...c, memory: patch(c.memory, { life: { ...life, quiet: clock.quiet } }) };
  if (accountWaits(c)) {
    return stay(c, {
      life: { ...life, quiet: null },
      suspect: null,
      because: `waits for the usage limit of ${c.member.account ?? ""}`,
    });
  }
  const { verdict } = here.memory;
  const waits = verdict.is === "waiting" ? verdict.until : null;
  const because = waits === null ? "idle" : "waits, as it said";
  if (c.member.watch !== "heal+stall") return stay(here, { because, suspect: null });
  const grace = c.world.config.watchdog.stallGraceMs;
  const deadline =
    waits === null
      ? clock.quiet.since + c.member.backend.stallIdleMs
      : Math.max(waits, clock.quiet.since) + grace;
  const weighing = weigh(here, clock.quiet, deadline);
  if (weighing !== null) return weighing;
  // What moves look after look is looked at with the others.
  const restless = clock.quiet.since === c.at && life.quiet?.weight === null;
  const settled = clock.quiet.since + STILL_MS;
  const soon = clock.quiet.weight === null && !restless && c.at < settled ? settled : deadline;
  if (c.at < deadline) return stay(here, { because, suspect: null }, Math.min(soon, deadline));
  return overdue(here, clock.quiet, { deadline, waits });
}

/** The clock goes on while nothing moves, and starts anew when something does. */
function wind(c: Case, before: Quiet | null): { readonly quiet: Quiet } {
  const screen = isAlive(c.pane) ? (c.pane.screen?.hash ?? "") : "";
  const fresh: Quiet = { since: c.at, screen, weight: null, nudged: 0, nudgedAt: null };
  if (before === null || isUnmeasured(c, before)) return { quiet: fresh };
  if (before.screen === screen || screen === "") return { quiet: before };
  // Whatever happened between two watchdogs happened unseen.
  if (c.world.first) return { quiet: fresh };
  const echo = before.nudgedAt !== null && c.at - before.nudgedAt < ECHO_MS;
  const saying = c.memory.says.some((say) => say.state !== "queued");
  if (isKnownIdle(c) || echo || saying) return { quiet: { ...before, screen } };
  return { quiet: fresh };
}

/** The machine slept or its clock was set since: nobody knows how long it has really been quiet. */
function isUnmeasured(c: Case, { since }: Quiet): boolean {
  const { resumedAt } = c.world;
  return since > c.at || (resumedAt !== null && resumedAt <= c.at && since < resumedAt);
}

/** A pattern of the backend says idle: not merely the absence of one that says busy. */
function isKnownIdle(c: Case): boolean {
  const [first] = c.memory.evidence;
  return first !== undefined && first.from !== "silence";
}

/** CPU time at the start of the quiet and at its deadline; a tree that worked in between is not quiet. */
function weigh(c: Case, quiet: Quiet, deadline: Instant): Step | null {
  if (isKnownIdle(c) || !isAlive(c.pane) || c.pane.pid === null || c.memory.run === null)
    return null;
  const answer = c.outcome?.weight ?? null;
  const life = c.memory.life;
  if (life.is !== "up") return null;
  if (answer !== null) return weighed(c, life, { quiet, answer });
  if (quiet.weight === null && c.at < Math.min(quiet.since + STILL_MS, deadline)) return null;
  const { doing } = c.memory;
  const stale = doing?.id === WEIGHED && quiet.weight === null;
  if (doing !== null && !stale && c.at < doing.until && doing.until <= c.at + ACTION_LIMIT_MS)
    return null;
  if (quiet.weight !== null && c.at < deadline) return null;
  const action = act(c, {
    do: "weigh",
    run: c.memory.run.id,
    root: c.pane.pid,
    because: "is it quiet?",
  });
  return {
    memory: patch(c.memory, { doing: { id: action.id, until: c.at + ACTION_LIMIT_MS } }),
    actions: [action],
    due: quiet.weight === null ? deadline : null,
  };
}

type Weighing = { readonly quiet: Quiet; readonly answer: Weight };

/** The first weight begins the measure, and only the second one can prove anything. */
function weighed(c: Case, life: Up, { quiet, answer }: Weighing): Step {
  const first = quiet.weight;
  if (first === null) {
    const next: Quiet = { ...quiet, since: c.at, weight: answer };
    return stay(c, { life: { ...life, quiet: next }, doing: null, because: "idle" }, c.at + 1);
  }
  const spent = answer.cpuMs - first.cpuMs;
  const worked = spent > WORK_SHARE * (c.at - quiet.since) || answer.processes > first.processes;
  if (!worked) {
    const doing = { id: WEIGHED, until: c.at + ACTION_LIMIT_MS };
    return stay(c, { doing, because: "idle" }, c.at + 1);
  }
  const next: Quiet = { ...quiet, since: c.at, weight: answer, nudged: 0 };
  const because = "its processes work";
  return stay(c, { life: { ...life, quiet: next }, doing: null, because }, c.at + 1);
}

type Overdue = { readonly deadline: Instant; readonly waits: Instant | null };

function overdue(c: Case, quiet: Quiet, { deadline, waits }: Overdue): Step {
  if (!isKnownIdle(c) && (quiet.weight === null || c.memory.doing?.id !== WEIGHED))
    return stay(c, {}, weighedBy(c));
  const seconds = Math.round((c.at - (waits ?? quiet.since)) / 1000);
  const why =
    waits === null
      ? `quiet for ${seconds} s, no WAITING-UNTIL`
      : `${seconds} s past its WAITING-UNTIL`;
  const nudges = c.member.nudges;
  const grace = c.world.config.watchdog.stallGraceMs;
  const next = quiet.nudgedAt === null ? deadline : quiet.nudgedAt + grace;
  if (c.at < next) return stay(c, { because: `${why}; nudged, waiting for a reaction` }, next);
  if (quiet.nudged >= nudges)
    return claim(c, `stall: ${why}${nudges === 0 ? "" : `, ${nudges} nudges without reaction`}`);
  return nudge(c, quiet, why);
}

/** When the weight is known at the latest; null: it cannot be told, and the next look asks anew. */
function weighedBy({ at, memory }: Case): Instant | null {
  return memory.doing !== null && memory.doing.until > at ? memory.doing.until : null;
}

function nudge(c: Case, quiet: Quiet, why: string): Step {
  const { life } = c.memory;
  if (life.is !== "up") return stay(c);
  const because = `${why}: nudge ${quiet.nudged + 1} of ${c.member.nudges}`;
  const say = newSay({ kind: "nudge", text: NUDGE, at: c.at, order: null });
  const deaf = isDeaf(c.memory.says);
  const wait = deaf ? null : (obstacle(c, say) ?? (c.memory.says.length > 0 ? SAYING : null));
  if (wait !== null) return stay(c, { because: `${why}; not nudged: ${wait}` });
  const memory: AgentMemory = patch(c.memory, {
    life: { ...life, quiet: { ...quiet, nudged: quiet.nudged + 1, nudgedAt: c.at } },
    says: deaf ? c.memory.says : [say],
    because,
  });
  const note = act(c, { do: "note", event: "nudge", loud: false, because });
  return { memory, actions: [note], due: c.at + c.world.config.watchdog.stallGraceMs };
}

/** A kill that this look asks for. It is done when an earlier look asked for the same and nothing forbids it. */
function claim(c: Case, why: string): Step {
  const kind = why.split(":")[0] ?? why;
  const before = c.memory.suspect;
  const suspect = before?.why === kind ? before : { why: kind, since: c.at };
  const here: Case = { ...c, memory: patch(c.memory, { suspect }) };
  const forbidden = forbids(c);
  if (forbidden !== null) return stay(here, { because: `${why}; not killed: ${forbidden}` });
  if (c.at - suspect.since < TWO_LOOKS_MS)
    return stay(here, { because: why }, suspect.since + TWO_LOOKS_MS);
  return stop({ ...here, memory: anew(here.memory) }, "charged", why);
}

/** A conversation that is full is not taken up again: it would be as full. */
function anew(memory: AgentMemory): AgentMemory {
  const { verdict, run } = memory;
  if (verdict.is !== "failed" || verdict.cause !== "context") return memory;
  return patch(memory, { conversation: { id: null, phase: run?.phase ?? null } });
}

function forbids(c: Case): string | null {
  const { run } = c.memory;
  if (c.world.ceasefire !== null) return c.world.ceasefire;
  if (run !== null && c.at - run.at < START_GRACE_MS) return "it has only just started";
  if (!c.launch.ok) return `it could not be started again: ${c.launch.failure}`;
  return isTyping(c) ? "a person is typing there" : null;
}
