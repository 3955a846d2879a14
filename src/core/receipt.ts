// What shows that a text was taken, best proof first: the program's own record of it, then that it went to work, then
// its screen. Only what came after the text was sent is proof.

import type { Millis } from "../config/config.ts";
import { typedText } from "./judge.ts";
import { plainly } from "./literal.ts";
import { isLeft } from "./obstacle.ts";
import type { PromptSeen } from "./signals.ts";
import { isAlive, type Case } from "./step.ts";
import type { Say } from "./types.ts";

/** Records are dated in whole seconds, and by another clock than ours. */
const DATED_MS: Millis = 2_000;
/** A record longer than this may have been cut. */
const WHOLE_CHARS = 60_000;

/** Null while nothing shows it. */
export function proofOf(c: Case, say: Say): string | null {
  const told = toldBy(c, say);
  if (told !== null) return told;
  // An earlier message may have set it to work: this one was not taken while it stands in the box.
  if (isLeft(c, say)) return null;
  if (c.memory.verdict.is === "busy") return `it went to work${sourceOf(c)}`;
  if (!isAlive(c.pane) || c.pane.screen === null) return null;
  if (c.member.backend.input === null) {
    return c.pane.screen.hash === say.before ? null : "its screen moved on";
  }
  if (say.before === null) return null;
  const line = typedText(c.member.backend, c.pane);
  return line === "" && c.pane.screen.hash !== say.before ? "its input line is empty again" : null;
}

function toldBy({ pane }: Case, say: Say): string | null {
  const prompts = isAlive(pane) ? (pane.signals?.prompts ?? []) : [];
  const since = prompts.filter(({ at }) => at >= say.at - DATED_MS);
  const exact = since.find((prompt) => isSame(prompt, say));
  if (exact !== undefined) return `its ${SOURCES[exact.from]} has the same words`;
  const within = since.find(({ text }) => plainly(text).includes(plainly(say.text)));
  return within === undefined ? null : `its ${SOURCES[within.from]} has them among other words`;
}

const SOURCES: Readonly<Record<PromptSeen["from"], string>> = {
  hook_file: "hook",
  jsonl_tail: "log",
  json_file: "status file",
  http_json: "port",
  http_events: "port",
  osc: "terminal code",
  title: "title",
};

/** Programs put letters with accents into one form, and take blanks off the ends. */
function isSame({ text }: PromptSeen, say: Say): boolean {
  const given = plainly(text);
  const own = plainly(say.text);
  return given === own || (text.length >= WHOLE_CHARS && own.startsWith(given));
}

function sourceOf({ judgement }: Case): string {
  const [first] = judgement.evidence;
  switch (first?.from) {
    case "signal":
      return `, says its ${first.rule.split(" ")[0] ?? "signal"}`;
    case "title":
      return ", says its title";
    default:
      return "";
  }
}
