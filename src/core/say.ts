// Text into a pane, with a receipt: queued → typed → submitted → accepted or failed. Pasted once, Enter
// pressed again only while our text still stands in the box; never into a dialog, a shell, a copy mode
// or a person's half-typed line.

import { joined } from "./handoff.ts";
import { hash } from "./hash.ts";
import {
  act,
  ACTION_LIMIT_MS,
  isAlive,
  isTyping,
  patch,
  stay,
  type Case,
  type Step,
} from "./step.ts";
import { typedText } from "./judge.ts";
import { literal } from "./literal.ts";
import { closes, isMenuOpen } from "./menu.ts";
import { isInBox, isLeft, isUndrawn, obstacle, sample } from "./obstacle.ts";
import { proofOf } from "./receipt.ts";
import type { Action, AgentMemory, Instant, Say } from "./types.ts";

/** Between paste and Enter: faster, and some programs lose the Enter. */
const SETTLE_MS = 400;
/** How long a program may take to show that it took the text. */
const RECEIPT_MS = 3_000;
const PRESSES_MAX = 3;
/** What a queue may hold; the oldest go first. */
const QUEUE_MAX = 50;
const NEWS: ReadonlySet<Say["kind"]> = new Set(["claim", "review", "inbox", "missing"]);

type Said = Pick<Say, "kind" | "text" | "order" | "asIs"> & { readonly at: Instant };

export function newSay({ kind, text, order, at, asIs }: Said): Say {
  return {
    kind,
    text,
    order,
    since: at,
    at,
    state: "queued",
    presses: 0,
    before: null,
    id: hash(`${kind}|${text}|${at}|${order ?? ""}`),
    ...(asIs === true && { asIs }),
  };
}

/**
 * Adds to a queue: of one kind and wording only the newest waits, and nothing waits without a bound. What
 * was not begun lets a person's words pass, all but the first words of all; and everything lets the words
 * pass that end a hold, because it would wait behind them for ever.
 */
export function queued(says: readonly Say[], say: Say): readonly Say[] {
  const waits = (one: Say): boolean =>
    one.state === "queued" &&
    (say.kind === "limit" || (one.kind !== "kickoff" && one.kind !== "person"));
  const passes = say.kind === "person" || say.kind === "limit";
  let { text } = say;
  const kept = says.filter((one) => {
    const both = superseded(one, { ...say, text });
    text = both ?? text;
    return both === null;
  });
  const place = passes ? kept.findIndex(waits) : -1;
  return kept.toSpliced(place < 0 ? kept.length : place, 0, { ...say, text }).slice(-QUEUE_MAX);
}

/** The words that say what both would; null when the older one is to be said as well. */
function superseded(older: Say, newer: Say): string | null {
  if (older.state !== "queued" || older.order !== null || older.kind !== newer.kind) return null;
  switch (newer.kind) {
    case "claim":
    case "review":
      return joined(older.text, newer.text);
    case "inbox":
      return older.text === newer.text ? newer.text : null;
    default:
      return newer.text;
  }
}

/**
 * What outlives the incarnation that it was to be said to: news of the work, which nobody would tell the next
 * one. Said again where it was not accepted for certain; the rest was meant for that incarnation alone.
 */
export function lasting(says: readonly Say[]): readonly Say[] {
  return says
    .filter(({ kind }) => NEWS.has(kind))
    .map((say) => ({ ...say, state: "queued", presses: 0, before: null }));
}

/**
 * That a text was typed is known from the look that brings the answer, whatever else that look shows: no later
 * one hears it again, and what is typed twice is said twice.
 */
export function heard(c: Case): AgentMemory {
  const [say] = c.memory.says;
  const typed = c.outcome?.ok === true && isPaste(c.memory.doing);
  return typed && say?.state === "typed" ? patch(c.memory, typedNow(c, say)) : c.memory;
}

function typedNow(c: Case, say: Say): Pick<AgentMemory, "doing" | "says"> {
  return { doing: null, says: swap(c, { ...say, at: c.at }) };
}

function isPaste(doing: AgentMemory["doing"]): doing is NonNullable<AgentMemory["doing"]> {
  return doing?.id.includes(".type.") === true;
}

export function saying(c: Case): Step {
  const [say] = c.memory.says;
  if (say === undefined || !isAlive(c.pane) || c.memory.run === null) return stay(c);
  // Whether it was typed, and taken, is read from the screen: without one, nothing follows.
  if (say.state !== "queued" && c.pane.screen === null) return stay(c);
  switch (say.state) {
    case "queued":
      return type(c, say);
    case "typed":
      return press(c, say);
    case "submitted":
      return confirm(c, say);
  }
}

