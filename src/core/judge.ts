// What a pane shows, and why we think so: one look in, one Verdict with its evidence out. It knows nothing of Life and
// acts on nothing. The order is dead > limited > asking > busy > failed > waiting > idle; within it the CLI's own word
// outranks the title, the title the screen, and silence is asked last. Any bytes may stand on a screen; nothing throws.

import { dialogAt } from "./dialog.ts";
import { fromBottom, hitsIn, quote, rowEnd, rowsOf } from "./rows.ts";
import { hasStirred, isStill } from "./hour.ts";
import { resetAt } from "./limit.ts";
import {
  bannerFrom,
  hitEvidence,
  isDrawnBelow,
  judged,
  last,
  lookAt,
  seen,
  signalEvidence,
  tailOf,
  type Look,
  type Setting,
  type Told,
} from "./look.ts";
import { waitingUntil } from "./waiting.ts";
import type { Hit } from "./rows.ts";
import type { Backend, Cause, Millis, Rule } from "../config/config.ts";
import type { Evidence, Instant, Judgement, Pane, Verdict } from "./types.ts";

/** Rows at the bottom in which a banner or an error can be news. */
const TAIL_ROWS = 20;
/** Rows at the bottom that a footer may take, as the reference counts them. */
const FOOTER_ROWS = 10;
/** Rows at the bottom in which a WAITING-UNTIL counts. */
const MARKER_ROWS = 40;
/** A CLI that retries by itself sooner than this is at work, not limited. */
const SHORT_RETRY: Millis = 10 * 60_000;

const SHELLS = new Set("sh bash zsh fish dash ash ksh csh tcsh nu pwsh".split(" "));
/** From the vaguest to the plainest: of two that the same line names, the plainer one counts. */
const CAUSES: readonly Cause[] = ["fatal", "overloaded", "context", "model", "credit", "auth"];

/** What this pane shows. */
export function judge(pane: Pane | "gone" | "unseen", setting: Setting): Judgement {
  if (pane === "gone" || pane === "unseen") {
    return { verdict: { is: pane }, evidence: [seen("process", pane, "")] };
  }
  const ended = ofProcess(pane, setting);
  if (ended !== null) return ended;
  const look = lookAt(pane, setting);
  if (pane.screen === null) {
    return (
      asking(look) ??
      busy(look) ??
      judged({ is: "unseen" }, seen("screen", "could not be read", ""))
    );
  }
  const shown =
    limited(look) ??
    asking(look) ??
    busy(look) ??
    stirring(look) ??
    failed(look) ??
    waiting(look) ??
    idle(look);
  return stillStarting(look, shown)
    ? judged({ is: "starting" }, seen("screen", setting.backend.ready?.re ?? "", ""))
    : shown;
}

/** The limit at which a program ended: a banner on the last screen of a dead pane. */
export function limitLeft(
  pane: Pane,
  { backend, at, zone }: Pick<Setting, "backend" | "at" | "zone">,
): Extract<Verdict, { is: "limited" }> | null {
  const still = { others: [], banner: null, processSeen: true, stallGraceMs: 0, starting: false };
  const look = lookAt(
    { ...pane, dead: null, signals: null, title: "" },
    { ...still, backend, at, zone },
  );
  const verdict = pane.screen === null ? undefined : limited(look)?.verdict;
  return verdict?.is === "limited" ? verdict : null;
}

/** Nothing goes on: the agent could be spoken to. */
export function isQuiet(verdict: Verdict): boolean {
  return verdict.is === "idle";
}

/** Idle because something said so, not only because nothing moved. */
export function isKnownIdle(judgement: Judgement): boolean {
  return (
    judgement.verdict.is === "idle" && judgement.evidence.some(({ from }) => from !== "silence")
  );
}

/** The banner of a limited agent, to be remembered with the instant at which it was first seen. */
export function bannerLine(judgement: Judgement): string | null {
  return judgement.verdict.is === "limited" ? (judgement.evidence[0]?.line ?? null) : null;
}

/** The pattern stands somewhere in this text, within its window of rows. */
export function shows(rule: Rule, text: string): boolean {
  return hitsIn(rowsOf(text), [rule], 0).length > 0;
}

