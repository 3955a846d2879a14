// Words of shell text: splitting them as POSIX sh would, without expanding anything, and quoting one
// so that a shell reads it back unchanged. Runs nothing and knows nothing of agents.

/** Text that means only itself in any place of a shell command, inside quotes or not. */
const INERT = /^[A-Za-z0-9._:/@+-]+$/;

export function isInert(text: string): boolean {
  return INERT.test(text);
}

export function quoted(text: string): string {
  return isInert(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

type Quotes = "none" | "single" | "double";

type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly failure: string };

export function splitWords(text: string): Words {
  const words: string[] = [];
  let word: string | null = null;
  for (const piece of piecesOf(text)) {
    if (piece.is === "gap") {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + piece.text;
    }
  }
  if (word !== null) words.push(word);
  const open = quotesAt(text, text.length);
  if (open !== "none") return { ok: false, failure: `a ${open} quote is never closed` };
  return { ok: true, words };
}

/** In which quotes the character at `index` of a shell text stands. */
export function quotesAt(text: string, index: number): Quotes {
  let quotes: Quotes = "none";
  for (let at = 0; at < index; at += 1) {
    const char = text[at];
    if (char === "\\" && quotes !== "single") at += 1;
    else quotes = quotesAfter(quotes, char);
  }
  return quotes;
}

type Piece = { readonly is: "gap" } | { readonly is: "text"; readonly text: string };

function* piecesOf(text: string): Generator<Piece> {
  let quotes: Quotes = "none";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    const after = quotesAfter(quotes, char);
    if (char === "\\" && quotes !== "single") {
      yield { is: "text", text: unescaped(text[at + 1], quotes) };
      at += 1;
    } else if (after !== quotes) {
      // A pair of quotes with nothing inside is a word too.
      yield { is: "text", text: "" };
      quotes = after;
    } else if (quotes === "none" && /[ \t\n]/.test(char)) {
      yield { is: "gap" };
    } else {
      yield { is: "text", text: char };
    }
  }
}

function quotesAfter(quotes: Quotes, char: string | undefined): Quotes {
  if (char === "'" && quotes !== "double") return quotes === "none" ? "single" : "none";
  if (char === '"' && quotes !== "single") return quotes === "none" ? "double" : "none";
  return quotes;
}

/** Between double quotes a backslash escapes only what is special there; before a newline it joins lines. */
function unescaped(char: string | undefined, quotes: Quotes): string {
  if (char === undefined) return "\\";
  if (char === "\n") return "";
  return quotes === "double" && !'$`"\\'.includes(char) ? `\\${char}` : char;
}
