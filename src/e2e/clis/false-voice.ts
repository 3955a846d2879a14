// What every wire of the false API shares: an answer told step by step, a refusal, and numbers for both. No wire is
// named here.

import type { Step, Trouble } from "./false-talk.ts";

export type Voice = {
  begin(): string;
  step(step: Extract<Step, { is: "think" | "text" | "call" }>): string;
  /** Keeps a silent connection alive. */
  ping(): string;
  end(): string;
};

export type No = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
};

/** `reset`: seconds since 1970 at which the limit ends; `left`: seconds until then. */
export type Reset = { readonly reset: number; readonly left: number };

/** How a wire answers and refuses. */
export type Speech = {
  voice(model: string): Voice;
  /** The same answer in one piece: only requests beside the conversation ask for that. */
  inOnePiece(model: string, text: string): object;
  no(trouble: Trouble, at: Reset): No;
};

let serial = 0;
export const fresh = (prefix: string): string => `${prefix}_${(serial += 1)}`;
/** Tokens that every request is said to have cost. */
export const SPENT = 1000;

export const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
export const datum = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`;
