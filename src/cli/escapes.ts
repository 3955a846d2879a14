// Cuts the bytes that a program writes to its terminal into text, control characters and cursor movements.
// Input may be cut anywhere; nothing incomplete is kept beyond a named size. It gives no meaning to what it
// finds: readable.ts does.

export type Token =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "control"; readonly code: string }
  /** `mark` is "?", ">" and the like, or "". A number that was left out is 0. */
  | {
      readonly is: "csi";
      readonly mark: string;
      readonly numbers: readonly number[];
      readonly final: string;
    }
  | { readonly is: "escape"; readonly final: string };

export type Escapes = { feed(text: string): Token[] };

/** A title or picture that never ends must not swallow the rest of a log. */
const LONGEST_SEQUENCE = 100_000;

export const escapes = (): Escapes => {
  let kept = "";
  return {
    feed: (input) => {
      const text = kept + input;
      const found: Token[] = [];
      let at = 0;
      while (at < text.length) {
        const [length, token] = next(text, at);
        if (length === null) break;
        if (token !== null) found.push(token);
        at += length;
      }
      kept = text.length - at > LONGEST_SEQUENCE ? "" : text.slice(at);
      return found;
    },
  };
};

/** How much the next piece takes, null when its end is still to come; and what it is, null for nothing to see. */
const next = (text: string, at: number): [number | null, Token | null] => {
  const here = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const run = here(TEXT)?.[0];
  if (run !== undefined) return [run.length, { is: "text", text: run }];
  if (here(UNFINISHED) !== null) return [null, null];
  const csi = here(CSI);
  if (csi !== null) return [csi[0].length, movement(csi)];
  const string = here(STRING);
  if (string !== null) return [string[0].length, null];
  const escape = here(ESCAPE);
  if (escape !== null) return [escape[0].length, shortEscape(escape)];
  const broken = here(BROKEN);
  if (broken !== null) return [broken[0].length, null];
  return [1, { is: "control", code: text.charAt(at) }];
};

const movement = ([, mark, digits, between, final]: RegExpExecArray): Token | null =>
  between !== "" || final === undefined
    ? null
    : { is: "csi", mark: mark ?? "", numbers: (digits ?? "").split(/[;:]/).map(Number), final };

/** Those with something between name a character set; they move nothing. */
const shortEscape = ([, between, final]: RegExpExecArray): Token | null =>
  between !== "" || final === undefined ? null : { is: "escape", final };

// A surrogate pair may be cut in two as well: its first half waits for the second.
const TEXT = /(?:[^\u0000-\u001F\u007F-\u009F\uD800-\uDBFF]|[\uD800-\uDBFF](?!$))+/y;
const UNFINISHED =
  /(?:[\uD800-\uDBFF]|\u001B[ -/]*|(?:\u001B\[|\u009B)[0-?]*[ -/]*|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u0018\u001A\u001B\u009C]*\u001B?)$/y;
const CSI = /(?:\u001B\[|\u009B)([<-?]?)([\d;:]*)[<-?]*([ -/]*)([@-~])/y;
const STRING =
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u0018\u001A\u001B\u009C]*(?:[\u0007\u0018\u001A\u009C]|\u001B\\|(?=\u001B))/y;
const ESCAPE = /\u001B(?![[\]PX^_])([ -/]*)([0-~])/y;
const BROKEN = /(?:\u001B\[|\u009B)[0-?]*[ -/]*|\u001B[ -/]*/y;
