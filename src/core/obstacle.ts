// What keeps a text from being typed into an agent now: a dialog, a person, a hold, a half-typed line, a busy turn. It
// only says so; what follows from it is said elsewhere.

import { typedText } from "./judge.ts";
import { isMenuOpen } from "./menu.ts";
import { accountWaits, isAlive, isTyping, type Case } from "./step.ts";
import type { Say } from "./types.ts";

/** Enough of a text to know it again on a screen. */
const SAMPLE_CHARS = 28;
const PASTED = /^\[Pasted [^\]\n]*\]/i;

/** Why this text may not be typed now; null when it may. */
export function obstacle(c: Case, say: Say): string | null {
  const { verdict, life } = c.memory;
  if (!isAlive(c.pane)) return "it is not running";
  if (c.pane.inMode) return "its pane is in copy mode";
  if (isTyping(c)) return "a person is typing there";
  if (c.memory.paused !== false && say.kind !== "person") return "it is paused";
  if (c.want.is === "hold" && say.kind !== "person") return "its budget is spent";
  if (life.is === "held" && say.kind !== "limit" && say.kind !== "person") return "it is held";
  if (accountWaits(c) && say.kind !== "limit" && say.kind !== "person")
    return "its account waits for a usage limit";
  if (c.member.backend.input !== null && c.pane.screen === null)
    return "its screen could not be read";
  // Under a menu no input line is drawn, and what looks like one was said before.
  const open = isMenuOpen(c.member.backend, c.pane);
  const draft = open ? null : typedText(c.member.backend, c.pane);
  if (draft !== null && draft !== "" && !isInBox(c, say))
    return "a half-typed line stands in its input";
  switch (verdict.is) {
    case "idle":
    case "waiting":
      return null;
    case "limited":
      return say.kind === "limit" || say.kind === "person" ? null : "it waits for a usage limit";
    case "failed":
      return say.kind === "kickoff" ? "its screen shows an error" : null;
    case "busy":
      return whileBusy(c, say);
    default:
      return verdict.is === "asking" ? "a dialog is open" : `it is ${verdict.is}`;
  }
}

/** News can wait for the end of a turn, but not for ever; a wake or a nudge is for the idle only. */
function whileBusy(c: Case, say: Say): string | null {
  if (say.kind === "wake" || say.kind === "nudge" || say.kind === "limit") return "it is busy";
  if (say.kind === "person" || say.kind === "kickoff") return null;
  // A backend without rules is only thought busy because it wrote lately: it may well read while it writes.
  if (c.memory.evidence[0]?.from === "silence") return null;
  return c.at - say.since >= c.world.config.watchdog.stallGraceMs ? null : "it is busy";
}

/** An input line is drawn, and our text in it: not merely somewhere on the screen, where it was said before. */
export function isInBox(c: Case, say: Say): boolean {
  const line = isAlive(c.pane) ? typedText(c.member.backend, c.pane) : null;
  return line !== null && line.includes(sample(say));
}

/** It was submitted and did not leave: our text, or the mark that stands for a paste of several rows. */
export function isLeft(c: Case, say: Say): boolean {
  const line = isAlive(c.pane) ? typedText(c.member.backend, c.pane) : null;
  return isInBox(c, say) || (say.text.includes("\n") && line !== null && PASTED.test(line));
}

/** An input line is to be seen, and nothing of our text in it. */
export function isUndrawn(c: Case, say: Say): boolean {
  const line = isAlive(c.pane) ? typedText(c.member.backend, c.pane) : null;
  return line !== null && !isLeft(c, say);
}

/** Of its first row: an input line may show no more of it. */
export function sample(say: Say): string {
  const [row = ""] = say.text.trimStart().split("\n");
  return row.trimEnd().slice(0, SAMPLE_CHARS);
}
