// Patterns that would hold the watchdog: each is tried on lines made to confuse it, in a box with a time
// limit, before it is ever used. A screen can hold anything, and nothing can interrupt a match later.

import { createContext, Script } from "node:vm";
import type { Rule } from "../config/config.ts";

/** A match that takes longer than this on a line of our own making will take for ever on somebody's screen. */
const LIMIT_MS = 100;
/** The machine may only be busy: what is slow once is asked again with more time. */
const PATIENCE_MS = 800;
/** Long enough for what doubles with every character, and for what grows with its cube. */
const LENGTHS = [40, 1_500];
const ENDINGS = ["\u0001", "!\u0001\n", " x\u0001"];
/** Characters tried besides those that the pattern names. */
const USUAL = ["a", "0", " ", "-", ".", "/", "─", "a ", "a1"];
const PUMPS_MOST = 24;

/** Those that took too long. */
export function slowRules(rules: readonly Rule[]): readonly Rule[] {
  const known = new Map<string, boolean>();
  return rules.filter((rule) => {
    const key = `${rule.flags} ${rule.re}`;
    const slow = known.get(key) ?? (isSlower(rule, LIMIT_MS) && isSlower(rule, PATIENCE_MS));
    known.set(key, slow);
    return slow;
  });
}

function isSlower({ re, flags }: Rule, limitMs: number): boolean {
  const context = createContext({
    re,
    flags: flags.includes("g") ? flags : `${flags}g`,
    lines: linesFor(re),
  });
  const script = new Script(
    "{ const made = new RegExp(re, flags); for (const line of lines) { made.lastIndex = 0; made.exec(line); } }",
  );
  try {
    script.runInContext(context, { timeout: limitMs });
    return false;
  } catch (error) {
    return isTimeout(error);
  }
}

function linesFor(re: string): readonly string[] {
  const literal = re.replaceAll(/\\[a-zA-Z]|[()[\]{}?*+|^$.\\]/g, " ");
  const words = literal
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 4);
  const pumps = [...new Set([...USUAL, ...literal.replaceAll(" ", "").split(""), ...words])].slice(
    0,
    PUMPS_MOST,
  );
  return LENGTHS.flatMap((length) =>
    pumps.flatMap((pump) =>
      ENDINGS.map((ending) => pump.repeat(Math.ceil(length / pump.length)) + ending),
    ),
  );
}

/** Of another realm perhaps, so that its class says nothing. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
