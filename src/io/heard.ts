// What a source has said so far: records in, the present word out. Of a stream the last record that has a meaning
// counts; what was written before this incarnation began is history and says nothing.

import type { Signal } from "../config/config.ts";
import type { PromptSeen, SignalSeen } from "../core/signals.ts";
import type { Instant } from "../core/types.ts";
import { meaningOf, type Meaning, type Records } from "./signal-record.ts";

/** Prompts that are kept: a receipt is asked for within seconds. */
const promptsKept = 8;

export type Heard = {
  readonly seen: SignalSeen;
  readonly id: string | null;
  readonly prompts: readonly PromptSeen[];
};

/** Answers the same object while nothing changed. `id` is of the conversation as far as it is known. */
export type Reader = (id: string | null) => Heard;

export function nothing(from: Signal["reader"], is: "absent" | "mute" | "stale"): Heard {
  const seen: SignalSeen = {
    from,
    is,
    says: null,
    value: "",
    text: null,
    until: null,
    cause: null,
    at: null,
    silent: false,
  };
  return { seen, id: null, prompts: [] };
}

export type Ear = {
  /** A record, and when it was made. */
  readonly hear: (record: unknown, at: Instant) => void;
  /** Null until something was said. */
  readonly heard: () => Heard | null;
  /** When the last record was made. */
  readonly lastAt: () => Instant | null;
};

/** Listens to a stream of records, oldest first. */
export function openEar(source: Records, since: Instant): Ear {
  let heard: Heard | null = null;
  let lastAt: Instant | null = null;
  let limitEnd: Instant | null = null;
  return {
    heard: () => heard,
    lastAt: () => lastAt,
    hear: (record, at) => {
      const meaning = meaningOf(source, record);
      const past = at < since;
      const before = heard ?? nothing(source.reader, past ? "stale" : "mute");
      if (!past) lastAt = at;
      // A limit's end may be told in a record of its own, before the one that says that it is reached.
      limitEnd = meaning.until ?? limitEnd;
      const seen = past ? before.seen : said(before.seen, { meaning, at, limitEnd });
      const id = meaning.id ?? before.id;
      const prompt = past ? null : meaning.prompt;
      if (seen === heard?.seen && id === before.id && prompt === null) return;
      const from = source.reader;
      const more = prompt === null ? [] : [{ from, at, text: prompt }];
      heard = { seen, id, prompts: [...before.prompts, ...more].slice(-promptsKept) };
    },
  };
}

/** What a record says that stands for itself: nothing before it counts, but since when the same was said. */
export function heardOnce(
  source: Records,
  { record, at }: { readonly record: unknown; readonly at: Instant },
  before: Heard,
): Heard {
  const meaning = meaningOf(source, record);
  if (meaning.rule === null) return { ...nothing(source.reader, "mute"), id: meaning.id };
  const seen = said(before.seen, { meaning, at, limitEnd: null });
  return { seen, id: meaning.id, prompts: [] };
}

type Now = { readonly meaning: Meaning; readonly at: Instant; readonly limitEnd: Instant | null };

function said(before: SignalSeen, { meaning, at, limitEnd }: Now): SignalSeen {
  const { rule, value, text, until } = meaning;
  if (rule === null || rule.says === null)
    return before.is === "stale" ? { ...before, is: "mute" } : before;
  const { says, cause } = rule;
  if (before.says === says && before.value === value && before.text === text) return before;
  const end = says === "limited" ? (until ?? limitEnd) : null;
  const began = before.says === says ? before.at : at;
  return { ...before, is: "fresh", says, cause, value, text, until: end, at: began };
}
