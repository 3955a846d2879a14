// Words that stay words: some programs take a text that begins with "!" for a shell command, and open a list at an
// "@name" that it ends in, where Enter chooses from the list. A blank at that end changes no word.

/** The text as it is typed. */
export function literal(text: string): string {
  const before = text.startsWith("!") ? " " : "";
  const after = /(?:^|\s)@\S+$/.test(text) ? " " : "";
  return `${before}${text}${after}`;
}