function type(c: Case, say: Say): Step {
  const wait = obstacle(c, say);
  if (wait !== null) return heldBack(c, say, wait);
  if (c.memory.verdict.is === "limited" && isMenuOpen(c.member.backend, c.pane))
    return dismiss(c, say);
  const screen = isAlive(c.pane) ? (c.pane.screen?.hash ?? null) : null;
  // It stands there already, from a watchdog that forgot it: it is only sent.
  if (isInBox(c, say)) {
    const there: Say = { ...say, state: "typed", at: c.at, before: screen };
    return stay(c, { says: swap(c, there), doing: null }, c.at + SETTLE_MS);
  }
  const action = act(c, {
    do: "type",
    session: c.member.session,
    run: c.memory.run?.id ?? "",
    text: say.asIs === true ? say.text : literal(say.text, c.member.backend.typed),
    because: `${say.kind}: ${because(say)}`,
  });
  const next: Say = { ...say, state: "typed", at: c.at, presses: 0, before: screen };
  const doing = { id: action.id, until: c.at + ACTION_LIMIT_MS };
  return {
    memory: patch(c.memory, { says: swap(c, next), doing }),
    actions: [action],
    due: doing.until,
  };
}

/** A menu opens by itself at some usage limits, and swallows without a trace what is typed: it is closed first. */
function dismiss(c: Case, say: Say): Step {
  const closing = isAlive(c.pane) ? closes(c.member.backend, c.pane, say.presses) : null;
  const again = say.at + (say.presses === 0 ? 0 : RECEIPT_MS);
  if (closing === null || (say.presses === PRESSES_MAX && c.at >= again))
    return heldBack(c, say, "a menu is open");
  if (c.at < again) return stay(c, {}, again);
  const action = act(c, {
    do: "press",
    session: c.member.session,
    run: c.memory.run?.id ?? "",
    ...closing,
    because: "closes the menu of a usage limit",
  });
  const next: Say = { ...say, at: c.at, presses: say.presses + 1 };
  const memory = patch(c.memory, { says: swap(c, next), doing: null });
  return { memory, actions: [action], due: c.at + SETTLE_MS };
}

function because(say: Say): string {
  return say.order === null ? "it is due" : "a person asked";
}

function heldBack(c: Case, say: Say, wait: string): Step {
  if (say.kind === "nudge") return unnudged(c, say);
  const { stallGraceMs } = c.world.config.watchdog;
  const late = say.since + stallGraceMs;
  if (c.at < late) return stay(c, {}, late);
  return stay(c, { because: `a ${say.kind} message is held back: ${wait}` });
}

/** A nudge that could not be said was none: it is not counted against the agent. */
function unnudged(c: Case, say: Say): Step {
  const says = c.memory.says.filter((one) => one.id !== say.id);
  const { life } = c.memory;
  if (life.is !== "up" || life.quiet === null) return stay(c, { says, doing: null });
  const nudged = Math.max(0, life.quiet.nudged - 1);
  const next = { ...life, quiet: { ...life.quiet, nudged } };
  return stay(c, { says, doing: null, life: next });
}

function press(c: Case, say: Say): Step {
  const { doing } = c.memory;
  if (isPaste(doing) && !c.world.first) {
    if (c.outcome === null && c.at < doing.until) return stay(c, {}, doing.until);
    // An answer may get lost on its way back: what stands in the box was typed, whatever was said.
    if (c.outcome !== null)
      return stands(c, say)
        ? stay(c, typedNow(c, say), c.at + SETTLE_MS)
        : retype(c, say, c.outcome.failure);
  }
  // Without an answer nobody knows whether it was typed, and what stands there may be a person's.
  const lost = isPaste(doing) || c.world.first;
  if (lost && !stands(c, say)) return retype(c, say, "the answer to the paste was lost");
  if (c.at < say.at + SETTLE_MS) return stay(c, {}, say.at + SETTLE_MS);
  // A slow program has not drawn it yet, and an Enter that overtakes a paste is lost.
  if (isUndrawn(c, say) && c.at < say.at + RECEIPT_MS) return stay(c, {}, c.at + SETTLE_MS);
  return mayEnter(c) ?? enter(c, say);
}

/** Enter belongs to whoever stands before the box: a dialog, or a person who went on typing. */
function mayEnter(c: Case): Step | null {
  if (c.memory.verdict.is === "asking")
    return stay(c, { because: "a dialog opened over typed text" });
  if (c.memory.verdict.is === "unseen") return stay(c, { because: "its screen cannot be seen" });
  if (isTyping(c)) return stay(c, { because: "a person types where a message waits to be sent" });
  return null;
}

