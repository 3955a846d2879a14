// Reads the journal for the verbs: backwards from the newest line, a piece of the file at a time, until there
// is enough. It writes nothing. Lines that are no events, as a crash leaves them, are passed over.

import type { Instant } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { filesKept, journalPath, type Entry } from "./journal.ts";
import { isRaw } from "./memory-version.ts";
import type { Result } from "./ports.ts";

export type Event = Omit<Entry, "at"> & {
  /** ISO-8601, UTC. */
  readonly at: string;
};

export type Wanted = {
  /** At most so many, the newest ones. */
  readonly tail: number;
  /** Not before this instant; null: from the beginning. */
  readonly since: Instant | null;
  /** Empty: all of them. */
  readonly agents: readonly string[];
};

/** Whatever a verb asks for, it holds no more than this. */
export const eventsAtMost = 10_000;
const chunkBytes = 64 * 1024;
/** Longer than any line that is written. */
const lineBytes = 256 * 1024;
const newline = 10;

/** Oldest first. */
export function readEvents(disk: Disk, logDir: string, wanted: Wanted): Result<readonly Event[]> {
  const found: Event[] = [];
  const enough = Math.min(wanted.tail, eventsAtMost);
  const path = journalPath(logDir);
  for (let age = 0; age < filesKept; age += 1) {
    for (const text of linesBackwards(disk, age === 0 ? path : `${path}.${age}`)) {
      if (!text.ok) return text;
      if (found.length >= enough) return { ok: true, value: found.toReversed() };
      const event = parseEvent(text.value);
      if (event === null) continue;
      if (wanted.since !== null && Date.parse(event.at) < wanted.since) {
        return { ok: true, value: found.toReversed() };
      }
      if (wanted.agents.length === 0 || wanted.agents.includes(event.agent)) found.push(event);
    }
  }
  return { ok: true, value: found.toReversed() };
}

export function parseEvent(text: string): Event | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRaw(value)) return null;
  const field = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  if (Number.isNaN(Date.parse(field("at")))) return null;
  return {
    at: field("at"),
    agent: field("agent"),
    event: field("event"),
    because: field("because"),
    seen: field("seen"),
    did: field("did"),
    id: field("id"),
  };
}

/** The lines of a file from its end. A line longer than any that is written here is cut, and so no event. */
function* linesBackwards(disk: Disk, path: string): Generator<Result<string>, void> {
  const size = disk.size(path);
  if (!size.ok) {
    yield size;
    return;
  }
  let rest = new Uint8Array();
  let from = size.value ?? 0;
  while (from > 0) {
    const length = Math.min(chunkBytes, from);
    from -= length;
    const chunk = disk.read(path, { from, length });
    if (!chunk.ok) {
      yield chunk;
      return;
    }
    const bytes = joined(chunk.value ?? new Uint8Array(), rest.subarray(0, lineBytes));
    let end = bytes.length;
    for (let start = bytes.lastIndexOf(newline); start >= 0;) {
      if (end > start + 1) yield { ok: true, value: decode(bytes.subarray(start + 1, end)) };
      end = start;
      start = start === 0 ? -1 : bytes.lastIndexOf(newline, start - 1);
    }
    rest = bytes.slice(0, end);
  }
  if (rest.length > 0) yield { ok: true, value: decode(rest) };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Where `newEvents` goes on; null: at the end of what is there now. */
export type Position = { readonly offset: number } | null;

/** What was appended since that position, for a verb that follows. A rotation in between is bridged. */
export function newEvents(
  disk: Disk,
  logDir: string,
  position: Position,
): Result<{ readonly events: readonly Event[]; readonly position: Position }> {
  const path = journalPath(logDir);
  const size = disk.size(path);
  if (!size.ok) return size;
  const end = size.value ?? 0;
  if (position === null) return { ok: true, value: { events: [], position: { offset: end } } };
  const rotated = end < position.offset;
  const old = rotated ? disk.read(`${path}.1`) : null;
  const from = rotated ? 0 : position.offset;
  const added = disk.read(path, { from, length: end - from });
  if (old?.ok === false) return old;
  if (!added.ok) return added;
  const before = old?.value?.subarray(position.offset) ?? new Uint8Array();
  const now = added.value ?? new Uint8Array();
  const whole = now.subarray(0, now.lastIndexOf(newline) + 1);
  const events = decode(joined(before, whole)).split("\n").map(parseEvent);
  return {
    ok: true,
    value: {
      events: events.filter((event) => event !== null),
      position: { offset: from + whole.length },
    },
  };
}