/** What stands in the input line and was not sent; null when no input line is known or drawn. */
export function typedText(backend: Backend, pane: Pane | "gone" | "unseen"): string | null {
  if (typeof pane === "string" || pane.screen === null || backend.input === null) return null;
  return last(rowsOf(pane.screen.text), [backend.input], 0)?.groups["text"]?.trim() ?? null;
}

function ofProcess(pane: Pane, setting: Setting): Judgement | null {
  const { backend } = setting;
  if (pane.dead !== null) {
    const { code, signal } = pane.dead;
    const line = signal === null ? `code ${code ?? "unknown"}` : `signal ${signal}`;
    return judged({ is: "exited", code, signal }, seen("process", "pane_dead", line));
  }
  const { command } = pane;
  if (backend.processName === null || command === backend.processName) return null;
  // A launcher may pass through other programs, so that a strange one means nothing before the start is over.
  if (setting.others.includes(command)) {
    if (setting.starting) return null;
    return judged({ is: "foreign", command }, seen("process", backend.processName, command));
  }
  const left = pane.childless === true && isStill(pane, setting);
  return SHELLS.has(command) && setting.processSeen && left
    ? judged(
        { is: "exited", code: null, signal: null },
        seen("process", "childless shell", command),
      )
    : null;
}

function limited(look: Look): Judgement | null {
  if (look.signal?.says === "busy") return null;
  const shown = limitShown(look);
  const told = look.told.find(({ says }) => says === "limited");
  if (told === undefined) return shown;
  const { zone, at } = look;
  const inWords = told.text === null ? null : resetAt(told.text, { zone, seenAt: told.at ?? at });
  const until = told.until ?? inWords?.until ?? untilOf(shown);
  const sure = told.until !== null || inWords?.sure === true;
  return judged({ is: "limited", until, sure }, signalEvidence(told));
}

function untilOf(judgement: Judgement | null): Instant | null {
  return judgement?.verdict.is === "limited" ? judgement.verdict.until : null;
}

function limitShown(look: Look): Judgement | null {
  const { rows, backend } = look;
  const hit = last(rows, backend.screen.limited, tailOf(look, TAIL_ROWS));
  if (hit === null) return null;
  if (busyHit(look, rowEnd(rows, hit.end)) !== null) return null;
  // A CLI that is blocked under a busy title draws a menu where its input line belongs.
  if (look.title?.says === "busy" && isDrawnBelow(look.input, hit)) return null;
  const banner = bannerFrom(look, hit);
  const line = quote(banner).replace(/^[^\p{L}\p{N}]+/u, "");
  const seenAt = look.banner?.line === line ? look.banner.at : look.at;
  const context = { zone: look.zone, seenAt };
  const named = hit.groups["reset"];
  const reset = (named === undefined ? null : resetAt(named, context)) ?? resetAt(banner, context);
  const evidence = seen("screen", hit.rule.re, line);
  if (reset !== null && reset.until - seenAt < SHORT_RETRY && /\bretrying in\b/i.test(banner)) {
    return judged({ is: "busy" }, evidence);
  }
  return judged(
    { is: "limited", until: reset?.until ?? null, sure: reset?.sure ?? false },
    evidence,
  );
}

function asking(look: Look): Judgement | null {
  const { signal, backend, title } = look;
  if (signal?.says === "busy") return null;
  const hit = last(look.rows, backend.screen.asking, 0);
  // Nothing may be typed into a dialog, so one that took the input line's place outranks a title, and a signal's "idle".
  // Where no input line is known, its words may be anybody's: there the better sources are believed.
  const told = signal?.says ?? title?.says ?? "asking";
  const dialog =
    hit === null || isDrawnBelow(look.input, hit) || (backend.input === null && told !== "asking")
      ? null
      : hit;
  if (signal?.says === "asking") return question(look, dialog, signalEvidence(signal));
  if (signal === null && title?.says === "asking") return question(look, dialog, title.evidence);
  return dialog === null ? null : question(look, dialog, hitEvidence(look.rows, dialog));
}

