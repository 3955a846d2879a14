// A screen with what was known of its pane, as text to keep or to send with a bug report: without secrets, bounded,
// and enough to judge it again. Pure.

import type { SignalSeen } from "../core/signals.ts";
import type { Evidence, Instant, Verdict } from "../core/types.ts";
import { redact } from "./redact.ts";

/** A screen of 200 columns and 50 rows is a tenth of it. */
const TEXT_CHARS = 100_000;
const TITLE_CHARS = 500;

export type Recording = {
  readonly at: Instant;
  readonly backend: string;
  /** What the program says of its version; "" where nobody asked. */
  readonly version: string;
  readonly title: string;
  readonly command: string;
  readonly dead: { readonly code: number | null; readonly signal: string | null } | null;
  /** Names, of the whole incarnation; empty where nobody looked. */
  readonly processes: readonly string[];
  /** What the program itself said. */
  readonly signals: readonly SignalSeen[];
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  readonly text: string;
};

export type Private = {
  /** Exact values that nobody else may read. */
  readonly secrets: readonly string[];
  /** Told as "~": it often is a person's name. */
  readonly home: string;
};

export function recordingText(recording: Recording, { secrets, home }: Private): string {
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === "string"
      ? redact(home.length > 1 ? value.replaceAll(home, "~") : value, secrets)
      : value;
  const { at, title, text, ...rest } = recording;
  const document = {
    schema: "agents.screen/1",
    at: new Date(at).toISOString(),
    ...rest,
    title: title.slice(0, TITLE_CHARS),
    // What matters stands at the bottom.
    rows: text.slice(-TEXT_CHARS).split("\n"),
  };
  return `${JSON.stringify(document, clean, 2)}\n`;
}
