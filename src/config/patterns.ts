// Patterns as the user writes them. The reference's keys hold Python's dialect, new keys JavaScript's;
// the harmless differences are translated, the rest is told in a sentence.

/** Longer than any pattern written by hand. */
const MAX_PATTERN = 4000;

export type Pattern = { readonly re: string; readonly flags: string };
export type Read = ({ readonly ok: true } & Pattern) | { readonly ok: false; readonly why: string };

/** A pattern of a new key: JavaScript's dialect, `^` and `$` at every line. */
export function readPattern(source: string): Read {
  return compiled(source, "m");
}

/** A pattern of one of the reference's keys: Python's dialect, and case does not matter. */
export function readPythonPattern(source: string): Read {
  const inline = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const letters = inline?.[1] ?? "";
  const strange = /[^aimsu]/.exec(letters)?.[0];
  if (strange !== undefined) {
    return { ok: false, why: `the flag (?${strange}) has no counterpart here` };
  }
  const body = source.slice(inline?.[0].length ?? 0);
  return compiled(translated(body), letters.includes("s") ? "ims" : "im");
}

function compiled(re: string, flags: string): Read {
  if (re.length > MAX_PATTERN)
    return { ok: false, why: `it is longer than ${MAX_PATTERN} characters` };
  try {
    // Compiled only to learn whether it can be.
    RegExp(re, flags);
    return { ok: true, re, flags };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { ok: false, why: words.replace(/^Invalid regular expression: /, "") };
  }
}

/** Spellings outside a character class that mean the same under another name. Tried in this order. */
const SPELLINGS: readonly (readonly [RegExp, (part: RegExpExecArray) => string])[] = [
  [/^\\A/, () => String.raw`(?<![\s\S])`],
  [/^\\Z/, () => String.raw`(?![\s\S])`],
  [/^\\a/, () => String.raw`\x07`],
  [
    /^\\U([0-9A-Fa-f]{8})/,
    (part) => String.fromCodePoint(Math.min(parseInt(part[1] ?? "0", 16), 0x10ffff)),
  ],
  [/^\\[\s\S]/, (part) => part[0]],
  [/^\(\?P</, () => "(?<"],
  [/^\(\?P=(\w+)\)/, (part) => String.raw`\k<${part[1] ?? ""}>`],
  [/^\(\?#[^)]*\)/, () => ""],
  // Everything is case-insensitive already, so a group that asks for it asks for nothing.
  [/^\(\?[iau]+:/, () => "(?:"],
  [/^\{,(\d+)\}/, (part) => `{0,${part[1] ?? ""}}`],
];

function translated(source: string): string {
  let out = "";
  let rest = source;
  while (rest !== "") {
    // In Python a bracket right after the opening one is a literal; in JavaScript it would close the class.
    const opening = /^\[\^?\]?/.exec(rest)?.[0];
    if (opening !== undefined) {
      const inside = /^(?:\\[\s\S]|[^\]\\])*\]?/.exec(rest.slice(opening.length))?.[0] ?? "";
      out += opening.replace("]", String.raw`\]`) + inside;
      rest = rest.slice(opening.length + inside.length);
      continue;
    }
    const [taken, put] = spelled(rest);
    out += put;
    rest = rest.slice(taken);
  }
  return out;
}

function spelled(rest: string): readonly [number, string] {
  for (const [spelling, put] of SPELLINGS) {
    const part = spelling.exec(rest);
    if (part !== null) return [part[0].length, put(part)];
  }
  return [1, rest.slice(0, 1)];
}
