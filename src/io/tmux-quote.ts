// Makes any text one inert argument of a tmux command line, a tmux format or a shell. Pure.
// Every dynamic string that goes to tmux passes through here; nothing is quoted anywhere else.

/** One argument for tmux's own command parser. A line feed would end the line, so it is written as an escape. */
export const quote = (text: string): string => {
  if (text.includes("\0")) throw new Error("bug: a NUL cannot be part of a tmux argument");
  return text
    .split("\n")
    .map((line) => `'${line.replaceAll("'", String.raw`'\''`)}'`)
    .join(String.raw`"\n"`);
};

/** A command: its head is tmux syntax of ours, literally; every word behind it is quoted. */
export const command = (head: string, ...words: readonly string[]): string =>
  [head, ...words.map(quote)].join(" ");

/** Several commands that the server runs in one turn; the first that fails ends the list. */
export const list = (...commands: readonly string[]): string => commands.join(" ; ");

/**
 * Text for an argument that tmux expands as a format: names, directories, file paths.
 * `##[` would stay as it is (styles), so that bracket is written as a literal of its own.
 */
export const inFormat = (text: string): string =>
  text.replaceAll(/#\[|#/g, (found) => (found === "#" ? "##" : "###{l:[}"));

/** Text for the one argument that also goes through strftime: the command of pipe-pane. */
export const inTimedFormat = (text: string): string => inFormat(text).replaceAll("%", "%%");

/** One word for sh. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
