// Words that stay words: some programs take a text that begins with a sign of theirs for a command, and open a list at
// an "@name" that it ends in, where Enter chooses from the list. What is put at that end changes no word.

import type { Typed } from "../config/typed.ts";

/** The text as it is typed. */
export function literal(text: string, { signs, before, after }: Typed): string {
  const first = text.charAt(0);
  const begins = first !== "" && signs.includes(first) ? before : "";
  const ends = /(?:^|\s)@\S+$/.test(text) ? after : "";
  return `${begins}${text}${ends}`;
}

/** The same words whatever form their accents, their line ends and the blanks around them have. */
export function plainly(text: string): string {
  return text.normalize("NFC").replaceAll(/\r\n?/g, "\n").replaceAll("\u2060", "").trim();
}
