// What a terminal sends, as keys. A sequence may come in pieces: what is no key yet is handed back, to be put
// before the next piece. Pure text in, keys out; it gives them no meaning.

export type Named =
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "page up"
  | "page down"
  | "enter"
  | "escape"
  | "backspace"
  | "tab"
  | "ctrl-c"
  | "ctrl-l"
  | "ctrl-u"
  | "ctrl-w"
  | "ctrl-z";

/** `text` is one character, or all that was pasted. */
export type Key =
  | { readonly is: Named }
  | { readonly is: "text"; readonly text: string; readonly pasted: boolean };

export type Typed = { readonly keys: readonly Key[]; readonly rest: string };

/** A paste without an end must not be waited for beyond this. */
const LONGEST_REST = 64 * 1024;

export function keysIn(input: string): Typed {
  const keys: Key[] = [];
  let text = input;
  while (text !== "") {
    const [length, key] = first(text);
    if (length === 0) break;
    if (key !== null) keys.push(key);
    text = text.slice(length);
  }
  return { keys, rest: text.length > LONGEST_REST ? "" : text };
}

/** What was handed back and nothing followed: the Escape key, or the beginning of nothing. */
export function keysAtLast(rest: string): readonly Key[] {
  return rest === ESCAPE ? [{ is: "escape" }] : [];
}

/** How much it takes, 0 while its end is still to come; null: nothing that anybody asked for. */
function first(text: string): readonly [number, Key | null] {
  if (!text.startsWith(ESCAPE)) return plainKey(text);
  const paste = PASTE.exec(text);
  if (paste !== null) {
    return [paste[0].length, { is: "text", text: paste[1] ?? "", pasted: true }];
  }
  if (UNFINISHED.test(text)) return [0, null];
  const sequence = SEQUENCE.exec(text);
  if (sequence !== null) {
    const [whole, number = "", final = ""] = sequence;
    return [whole.length, named(SEQUENCES[final === "~" ? number : final])];
  }
  const other = OTHER.exec(text);
  if (other !== null) return [other[0].length, null];
  const alt = ALT.exec(text);
  return alt === null ? [1, { is: "escape" }] : [alt[0].length, named(ALTS[alt[1] ?? ""])];
}

function plainKey(text: string): readonly [number, Key | null] {
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const key = named(CONTROLS[character]);
  const control = character < " " || (character >= "\u007F" && character < "\u00A0");
  if (key !== null || control) return [character.length, key];
  return [character.length, { is: "text", text: character, pasted: false }];
}

function named(name: Named | undefined): Key | null {
  return name === undefined ? null : { is: name };
}

const ESCAPE = "\u001B";
const PASTE = /^\u001B\[200~([^]*?)\u001B\[201~/;
const UNFINISHED = /^\u001B(?:$|O$|\[[0-?]*[ -/]*$|\[200~)/;
/** With Shift, Alt or Ctrl they mean the same. */
const SEQUENCE = /^\u001B[[O](\d*)[\d;]*([A-Za-z~])/;
/** What a terminal answers or reports, such as a click. */
const OTHER = /^\u001B\[[0-?]*[ -/]*[@-~]/;
/** A key with Alt: its Escape is none, or half a message would be lost with it. */
const ALT = /^\u001B([^\u001B])/u;
const ALTS: Readonly<Record<string, Named>> = { "\u007F": "ctrl-w", "\b": "ctrl-w" };
const SEQUENCES: Readonly<Record<string, Named>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  M: "enter",
  "1": "home",
  "4": "end",
  "5": "page up",
  "6": "page down",
  "7": "home",
  "8": "end",
};
const CONTROLS: Readonly<Record<string, Named>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\b": "backspace",
  "\u007F": "backspace",
  "\u0003": "ctrl-c",
  "\u000C": "ctrl-l",
  "\u0015": "ctrl-u",
  "\u0017": "ctrl-w",
  "\u001A": "ctrl-z",
};
