// The verdict in a report that somebody wrote in words of their own: a line such as "VERDICT: approve", however
// it is set in type. What says nothing, or two things, is no verdict: it never becomes an approval.

import type { Report } from "./types.ts";

const LINE = /^[\s>#*_`~-]*(?:review[\s_-]*)?verdict[\s*_`]*[:=][\s*_`"']*([a-z][a-z _-]*)/gim;
const WORDS: Readonly<Record<string, Report>> = {
  approve: "approve",
  approved: "approve",
  pass: "approve",
  changes: "changes",
  "request changes": "changes",
  "changes requested": "changes",
  fail: "changes",
  stuck: "stuck",
};

/** Null: there is none. */
export function verdictIn(text: string): Report | null {
  const said = [...unfenced(text).matchAll(LINE)].map(([, word = ""]) => wordOf(word));
  const [first = null] = said;
  return said.every((one) => one === first) ? first : null;
}

function wordOf(word: string): Report | null {
  const plain = word.toLowerCase().replaceAll(/[_-]/g, " ").trim();
  return Object.hasOwn(WORDS, plain) ? (WORDS[plain] ?? null) : null;
}

/** What is quoted in a fence is an example, or somebody else's. */
function unfenced(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1.*$/gm, "");
}
