// What a pane shows, and why we think so: one look in, one Verdict with its evidence out. It knows nothing of Life and
// acts on nothing. The order is dead > limited > asking > busy > failed > waiting > idle; within it the CLI's own word
// outranks the title, the title the screen, and silence is asked last. Any bytes may stand on a screen; nothing throws.

import { fromBottom, hitsIn, quote, rowEnd, rowStart, rowsOf } from "./rows.ts";
import { hasStirred, isStill } from "./hour.ts";
import { resetAt } from "./limit.ts";
import { waitingUntil } from "./waiting.ts";
import type { Hit, Rows } from "./rows.ts";
import type { Backend, Cause, Millis, Rule } from "../config/config.ts";
import type {
  AgentMemory,
  Evidence,
  Instant,
  Judgement,
  Pane,
  SignalSeen,
  Verdict,
} from "./types.ts";

/** Rows at the bottom in which a banner or an error can be news. */
const TAIL_ROWS = 20;
/** Rows at the bottom that a footer may take, as the reference counts them. */
const FOOTER_ROWS = 10;
/** Rows at the bottom in which a WAITING-UNTIL counts. */
const MARKER_ROWS = 40;
/** The tallest question that is quoted. */
const DIALOG_ROWS = 30;
/** Rows over which a banner may wrap. */
const BANNER_ROWS = 4;
/** A CLI that retries by itself sooner than this is at work, not limited. */
const SHORT_RETRY: Millis = 10 * 60_000;

const SHELLS = new Set("sh bash zsh fish dash ash ksh csh tcsh nu pwsh".split(" "));
/** From the vaguest to the plainest: of two that the same line names, the plainer one counts. */
const CAUSES: readonly Cause[] = ["fatal", "overloaded", "context", "model", "credit", "auth"];

export type Setting = {
  readonly backend: Backend;
  /** process_name of the other declared backends. */
  readonly others: readonly string[];
  readonly at: Instant;
  /** The host's zone, for times that name none. */
  readonly zone: string;
  readonly banner: AgentMemory["banner"];
  /** process_name was in the foreground at some time of this incarnation. */
  readonly processSeen: boolean;
  readonly stallGraceMs: Millis;
  /** Launched, and not yet seen to take input. */
  readonly starting: boolean;
};

/** A look taken apart: where the live tail begins, where the input line is, what title and signal say. */
type Look = Setting & {
  readonly pane: Pane;
  readonly rows: Rows;
  /** Just below the last prompt; 0 when none is seen. */
  readonly prompt: number;
  readonly input: Hit | null;
  readonly title: { readonly says: Says; readonly evidence: Evidence } | null;
};
type Says = "busy" | "idle" | "asking";

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
    { ...pane, dead: null, signal: null, title: "" },
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

function lookAt(pane: Pane, setting: Setting): Look {
  const { backend } = setting;
  const rows = rowsOf(pane.screen?.text ?? "");
  const input = last(rows, backend.input === null ? [] : [backend.input], 0);
  const prompts = hitsIn(rows, backend.screen.prompt === null ? [] : [backend.screen.prompt], 0);
  // What stands in the input line was not sent, and hides no banner.
  const sent = prompts.findLast((hit) => input === null || !overlaps(rows, hit, input));
  const prompt = sent === undefined ? 0 : rowEnd(rows, sent.end);
  return { ...setting, pane, rows, input, prompt, title: titleOf(pane, backend) };
}

function titleOf(pane: Pane, backend: Backend): Look["title"] {
  const rows = rowsOf(pane.title);
  for (const says of ["busy", "asking", "idle"] as const) {
    const hit = last(rows, backend.title[says], 0);
    if (hit !== null) return { says, evidence: seen("title", hit.rule.re, quote(rows.text)) };
  }
  return null;
}