/** Whether our text is to be seen where it was typed. */
function stands(c: Case, say: Say): boolean {
  if (!isAlive(c.pane) || c.pane.screen === null) return false;
  const line = typedText(c.member.backend, c.pane);
  return (line ?? c.pane.screen.text).includes(sample(say));
}

function enter(c: Case, say: Say): Step {
  const action: Action = act(c, {
    do: "press",
    session: c.member.session,
    run: c.memory.run?.id ?? "",
    keys: [c.member.backend.keys.submit],
    because: `submits the ${say.kind} message`,
  });
  // What was never seen in its input line cannot be seen to leave it.
  const drawn = isAlive(c.pane) && !isUndrawn(c, say) ? c.pane.screen : null;
  const next: Say = {
    ...say,
    state: "submitted",
    at: c.at,
    presses: say.presses + 1,
    before: drawn?.hash ?? null,
  };
  return {
    memory: patch(c.memory, { says: swap(c, next), doing: null }),
    actions: [action],
    due: c.at + SETTLE_MS,
  };
}

/** What was not typed is typed again, news for as long as it takes. Where nobody can tell, a person's words are not risked twice. */
function retype(c: Case, say: Say, why: string): Step {
  if (say.kind === "nudge") return unnudged(c, say);
  const blind = say.kind === "person" && c.member.backend.input === null;
  if (blind)
    return finish(c, say, { ok: false, why: `${why}; whether it was typed cannot be seen` });
  const age = c.at - say.since;
  if (age > c.world.config.watchdog.stallGraceMs && !NEWS.has(say.kind))
    return finish(c, say, { ok: false, why });
  return stay(
    c,
    { doing: null, says: swap(c, { ...say, state: "queued", at: c.at }) },
    c.at + SETTLE_MS * 5,
  );
}

function confirm(c: Case, say: Say): Step {
  const age = c.at - say.at;
  if (age < SETTLE_MS) return stay(c, {}, say.at + SETTLE_MS);
  const proof = proofOf(c, say);
  if (proof !== null) return finish(c, say, { ok: true, why: proof });
  if (age < RECEIPT_MS) return stay(c, {}, Math.min(say.at + RECEIPT_MS, c.at + SETTLE_MS));
  if (!isLeft(c, say))
    return finish(c, say, { ok: true, why: "submitted, not confirmed by its screen" });
  if (say.presses < PRESSES_MAX) return mayEnter(c) ?? enter(c, say);
  if (say.presses === PRESSES_MAX) return unheard(c, say);
  const again = say.at + c.world.config.watchdog.stallGraceMs;
  return c.at < again ? stay(c, {}, again) : (mayEnter(c) ?? enter(c, say));
}

/** Said aloud, once. The text stays ours while it stands in the box: else it would pass for a person's draft. */
function unheard(c: Case, say: Say): Step {
  const why = `its text still stands in the input after ${PRESSES_MAX} Enter`;
  const told = finish(c, say, { ok: false, why });
  const kept: Say = { ...say, presses: say.presses + 1, order: null };
  return { ...told, memory: patch(told.memory, { says: [kept, ...told.memory.says] }) };
}

/** Its Enter does nothing: a text of ours stands in its box and does not leave. */
export function isDeaf(says: readonly Say[]): boolean {
  return says.some((say) => say.state === "submitted" && say.presses > PRESSES_MAX);
}

type Receipt = { readonly ok: boolean; readonly why: string };

function finish(c: Case, say: Say, receipt: Receipt): Step {
  const said = receipt.ok
    ? `${say.kind} message accepted: ${receipt.why}`
    : `${say.kind} message failed: ${receipt.why}`;
  const note = act(c, {
    do: "note",
    event: receipt.ok ? "said" : "unsaid",
    loud: !receipt.ok,
    because: said,
  });
  const answer = say.order === null ? [] : [receiptOf(c, say.order, { ...receipt, why: said })];
  const says = c.memory.says.filter((one) => one.id !== say.id);
  return {
    memory: patch(c.memory, { says, doing: null, ...(receipt.ok ? {} : { because: said }) }),
    actions: [note, ...answer],
    due: says.length === 0 ? null : c.at + SETTLE_MS,
  };
}

function receiptOf(c: Case, order: string, receipt: Receipt): Action {
  const outcomes = { [c.member.name]: receipt.why };
  return act(c, {
    do: "answer",
    order,
    outcomes,
    because: receipt.why,
    state: receipt.ok ? "done" : "refused",
  });
}

function swap(c: Case, next: Say): readonly Say[] {
  return c.memory.says.map((say) => (say.id === next.id ? next : say));
}
