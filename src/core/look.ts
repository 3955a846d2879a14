// A look at a pane taken apart: where its live tail begins, where its input line is, what its title and its own
// sources say. It finds and quotes; what that means is judged elsewhere.

import { fromBottom, hitsIn, quote, rowEnd, rowStart, rowsOf } from "./rows.ts";
import type { Hit, Rows } from "./rows.ts";
import type { Backend, Millis, Rule, Says } from "../config/config.ts";
import type { SignalSeen } from "./signals.ts";
import type { AgentMemory, Evidence, Instant, Judgement, Pane, Verdict } from "./types.ts";

/** Rows over which a banner may wrap. */
const BANNER_ROWS = 4;
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
export type Look = Setting & {
  readonly pane: Pane;
  readonly rows: Rows;
  /** Just below the last prompt; 0 when none is seen. */
  readonly prompt: number;
  readonly input: Hit | null;
  readonly title: { readonly says: "busy" | "idle" | "asking"; readonly evidence: Evidence } | null;
  /** The best source that says something and that the title does not outrank. */
  readonly signal: Told | null;
  /** Every source that says something. */
  readonly told: readonly Told[];
};
export type Told = SignalSeen & { readonly says: Says };

export function lookAt(pane: Pane, setting: Setting): Look {
  const { backend } = setting;
  const rows = rowsOf(pane.screen?.text ?? "");
  const input = last(rows, backend.input === null ? [] : [backend.input], 0);
  const prompts = hitsIn(rows, backend.screen.prompt === null ? [] : [backend.screen.prompt], 0);
  // What stands in the input line was not sent, and hides no banner.
  const sent = prompts.findLast((hit) => input === null || !overlaps(rows, hit, input));
  const prompt = sent === undefined ? 0 : rowEnd(rows, sent.end);
  const title = titleOf(pane, backend);
  const sources = pane.signals?.sources ?? [];
  const place = title === null ? -1 : sources.findIndex(({ from }) => from === "title");
  const [signal = null] = sources.slice(0, place < 0 ? undefined : place).filter(isTold);
  return { ...setting, pane, rows, input, prompt, title, signal, told: sources.filter(isTold) };
}

function isTold(source: SignalSeen): source is Told {
  return source.is === "fresh" && source.says !== null;
}

function titleOf(pane: Pane, backend: Backend): Look["title"] {
  const rows = rowsOf(pane.title);
  for (const says of ["busy", "asking", "idle"] as const) {
    const hit = last(rows, backend.title[says], 0);
    if (hit !== null) return { says, evidence: seen("title", hit.rule.re, quote(rows.text)) };
  }
  return null;
}

/** The banner's rows, and those it may wrap onto, up to the next blank one or the input line: what is typed is no part of it. */
export function bannerFrom({ rows, input }: Look, hit: Hit): string {
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

export function tailOf(look: Look, rows: number): number {
  return Math.max(look.prompt, fromBottom(look.rows, rows));
}

/** The input line, or its lower end, is drawn below this. */
export function isDrawnBelow(input: Hit | null, hit: Hit): boolean {
  return input !== null && input.end > hit.end;
}

function overlaps(rows: Rows, hit: Hit, input: Hit): boolean {
  return hit.start >= rowStart(rows, input.start) && hit.start <= input.end;
}

export function last(rows: Rows, rules: readonly Rule[], from: number): Hit | null {
  return hitsIn(rows, rules, from).at(-1) ?? null;
}

export function hitEvidence(rows: Rows, hit: Hit): Evidence {
  const line = quote(rows.text.slice(rowStart(rows, hit.start), rowEnd(rows, hit.end)));
  return seen("screen", hit.rule.re, line);
}

export function signalEvidence({ from, says, text, value }: Told): Evidence {
  return seen("signal", `${from} ${says}`, quote(text ?? value));
}

export function seen(from: Evidence["from"], rule: string, line: string): Evidence {
  return { from, rule, line };
}

export function judged(verdict: Verdict, evidence: Evidence): Judgement {
  return { verdict, evidence: [evidence] };
}
