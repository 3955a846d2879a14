// events.jsonl: what was done, why, and what was seen, one line each, for people and for `events`.
// Memory never depends on it. Bounded: lines, files, and how often one agent may say the same thing.
// events.ts reads it back.

import { join } from "node:path";
import type { Millis } from "../config/config.ts";
import type { Instant } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import type { Result } from "./ports.ts";
import { redact } from "./redact.ts";
import { rotate } from "./rotate.ts";

export type Entry = {
  readonly at: Instant;
  /** "" for the fleet. */
  readonly agent: string;
  readonly event: string;
  readonly because: string;
  readonly seen: string;
  readonly did: string;
  readonly id: string;
};

/** Bytes after which a new file is begun, and files kept: the one being written among them. */
export const fileBytes = 5 * 1024 * 1024;
export const filesKept = 5;
/** Of one field. */
export const fieldLength = 4096;
/** The same line of the same agent is written again only after this long. */
export const repeatMs: Millis = 10 * 60_000;
/** Lines of one agent in an hour that tell of no deed: what says more flickers, and would push the night out. */
export const notesAnHour = 200;
const hourMs: Millis = 3_600_000;
/** Agents whose last line is remembered. */
const agentsKept = 1000;

export type Journal = {
  /** One append for all of them. */
  note(entries: readonly Entry[]): Result<null>;
  /** Writes what is still only counted. */
  close(): Result<null>;
};

type Hour = { readonly from: Instant; readonly notes: number };
type Last = {
  readonly entry: Entry;
  readonly suppressed: number;
  readonly latest: Instant;
  readonly hour: Hour;
};

export type JournalPlace = {
  readonly disk: Disk;
  readonly logDir: string;
  /** Exact values that must not be written. */
  readonly secrets: readonly string[];
};

export function openJournal({ disk, logDir, secrets }: JournalPlace): Journal {
  const path = journalPath(logDir);
  const last = new Map<string, Last>();
  const before = disk.size(path);
  let size = before.ok ? (before.value ?? 0) : 0;
  let torn = !endsInNewline(disk, path, size);
  const write = (entries: readonly Entry[]): Result<null> => {
    if (entries.length === 0) return { ok: true, value: null };
    const text = entries.map((entry) => entryLine(entry, secrets)).join("");
    if (size > 0 && size + text.length > fileBytes) {
      rotate(disk, path, filesKept);
      [size, torn] = [0, false];
    }
    const written = disk.append(path, torn ? `\n${text}` : text);
    torn = !written.ok;
    size += text.length;
    return written;
  };
  return {
    note: (entries) => write(entries.flatMap((entry) => unrepeated(last, entry))),
    close: () => {
      const open = [...last.values()].flatMap(suppressedLine);
      last.clear();
      return write(open);
    },
  };
}

export function journalPath(logDir: string): string {
  return join(logDir, "events.jsonl");
}

function unrepeated(last: Map<string, Last>, entry: Entry): readonly Entry[] {
  const previous = last.get(entry.agent);
  const hour = hourOf(previous?.hour, entry);
  const isTooMuch = entry.did === "" && hour.notes > notesAnHour;
  if (previous !== undefined && (isRepeated(previous, entry) || isTooMuch)) {
    const suppressed = previous.suppressed + 1;
    last.set(entry.agent, { ...previous, suppressed, latest: entry.at, hour });
    return [];
  }
  last.delete(entry.agent);
  last.set(entry.agent, { entry, suppressed: 0, latest: entry.at, hour });
  const forgotten = last.size > agentsKept ? last.entries().next().value : undefined;
  if (forgotten !== undefined) last.delete(forgotten[0]);
  return [...suppressedLine(previous), ...suppressedLine(forgotten?.[1]), entry];
}

function hourOf(before: Hour | undefined, { at, did }: Entry): Hour {
  const age = before === undefined ? hourMs : at - before.from;
  const { from, notes } =
    before !== undefined && age >= 0 && age < hourMs ? before : { from: at, notes: 0 };
  return { from, notes: did === "" ? notes + 1 : notes };
}

function isRepeated({ entry: before }: Last, entry: Entry): boolean {
  const age = entry.at - before.at;
  return sameWords(before, entry) && age >= 0 && age < repeatMs;
}

function sameWords(a: Entry, b: Entry): boolean {
  return a.event === b.event && a.because === b.because && a.seen === b.seen && a.did === b.did;
}

function suppressedLine(last: Last | undefined): readonly Entry[] {
  if (last === undefined || last.suppressed === 0) return [];
  const why =
    last.hour.notes > notesAnHour
      ? `more than ${notesAnHour} lines in an hour`
      : `the same as the last "${last.entry.event}"`;
  const because = `${last.suppressed} suppressed: ${why}`;
  return [{ ...last.entry, at: last.latest, event: "suppressed", because, seen: "", did: "" }];
}

/** JSON leaves DEL, C1 and the marks that turn the reading direction as they are: none goes out raw. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function entryLine(
  { at, agent, event, because, seen, did, id }: Entry,
  secrets: readonly string[],
): string {
  const clean = (text: string): string => clip(redact(text, secrets));
  const value = {
    at: new Date(at).toISOString(),
    agent: clip(agent),
    event: clip(event),
    because: clean(because),
    seen: clean(seen),
    did: clean(did),
    id: clip(id),
  };
  const escape = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(value).replace(unsafe, escape)}\n`;
}

function clip(text: string): string {
  return text.length <= fieldLength
    ? text
    : `${text.slice(0, fieldLength)}… (${text.length - fieldLength} more)`;
}

function endsInNewline(disk: Disk, path: string, size: number): boolean {
  if (size === 0) return true;
  const end = disk.read(path, { from: size - 1, length: 1 });
  return end.ok && end.value?.[0] === "\n".charCodeAt(0);
}
