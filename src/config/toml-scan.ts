// Where things stand in the text of a TOML file: the parser keeps no positions, so this goes over the text a
// second time. It is asked only about files that parsed, and never throws on any other.

import { parse } from "smol-toml";
import type { Path } from "./where.ts";

/** Offsets into the text; `to` is one past the last character. */
export type Span = { readonly from: number; readonly to: number };

/** A header, or the top of the file, with the entries right below it. */
export type Section = { readonly path: Path; readonly from: number; to: number };

export type Scanned = {
  /** By path as JSON: where the name of it stands first. */
  readonly offsets: ReadonlyMap<string, number>;
  /** By path as JSON: the whole of `key = value`, and of the value alone. */
  readonly entries: ReadonlyMap<string, { readonly whole: Span; readonly value: Span }>;
  readonly sections: readonly Section[];
};

type Scan = {
  readonly text: string;
  readonly offsets: Map<string, number>;
  readonly entries: Map<string, { readonly whole: Span; readonly value: Span }>;
  readonly sections: Section[];
  /** Paths of arrays of tables, with the number of tables so far. */
  readonly counts: Map<string, number>;
  at: number;
};

type Segment = { readonly name: string; readonly offset: number };

export function scan(text: string): Scanned {
  const s: Scan = {
    text,
    offsets: new Map(),
    entries: new Map(),
    sections: [],
    counts: new Map(),
    at: 0,
  };
  let table: Path = [];
  let section: Section = { path: table, from: 0, to: 0 };
  s.sections.push(section);
  while ((skip(s, /[\s\uFEFF]*(?:#[^\n]*[\s\uFEFF]*)*/y), s.at < text.length)) {
    const start = s.at;
    const header = take(s, /\[\[?[ \t]*/y);
    if (header === "") entry(s, table);
    else {
      table = enter(s, keys(s), header.startsWith("[["));
      skip(s, /[ \t]*\]\]?/y);
      section = { path: table, from: start, to: s.at };
      s.sections.push(section);
    }
    section.to = s.at;
    // Text that is no TOML must not hold the scanner in one place.
    if (s.at === start) s.at++;
  }
  return s;
}

/** `key = value`, in a table or within braces. */
function entry(s: Scan, table: Path): void {
  const start = s.at;
  let path = table;
  for (const segment of keys(s)) {
    path = [...path, segment.name];
    note(s, path, segment.offset);
  }
  skip(s, /[ \t]*=[ \t]*/y);
  const from = s.at;
  value(s, path);
  const to = s.text.slice(from, s.at).trimEnd().length + from;
  s.entries.set(JSON.stringify(path), { whole: { from: start, to }, value: { from, to } });
}

/** A header opens a table: its path counts the arrays of tables that it leads through. */
function enter(s: Scan, header: readonly Segment[], another: boolean): Path {
  let path: Path = [];
  for (const [index, segment] of header.entries()) {
    path = [...path, segment.name];
    note(s, path, segment.offset);
    const key = JSON.stringify(path);
    const count = s.counts.get(key) ?? 0;
    const opens = another && index === header.length - 1;
    if (opens) s.counts.set(key, count + 1);
    if (opens || count > 0) path = [...path, opens ? count : count - 1];
    note(s, path, segment.offset);
  }
  return path;
}

const SPACE = /(?:\s|#[^\n]*)*/y;
const STRING = /"""(?:\\[\s\S]|[^\\])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;

function value(s: Scan, path: Path): void {
  if (take(s, STRING) !== "") return;
  if (take(s, /\[/y) !== "") list(s, path, "]");
  else if (take(s, /\{/y) !== "") list(s, path, "}");
  else skip(s, /[^,\]}\n#]*/y);
}

/** What stands between brackets or braces, up to the closing one. */
function list(s: Scan, path: Path, end: "]" | "}"): void {
  for (let index = 0; s.at < s.text.length; index++) {
    skip(s, SPACE);
    if (s.text[s.at] === end) break;
    const start = s.at;
    if (end === "}") entry(s, path);
    else {
      note(s, [...path, index], s.at);
      value(s, [...path, index]);
    }
    skip(s, SPACE);
    skip(s, /,/y);
    if (s.at === start) return;
  }
  s.at++;
}

function keys(s: Scan): readonly Segment[] {
  const found: Segment[] = [];
  do {
    skip(s, /[ \t]*/y);
    const offset = s.at;
    const raw = take(s, /"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s.=[\]{},#"']+/y);
    if (raw !== "") found.push({ name: nameOf(raw), offset });
    skip(s, /[ \t]*/y);
  } while (take(s, /\./y) !== "");
  return found;
}

function nameOf(raw: string): string {
  if (!/^["']/.test(raw)) return raw;
  try {
    const name = parse(`name = ${raw}`)["name"];
    return typeof name === "string" ? name : raw;
  } catch {
    return raw;
  }
}

/** The first place of a path is its place: later headers only go on with it. */
function note(s: Scan, path: Path, offset: number): void {
  const key = JSON.stringify(path);
  if (!s.offsets.has(key)) s.offsets.set(key, offset);
}

function take(s: Scan, pattern: RegExp): string {
  pattern.lastIndex = s.at;
  const found = pattern.exec(s.text)?.[0] ?? "";
  s.at += found.length;
  return found;
}

function skip(s: Scan, pattern: RegExp): void {
  take(s, pattern);
}
