// Changes one thing in the text of a TOML file and leaves every other character alone: comments, order and
// layout are the user's. What comes out is parsed again, and refused unless it means exactly what was asked: that
// is worked out in toml-intent.ts, which shares no step with this file, so that no mistake can hide in both.

import { parse } from "smol-toml";
import { intended, isSame } from "./toml-intent.ts";
import { scan, type Scanned, type Section, type Span } from "./toml-scan.ts";
import { inline, isTable, name, type Table, tomlText, type Value } from "./toml-text.ts";
import { tomlValue } from "./toml-value.ts";
import type { Path } from "./where.ts";

export type Edit =
  /** Also where nothing stood before. */
  | { readonly is: "set"; readonly path: Path; readonly value: Value }
  /** A key goes with the comment behind it. */
  | { readonly is: "unset"; readonly path: Path }
  /** A new `[[kind]]` behind the last of its kind. */
  | { readonly is: "add"; readonly kind: string; readonly table: Table }
  /** The `[[kind]]` at that index, with the comment right above it. */
  | { readonly is: "remove"; readonly kind: string; readonly index: number };

export type Edited =
  | { readonly ok: true; readonly text: string }
  /** `text`: what the edit would have made of the file. */
  | { readonly ok: false; readonly refused: string; readonly text: string };

/** `text` must be TOML. */
export function edited(text: string, edit: Edit): Edited {
  const made = writtenInto(text, edit);
  const wanted = intended(parse(text), edit);
  const found = parsed(made);
  if (found !== null && isSame(found, wanted)) return { ok: true, text: made };
  const refused = "the file is laid out so that this cannot be changed without touching more";
  return { ok: false, refused, text: made };
}

function writtenInto(text: string, edit: Edit): string {
  const scanned = scan(text);
  switch (edit.is) {
    case "set":
      return set(text, scanned, edit);
    case "unset":
      return unset(text, scanned, edit.path);
    case "add": {
      const block = tomlText({ [edit.kind]: [edit.table] });
      const last = scanned.sections.findLast(({ path }) => path[0] === edit.kind);
      const at = last === undefined ? text.length : lineEnd(text, last.to);
      const before = text.slice(0, at).replace(/\n*$/, "\n\n");
      const after = text.slice(at).replace(/^\n*/, "");
      return `${before.trimStart() === "" ? "" : before}${block}${after === "" ? "" : `\n${after}`}`;
    }
    case "remove":
      return removed(text, scanned, edit);
  }
}

function set(
  text: string,
  scanned: Scanned,
  { path, value }: Extract<Edit, { readonly is: "set" }>,
): string {
  for (let length = path.length; length > 0; length--) {
    const entry = scanned.entries.get(JSON.stringify(path.slice(0, length)));
    if (entry === undefined) continue;
    const old = valueAt(text, entry.value);
    return spliced(text, entry.value, inline(within(old, path.slice(length), value)));
  }
  const section = sectionOf(scanned, path);
  const key = path.slice(section.path.length).map((step) => name(String(step)));
  const line = `${key.join(".")} = ${inline(value)}`;
  if (section.path.length === 0 && path.length > 1 && typeof path[0] === "string")
    return `${text.trimEnd()}\n\n[${name(path[0])}]\n${key.slice(1).join(".")} = ${inline(value)}\n`;
  if (section.to === 0) return `${line}\n${text}`;
  const at = lineEnd(text, section.to);
  return `${text.slice(0, at)}\n${line}${text.slice(at)}`;
}

function unset(text: string, scanned: Scanned, path: Path): string {
  // The outermost first: what stands within braces goes with a comma, which writing them anew takes care of.
  for (let length = 1; length <= path.length; length++) {
    const entry = scanned.entries.get(JSON.stringify(path.slice(0, length)));
    if (entry === undefined) continue;
    if (length === path.length) {
      const from = lineStart(text, entry.whole.from);
      return text.slice(0, from) + text.slice(lineEnd(text, entry.whole.to)).replace(/^\n/, "");
    }
    const old = valueAt(text, entry.value);
    return spliced(text, entry.value, inline(without(old, path.slice(length))));
  }
  return text;
}

function without(old: Value, path: Path): Value {
  const [step, ...rest] = path;
  if (step === undefined || !isTable(old)) return old;
  if (rest.length === 0)
    return Object.fromEntries(Object.entries(old).filter(([key]) => key !== step));
  const inner = old[step];
  return inner === undefined ? old : { ...old, [step]: without(inner, rest) };
}

/** The section that stands nearest around the path; the top of the file stands around everything. */
function sectionOf(scanned: Scanned, path: Path): Section {
  const around = scanned.sections.filter(({ path: own }) =>
    own.every((step, at) => path[at] === step),
  );
  return around.reduce((best, one) => (one.path.length > best.path.length ? one : best));
}

/** A value laid into an older one, at the end of a path through tables and arrays. */
function within(old: Value, path: Path, value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number" && Array.isArray(old))
    return old.map((item, at) => (at === step ? within(item, rest, value) : item));
  const table = isTable(old) ? old : {};
  return { ...table, [step]: within(table[step] ?? {}, rest, value) };
}

function removed(
  text: string,
  scanned: Scanned,
  { kind, index }: Extract<Edit, { readonly is: "remove" }>,
): string {
  const mine = scanned.sections.filter(({ path }) => path[0] === kind && path[1] === index);
  return mine.toReversed().reduce((rest, section) => {
    const from = commentStart(rest, lineStart(rest, section.from));
    const to = lineEnd(rest, section.to);
    const before = rest.slice(0, from).trimEnd();
    const after = rest.slice(to).replace(/^\s*\n/, "");
    return before === "" ? after : `${before}\n${after === "" ? "" : `\n${after}`}`;
  }, text);
}

/** Comment lines right above belong to what stands below them. */
function commentStart(text: string, start: number): number {
  let at = start;
  while (at > 0) {
    const above = lineStart(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(above, at))) break;
    at = above;
  }
  return at;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** Behind a comment on the same line too. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function valueAt(text: string, { from, to }: Span): Value {
  const written = text.slice(from, to);
  return tomlValue(written) ?? written;
}

function spliced(text: string, { from, to }: Span, with_: string): string {
  return text.slice(0, from) + with_ + text.slice(to);
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
