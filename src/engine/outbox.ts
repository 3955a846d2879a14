// The outbox: a notice is a file in state/outbox until somebody took it, so that none is lost with the process. Sent
// in the background, one at a time for each sink, again and again with longer waits, never in quiet hours; given up
// after a day, aloud. What was sent leaves its id, so that the same notice is not laid out twice.

import { join } from "node:path";
import type { Config, Millis, Sink } from "../config/config.ts";
import type { Notice } from "../core/notice.ts";
import { quietUntil } from "../core/quiet-hours.ts";
import type { Instant } from "../core/types.ts";
import { isLeftover, type Disk } from "./disk.ts";
import type { Entry } from "./journal.ts";
import { isRaw } from "./memory-version.ts";
import { messageOf, type Message } from "./message.ts";
import type { Result } from "./ports.ts";
import { redact } from "./redact.ts";
import { secretsOf, targetOf, type Sources, type Target } from "./target.ts";
import { prune } from "./evidence.ts";

/** Beyond so many the oldest is given up. */
export const outboxKept = 200;
/** Ids of what was sent. */
export const sentKept = 500;
export const givenUpMs: Millis = 24 * 3_600_000;
const FIRST_WAIT_MS: Millis = 5_000;
const LONGEST_WAIT_MS: Millis = 15 * 60_000;

export type Sent =
  | { readonly ok: true; readonly value: string }
  | {
      readonly ok: false;
      readonly failure: string;
      /** The other side asks to be left alone for so long. */
      readonly waitMs: Millis | null;
    };

/** Carries one message out of this machine. Ends by itself within a limit of its own, and never throws. */
export type Carrier = (target: Target, message: Message) => Promise<Sent>;

export type Letter = Message & {
  readonly tries: number;
  readonly notBefore: Instant;
  readonly failure: string;
};

export type OutboxPlace = {
  readonly disk: Disk;
  readonly stateDir: string;
};

/** Laid out already, or sent already, is success. */
export function layOut(
  { disk, stateDir }: OutboxPlace,
  notice: Notice,
  { config, sources }: { readonly config: Config; readonly sources: Sources },
): Result<null> {
  const made = disk.mkdir(join(outboxDir(stateDir), "sent"));
  if (!made.ok) return made;
  const path = letterPath(stateDir, notice.id);
  for (const place of [path, sentPath(stateDir, notice.id)]) {
    const size = disk.size(place);
    if (!size.ok) return size;
    if (size.value !== null) return { ok: true, value: null };
  }
  const message = messageOf(notice, secretsOf(config, sources));
  const letter: Letter = { ...message, tries: 0, notBefore: 0, failure: "" };
  return disk.write(path, textOf(letter));
}

