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
/** Agents whose last line is remembered. */
const agentsKept = 1000;

export type Journal = {
  /** One append for all of them. */
  note(entries: readonly Entry[]): Result<null>;
  /** Writes what is still only counted. */
  close(): Result<null>;
};

type Last = { readonly entry: Entry; readonly suppressed: number; readonly latest: Instant };

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
    const text = entries.map((entry) => line(entry, secrets)).join("");
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
  if (previous !== undefined && sameWords(previous.entry, entry)) {
    const age = entry.at - previous.entry.at;
    if (age >= 0 && age < repeatMs) {
      last.set(entry.agent, {
        ...previous,
        suppressed: previous.suppressed + 1,
        latest: entry.at,
      });
      return [];
    }
  }
  last.delete(entry.agent);
  last.set(entry.agent, { entry, suppressed: 0, latest: entry.at });
  const forgotten = last.size > agentsKept ? last.entries().next().value : undefined;
  if (forgotten !== undefined) last.delete(forgotten[0]);
  return [...suppressedLine(previous), ...suppressedLine(forgotten?.[1]), entry];
}

function sameWords(a: Entry, b: Entry): boolean {
  return a.event === b.event && a.because === b.because && a.seen === b.seen && a.did === b.did;
}

function suppressedLine(last: Last | undefined): readonly Entry[] {
  if (last === undefined || last.suppressed === 0) return [];
  const because = `${last.suppressed} suppressed: the same as the last "${last.entry.event}"`;
  return [{ ...last.entry, at: last.latest, event: "suppressed", because, seen: "", did: "" }];
}

/** JSON leaves DEL, C1 and the marks that turn the reading direction as they are: none goes out raw. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function line(
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
