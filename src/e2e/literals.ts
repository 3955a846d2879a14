// The literal texts in the arguments of certain calls of a source: of each string or template its longest part without
// a hole, blanks made one. For tests that ask whether a text is shown anywhere; reads, and knows no more than quotes.

/** Shorter parts say nothing by which they could be told from others. */
const TELLING = 9;

export function literalsIn(source: string, calls: RegExp): readonly string[] {
  return [...source.matchAll(calls)].flatMap((call) => {
    const before = source.slice(Math.max(0, call.index - 12), call.index);
    if (/(?:function|const)\s*$/.test(before)) return [];
    return stringsFrom(source, call.index + call[0].length - 1);
  });
}

/** From an opening bracket to the one that closes it. */
function stringsFrom(source: string, from: number): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const sign = source[at] ?? "";
    if ("([{".includes(sign)) depth += 1;
    if (")]}".includes(sign)) depth -= 1;
    if (depth === 0) break;
    if (!"\"'`".includes(sign)) continue;
    const text = textFrom(source, at);
    const best = text.parts.toSorted((a, b) => b.length - a.length)[0] ?? "";
    if (best.length >= TELLING) found.push(best);
    at = text.end;
  }
  return found;
}

type Text = { readonly parts: readonly string[]; readonly end: number };

function textFrom(source: string, from: number): Text {
  const quote = source[from] ?? "";
  const parts: string[] = [];
  let part = "";
  let at = from + 1;
  for (; at < source.length && source[at] !== quote; at += 1) {
    if (source[at] === "\\") {
      at += 1;
      part += source[at] === "n" ? " " : (source[at] ?? "");
    } else if (quote === "`" && source.startsWith("${", at)) {
      parts.push(part);
      part = "";
      at = holeEnd(source, at + 1);
    } else part += source[at] ?? "";
  }
  return { parts: [...parts, part].map((one) => one.replaceAll(/\s+/g, " ").trim()), end: at };
}

function holeEnd(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const sign = source[at] ?? "";
    if (sign === "{") depth += 1;
    if (sign === "}") depth -= 1;
    if (depth === 0) return at;
    if ("\"'`".includes(sign)) at = textFrom(source, at).end;
  }
  return source.length;
}