/** Oldest first; what cannot be read is none. */
export function lettersIn({ disk, stateDir }: OutboxPlace): readonly Letter[] {
  const listed = disk.list(outboxDir(stateDir));
  if (!listed.ok) return [];
  const names = listed.value.map(({ name }) => name);
  const letters = names.flatMap((name) => {
    if (!name.endsWith(".json") || isLeftover(name)) return [];
    const read = disk.read(join(outboxDir(stateDir), name));
    const letter = read.ok && read.value !== null ? parsed(read.value) : null;
    return letter === null ? [] : [letter];
  });
  return letters.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

export type Post = {
  readonly config: Config;
  readonly at: Instant;
  readonly zone: string;
};

export type Outbox = {
  /** Begins to send what is due, and tells what became of it since. */
  tend(post: Post): { readonly told: readonly Entry[]; readonly due: Instant | null };
};

export type OutboxMeans = OutboxPlace & {
  /** Null: nothing is sent here; whoever comes next will. */
  readonly carry: Carrier | null;
  readonly sources: Sources;
  readonly now: () => Instant;
  readonly wake: () => void;
};

export function openOutbox(means: OutboxMeans): Outbox {
  /** Sinks to which something is on its way. */
  const under = new Set<string>();
  /** What a disk that takes nothing could not be told: a letter's next time, or that it was taken. */
  const waits = new Map<string, Instant>();
  let told: Entry[] = [];
  let known: { readonly names: string; readonly letters: readonly Letter[] } | null = null;

  const letters = (): readonly Letter[] => {
    const names = namesIn(means);
    if (known?.names !== names) known = { names, letters: lettersIn(means) };
    return known.letters;
  };
  const ended = (letter: Letter, config: Config, sent: Sent): void => {
    const { until, entry } = settled(means, { letter, config, sent });
    waits.set(letter.id, until);
    if (entry !== null) told.push(entry);
    known = null;
    under.delete(letter.sink);
    means.wake();
  };
  const send = async (letter: Letter, sink: Sink, config: Config): Promise<void> => {
    if (means.carry === null) return;
    under.add(letter.sink);
    const target = targetOf(sink, means.sources);
    const sent: Sent = target.ok
      ? await means.carry(target.value, letter)
      : { ...target, waitMs: null };
    ended(letter, config, sent);
  };

  /** A throw is our mistake: told as what became of this one letter, it harms no other. */
  const broke = (letter: Letter, error: unknown): void => {
    const because = `a bug of agents: ${String(error)}`;
    told.push(entryOf(letter, { at: means.now(), event: "not-told", because }));
    waits.set(letter.id, means.now() + LONGEST_WAIT_MS);
    under.delete(letter.sink);
  };

  return {
    tend: ({ config, at, zone }) => {
      let due: Instant | null = null;
      if (means.carry === null || config.notify.length === 0) return { told: [], due };
      const all = letters();
      for (const [index, letter] of all.entries()) {
        const sink = config.notify.find(({ name }) => name === letter.sink);
        const why = hopeless(letter, sink, { at, newer: all.length - index - 1 });
        if (why !== null) {
          told.push(givenUp(means, letter, { at, why }));
          known = null;
          continue;
        }
        if (sink === undefined || under.has(letter.sink)) continue;
        const rested = Math.max(soon(letter.notBefore, at), waits.get(letter.id) ?? 0);
        const from = quietUntil(sink.quiet, at, zone) ?? rested;
        if (from > at) due = Math.min(due ?? from, from);
        else void send(letter, sink, config).catch((error: unknown) => broke(letter, error));
      }
      for (const id of waits.keys()) if (all.every((one) => one.id !== id)) waits.delete(id);
      const now = told;
      told = [];
      return { told: now, due };
    },
  };
}

/** On a clock that was set back, no wait is longer than the longest. */
function soon(notBefore: Instant, at: Instant): Instant {
  return Math.min(notBefore, at + LONGEST_WAIT_MS);
}

function hopeless(
  letter: Letter,
  sink: Sink | undefined,
  { at, newer }: { readonly at: Instant; readonly newer: number },
): string | null {
  if (sink === undefined) return "no sink of that name is left in the file";
  if (newer >= outboxKept) return `more than ${outboxKept} notices wait`;
  if (at - letter.at < givenUpMs) return null;
  return `it could not be sent for a day; the last time: ${letter.failure || "quiet hours"}`;
}

function givenUp(
  { disk, stateDir }: OutboxPlace,
  letter: Letter,
  { at, why }: { readonly at: Instant; readonly why: string },
): Entry {
  disk.remove(letterPath(stateDir, letter.id));
  const because = `${letter.sink} is not told "${letter.title}": ${why}`;
  return entryOf(letter, { at, event: "given-up", because });
}

type Ending = { readonly letter: Letter; readonly config: Config; readonly sent: Sent };

/** `until`: not sent again before, whatever the disk kept of it. */
function settled(
  means: OutboxMeans,
  { letter, config, sent }: Ending,
): { readonly until: Instant; readonly entry: Entry | null } {
  const { disk, stateDir } = means;
  const at = means.now();
  const path = letterPath(stateDir, letter.id);
  if (sent.ok) {
    disk.rename(path, sentPath(stateDir, letter.id));
    prune(disk, join(outboxDir(stateDir), "sent"), sentKept);
    const because = `${letter.sink} was told "${letter.title}": ${sent.value}`;
    const until = Number.POSITIVE_INFINITY;
    return { until, entry: entryOf(letter, { at, event: "told", because }) };
  }
  const tries = letter.tries + 1;
  const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(letter.tries, 20));
  const wait = Math.max(backoff, Math.min(sent.waitMs ?? 0, LONGEST_WAIT_MS));
  const failure = redact(sent.failure, secretsOf(config, means.sources));
  disk.write(path, textOf({ ...letter, tries, notBefore: at + wait, failure }));
  const because = `${letter.sink} could not be told "${letter.title}" and is tried again: ${failure}`;
  const entry = tries === 1 ? entryOf(letter, { at, event: "not-told", because }) : null;
  return { until: at + wait, entry };
}

function entryOf(letter: Letter, what: Pick<Entry, "at" | "event" | "because">): Entry {
  const agent = letter.subject === "" ? "fleet" : letter.subject;
  return { ...what, agent, seen: "", did: "", id: letter.id };
}

function outboxDir(stateDir: string): string {
  return join(stateDir, "outbox");
}

function letterPath(stateDir: string, id: string): string {
  return join(outboxDir(stateDir), `${id}.json`);
}

function sentPath(stateDir: string, id: string): string {
  return join(outboxDir(stateDir), "sent", `${id}.json`);
}

function namesIn({ disk, stateDir }: OutboxPlace): string {
  const listed = disk.list(outboxDir(stateDir));
  return listed.ok ? listed.value.map(({ name }) => name).join("\n") : "";
}

function textOf(letter: Letter): string {
  return `${JSON.stringify(letter)}\n`;
}

/** Ours, and so whole or not there; anything else is no letter. */
function parsed(bytes: Uint8Array): Letter | null {
  try {
    const value: Letter = JSON.parse(new TextDecoder().decode(bytes));
    return isRaw(value) && value.v === 1 && typeof value.id === "string" ? value : null;
  } catch {
    return null;
  }
}
