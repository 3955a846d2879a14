// Which texts a pattern could take long on. What repeats nothing ends soon on any text; what repeats something only
// behind plain words ends soon on a text without these words, and most patterns that people write begin with some.

import type { Rule } from "../config/config.ts";

/** A text on which this says false is matched soon. */
export type Doubt = (text: string) => boolean;

/** Fewer letters stand in any text. */
const LETTERS_MIN = 2;
const LEAD = /^(?:\^|\\b)*((?:[^\\^$.*+?()[\]{}|]|\\[^\w\s])*)/u;

/** Null: no text is doubtful. */
export function doubtOf({ re, flags }: Rule): Doubt | null {
  const leads = alternativesOf(re)
    .filter(repeats)
    .map((one) => leadOf(one));
  if (leads.length === 0) return null;
  if (leads.includes(null)) return () => true;
  // As letters of any case are compared there, so they are here.
  const words = new RegExp(leads.join("|"), flags.replaceAll(/[gy]/g, ""));
  return (text) => words.test(text);
}

/** What stands between the bars that no bracket encloses. */
function alternativesOf(re: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  let inClass = false;
  for (const [token] of re.matchAll(/\\?./gsu)) {
    if (inClass) inClass = token !== "]";
    else if (token === "[") inClass = true;
    else if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    if (token === "|" && depth === 0 && !inClass) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts;
}

function repeats(re: string): boolean {
  return /[*+?{]/.test(re.replaceAll(/\\.|\(\?(?:[:=!]|<[=!]|<\w+>)/g, ""));
}

/** The plain letters with which it must begin, as a pattern; null where there are too few. */
function leadOf(alternative: string): string | null {
  const [begun = "", letters = ""] = LEAD.exec(alternative) ?? [];
  // The last one may be missing where it is what repeats.
  const isLoose = /^[*+?{]/.test(alternative.slice(begun.length));
  const sure = isLoose ? letters.replace(/\\?.$/su, "") : letters;
  return sure.replaceAll("\\", "").length >= LETTERS_MIN ? sure : null;
}