function limited(look: Look): Judgement | null {
  const { rows, backend, pane } = look;
  const hit = last(rows, backend.screen.limited, tailOf(look, TAIL_ROWS));
  if (hit === null || pane.signal?.says === "busy") return null;
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

/** The banner's rows, and those it may wrap onto, up to the next blank one or the input line: what is typed is no part of it. */
function bannerFrom({ rows, input }: Look, hit: Hit): string {
  const end = rowEnd(rows, hit.end);
  const below = input !== null && input.start > end ? rowStart(rows, input.start) : undefined;
  const wrapped = rows.text
    .slice(end + 1, below)
    .split("\n")
    .slice(0, BANNER_ROWS - 1);
  const blank = wrapped.findIndex((row) => row.trim() === "");
  const more = blank === -1 ? wrapped : wrapped.slice(0, blank);
  return [rows.text.slice(rowStart(rows, hit.start), end), ...more].join("\n");
}

function asking(look: Look): Judgement | null {
  const { pane, backend, title } = look;
  if (pane.signal?.says === "busy") return null;
  const hit = last(look.rows, backend.screen.asking, 0);
  // Nothing may be typed into a dialog, so one that took the input line's place outranks a title, and a signal's "idle".
  // Where no input line is known, its words may be anybody's: there the better sources are believed.
  const told = pane.signal?.says ?? title?.says ?? "asking";
  const dialog =
    hit === null || isDrawnBelow(look.input, hit) || (backend.input === null && told !== "asking")
      ? null
      : hit;
  if (pane.signal?.says === "asking") return question(look, dialog, signalEvidence(pane.signal));
  if (pane.signal === null && title?.says === "asking")
    return question(look, dialog, title.evidence);
  return dialog === null ? null : question(look, dialog, hitEvidence(look.rows, dialog));
}

function question(look: Look, dialog: Hit | null, evidence: Evidence): Judgement {
  const { rows, pane } = look;
  const [first] =
    dialog === null ? [] : hitsIn(rows, look.backend.screen.asking, fromBottom(rows, DIALOG_ROWS));
  const top = first ?? dialog;
  if (top === null) {
    const what = pane.signal?.text ?? pane.signal?.value ?? pane.title;
    const text = quote(rows.text.slice(fromBottom(rows, FOOTER_ROWS)));
    return judged({ is: "asking", what: quote(what), text }, evidence);
  }
  const what = hitEvidence(rows, top).line;
  const above = rows.text.slice(fromBottom(rows, DIALOG_ROWS), top.start);
  const border = [...above.matchAll(/^.*[─━═▔▁]{10,}.*$/gm)].at(-1);
  const start =
    border === undefined ? rowStart(rows, top.start) : top.start - above.length + border.index;
  return judged({ is: "asking", what, text: quote(rows.text.slice(start)) }, evidence);
}

function busy(look: Look): Judgement | null {
  const { signal } = look.pane;
  if (signal !== null)
    return signal.says === "busy" ? judged({ is: "busy" }, signalEvidence(signal)) : null;
  if (look.title !== null)
    return look.title.says === "busy" ? judged({ is: "busy" }, look.title.evidence) : null;
  const hit = busyHit(look, 0);
  return hit === null ? null : judged({ is: "busy" }, hitEvidence(look.rows, hit));
}

/** Something was written lately, and nothing says that this is only a clock in an idle footer. */
function stirring(look: Look): Judgement | null {
  if (!hasStirred(look.pane, look) || knownIdle(look).length > 0) return null;
  return judged({ is: "busy" }, seen("silence", "output", ""));
}

function failed(look: Look): Judgement | null {
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
  const { pane, title, rows, backend } = look;
  const hit = last(rows, backend.screen.idle, backend.footerUi ? fromBottom(rows, FOOTER_ROWS) : 0);
  return [
    ...(pane.signal?.says === "idle" ? [signalEvidence(pane.signal)] : []),
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

function tailOf(look: Look, rows: number): number {
  return Math.max(look.prompt, fromBottom(look.rows, rows));
}

/** The input line, or its lower end, is drawn below this. */
function isDrawnBelow(input: Hit | null, hit: Hit): boolean {
  return input !== null && input.end > hit.end;
}

function overlaps(rows: Rows, hit: Hit, input: Hit): boolean {
  return hit.start >= rowStart(rows, input.start) && hit.start <= input.end;
}

function last(rows: Rows, rules: readonly Rule[], from: number): Hit | null {
  return hitsIn(rows, rules, from).at(-1) ?? null;
}

function hitEvidence(rows: Rows, hit: Hit): Evidence {
  const line = quote(rows.text.slice(rowStart(rows, hit.start), rowEnd(rows, hit.end)));
  return seen("screen", hit.rule.re, line);
}

function signalEvidence(signal: SignalSeen): Evidence {
  return seen("signal", signal.says, quote(signal.text ?? signal.value));
}

function seen(from: Evidence["from"], rule: string, line: string): Evidence {
  return { from, rule, line };
}

function judged(verdict: Verdict, evidence: Evidence): Judgement {
  return { verdict, evidence: [evidence] };
}
