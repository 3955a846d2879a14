// Whether two tasks may touch the same files, by the globs they declare. Rather yes than no: what only looks
// alike waits, and nothing is lost by that.

/** Any of these may name what any of those names. */
export function overlaps(these: readonly string[], those: readonly string[]): boolean {
  return these.some((a) => those.some((b) => mayMeet(a, b)));
}

function mayMeet(a: string, b: string): boolean {
  const [left, right] = [stemOf(a), stemOf(b)];
  if (!left.wild && !right.wild)
    return isWithin(left.text, right.text) || isWithin(right.text, left.text);
  if (!right.wild) return matches(a, right.text) || isWithin(left.text, right.text);
  if (!left.wild) return matches(b, left.text) || isWithin(right.text, left.text);
  return left.text.startsWith(right.text) || right.text.startsWith(left.text);
}

type Stem = { readonly text: string; readonly wild: boolean };

/** What stands before the first wildcard. */
function stemOf(glob: string): Stem {
  const plain = glob.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
  const at = plain.search(/[*?[{]/);
  return at < 0 ? { text: plain, wild: false } : { text: plain.slice(0, at), wild: true };
}

/** `inner` is that path, or lies below it. */
function isWithin(inner: string, outer: string): boolean {
  return inner === outer || outer === "" || inner.startsWith(`${outer}/`);
}

/** Brackets and braces count as anything. */
function matches(glob: string, path: string): boolean {
  const body = glob
    .replace(/^(?:\.?\/)+/, "")
    .replaceAll(/\[[^\]]*\]|\{[^}]*\}/g, "*")
    .replaceAll(/[.+^$()|\\]/g, String.raw`\$&`)
    .replaceAll(/\*\*\/?/g, "\0")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
    .replaceAll("\0", ".*");
  return new RegExp(`^${body}(?:/.*)?$`).test(path);
}