function question(look: Look, dialog: Hit | null, evidence: Evidence): Judgement {
  const { rows, pane, signal } = look;
  if (dialog === null) {
    const what = signal?.text ?? signal?.value ?? pane.title;
    const text = quote(rows.text.slice(fromBottom(rows, FOOTER_ROWS)));
    return judged({ is: "asking", what: quote(what), text }, evidence);
  }
  const { top, start } = dialogAt(rows, look.backend.screen.asking, dialog);
  const what = hitEvidence(rows, top).line;
  return judged({ is: "asking", what, text: quote(rows.text.slice(start)) }, evidence);
}

function busy(look: Look): Judgement | null {
  const { signal } = look;
  if (signal !== null) return signal.says === "busy" ? working(look, signal) : null;
  if (look.title !== null)
    return look.title.says === "busy" ? judged({ is: "busy" }, look.title.evidence) : null;
  const hit = busyHit(look, 0);
  return hit === null ? null : judged({ is: "busy" }, hitEvidence(look.rows, hit));
}

/** That no source had anything new to tell for long is said beside it. */
function working({ told }: Look, signal: Told): Judgement {
  const silent = told.filter((one) => one.silent);
  const doubts = silent.map(({ from }) => seen("silence", from, "nothing new"));
  return { verdict: { is: "busy" }, evidence: [signalEvidence(signal), ...doubts] };
}

/** Something was written lately, and nothing says that this is only a clock in an idle footer. */
function stirring(look: Look): Judgement | null {
  if (!hasStirred(look.pane, look) || knownIdle(look).length > 0) return null;
  return judged({ is: "busy" }, seen("silence", "output", ""));
}

function failed(look: Look): Judgement | null {
  const told = look.told.find(({ says }) => says === "failed");
  if (told === undefined) return failureShown(look);
  const line = quote(told.text ?? told.value);
  return judged({ is: "failed", cause: told.cause ?? "fatal", line }, signalEvidence(told));
}

function failureShown(look: Look): Judgement | null {
  const { rows, backend } = look;
  const found = CAUSES.flatMap((cause) => {
    const rules = backend.screen.failed[cause];
    const tail = rules.filter(({ rows: count }) => count === null);
    const windowed = rules.filter(({ rows: count }) => count !== null);
    const hits = [
      ...hitsIn(rows, tail, tailOf(look, TAIL_ROWS)),
      ...hitsIn(rows, windowed, look.prompt),
    ];
    return hits.map((hit) => ({ cause, hit }));
  });
  const newest = found.sort((a, b) => a.hit.start - b.hit.start).at(-1);
  if (newest === undefined) return null;
  const evidence = hitEvidence(rows, newest.hit);
  return judged({ is: "failed", cause: newest.cause, line: evidence.line }, evidence);
}

function waiting(look: Look): Judgement | null {
  const { backend, pane, zone } = look;
  if (pane.screen === null) return null;
  const reader = { zone, seenAt: pane.screen.since, lastRowOnly: backend.footerUi };
  const marker = waitingUntil(look.rows.text.slice(tailOf(look, MARKER_ROWS)), reader);
  if (marker === null) return null;
  return judged(
    { is: "waiting", until: marker.until },
    seen("marker", "WAITING-UNTIL", quote(marker.line)),
  );
}

function idle(look: Look): Judgement {
  const known = knownIdle(look);
  return {
    verdict: { is: "idle" },
    evidence: known.length > 0 ? known : [seen("silence", "nothing says busy", "")],
  };
}

function knownIdle(look: Look): readonly Evidence[] {
  const { signal, title, rows, backend } = look;
  const hit = last(rows, backend.screen.idle, backend.footerUi ? fromBottom(rows, FOOTER_ROWS) : 0);
  return [
    ...(signal?.says === "idle" ? [signalEvidence(signal)] : []),
    ...(title?.says === "idle" ? [title.evidence] : []),
    ...(hit === null ? [] : [hitEvidence(rows, hit)]),
  ];
}

function stillStarting(look: Look, { verdict, evidence }: Judgement): boolean {
  const bySilence = evidence[0]?.from === "silence";
  if (!look.starting || (verdict.is !== "idle" && !bySilence)) return false;
  const { ready } = look.backend;
  return ready === null ? bySilence : last(look.rows, [ready], 0) === null;
}

function busyHit(look: Look, from: number): Hit | null {
  const footer = look.backend.footerUi ? fromBottom(look.rows, FOOTER_ROWS) : 0;
  return last(look.rows, look.backend.screen.busy, Math.max(from, footer));
}
