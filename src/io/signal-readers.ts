// One reader for each kind of source. Each costs a stat while nothing moved, reads no more than a named bound, and
// throws nothing; what is half written is read again at the next look.

import { dirname, join } from "node:path";
import type { Says, Signal } from "../config/config.ts";
import type { Instant } from "../core/types.ts";
import { realDisk } from "./disk.ts";
import type { Kept } from "./files.ts";
import { heardOnce, nothing, openEar, type Heard, type Reader } from "./heard.ts";
import { readRegular } from "./read-file.ts";
import { clockSlackMs, filesLike, openIn, pathOf, type Slots } from "./signal-path.ts";
import type { Answer } from "./port-asks.ts";
import type { Listener } from "./port-events.ts";
import type { Meter } from "./meter.ts";
import { firstOf, instantOf } from "./signal-record.ts";
import { openLines, openTail, tailBytes, type TailFrom } from "./tail.ts";

/** A log that is not there yet is looked for this often. */
const searchMs = 1_000;
/** In these first lines of a log stands what it is about. */
const headLines = 5;
/** The longest path. */
const pathBytes = 4096;
/** A file of hooks that has grown beyond this is begun anew. */
const hookBytes = 1024 * 1024;
/** The longest payload of a control sequence. */
const payloadLength = 1024;

type Of<R extends Signal["reader"]> = Extract<Signal, { readonly reader: R }>;

/** What a reader needs to know of the incarnation and of the machine. */
export type Ground = {
  readonly since: Instant;
  readonly slots: Slots;
  readonly now: () => Instant;
  readonly look: (path: string) => Kept;
  /** When its first process began; null where the system does not say. */
  readonly began: Instant | null;
  /** Where its hooks write. */
  readonly hookFile: string;
  /** What its pane writes, and where that begins. */
  readonly log: { readonly path: string; readonly from: TailFrom };
  readonly pids: () => readonly number[];
  /** No other incarnation reads that file. */
  readonly claim: (path: string) => boolean;
  /** What it answers on the port that was chosen for it; null where nothing does. */
  readonly answer: (path: string) => Answer;
  /** What it used, as the sources with `usage` tell it. */
  readonly meter: Meter;
  /** Whether events come from there. */
  readonly listen: (path: string, listener: Listener) => boolean;
};

export function jsonFile(source: Of<"json_file">, ground: Ground): Reader {
  const { slots, look, began } = ground;
  const absent = nothing("json_file", "absent");
  const stale = nothing("json_file", "stale");
  const placeOf = placed(source.path, slots);
  let last = { text: "", heard: nothing("json_file", "mute") };
  const read = ({ seen, mtimeMs }: Kept): Heard | null => {
    if (typeof seen === "string") return absent;
    // An earlier process of the same pid wrote it.
    if (began !== null && mtimeMs + clockSlackMs < began) return stale;
    if (last.text === seen.text) return last.heard;
    const record = parsed(seen.text);
    if (record === undefined) return null;
    last = { text: seen.text, heard: heardOnce(source, { record, at: mtimeMs }, last.heard) };
    return last.heard;
  };
  return (id) => {
    const path = placeOf(id);
    // It is rewritten in place: half of it is read again at once.
    return path === null ? absent : (read(look(path)) ?? read(look(path)) ?? last.heard);
  };
}

/** A path that is made anew only for another conversation. */
function placed(templates: readonly string[], slots: Slots): (id: string | null) => string | null {
  let last: { readonly id: string | null; readonly path: string | null } | null = null;
  return (id) => {
    if (last?.id !== id || last === null) last = { id, path: pathOf(templates, { ...slots, id }) };
    return last.path;
  };
}

/** The log that fits: looked for now and then until it is found, and again when the conversation is another one. */
export function jsonlTail(source: Of<"jsonl_tail">, ground: Ground): Reader {
  const { since, slots, now } = ground;
  const meter = source.usage.length === 0 ? null : ground.meter;
  const absent = nothing("jsonl_tail", "absent");
  const placeOf = placed(source.path, slots);
  let found: { readonly path: string; readonly hear: () => Heard } | null = null;
  let sought: string | null = null;
  let seekAt = 0;
  return (id) => {
    const like = placeOf(id);
    if (like !== null && (found === null || like !== sought) && now() >= seekAt) {
      seekAt = now() + searchMs;
      const path = like.includes("*") ? ownOf(source, { like, id }, ground) : like;
      if (path !== null) {
        sought = like;
        const hear =
          path === found?.path ? found.hear : follow(source, { since, now, path, meter });
        found = { path, hear };
      }
    }
    return found?.hear() ?? absent;
  };
}

type Followed = Pick<Ground, "since" | "now"> & {
  readonly path: string;
  readonly meter: Meter | null;
};

function follow(source: Of<"jsonl_tail">, { since, now, path, meter }: Followed): () => Heard {
  const ear = openEar(source, since - clockSlackMs);
  const tail = openTail(null);
  const lines = openLines();
  let silenced: { readonly of: Heard; readonly heard: Heard } | null = null;
  return () => {
    const more = tail.read(path);
    if (more.is === "missing") return nothing("jsonl_tail", "absent");
    meter?.read(path, more.is === "more");
    if (more.is === "more") {
      for (const line of lines(more)) {
        const record = parsed(line);
        if (record === undefined) continue;
        ear.hear(record, instantOf(firstOf(record, source.time)) ?? more.mtimeMs);
      }
    }
    const heard = ear.heard();
    if (heard === null) return nothing("jsonl_tail", "mute");
    const last = ear.lastAt();
    if (last === null || now() - last < source.silentMs) return heard;
    silenced =
      silenced?.of === heard
        ? silenced
        : { of: heard, heard: { ...heard, seen: { ...heard.seen, silent: true } } };
    return silenced.heard;
  };
}

type Sought = { readonly like: string; readonly id: string | null };

/** The one with its id; else the one its processes hold open; else the only one that fits and that nobody else reads. */
function ownOf(source: Of<"jsonl_tail">, { like, id }: Sought, ground: Ground): string | null {
  const { since, slots, pids, claim } = ground;
  const named = id !== null && like.includes(id);
  if (named) return filesLike(like, 0)[0] ?? null;
  const there = filesLike(like, since).filter((path) => isOf(source, path, slots.dir));
  const held = there.length === 0 ? new Set<string>() : openIn(pids());
  const own = there.find((path) => held.has(path)) ?? (there.length === 1 ? there[0] : undefined);
  return own !== undefined && claim(own) ? own : null;
}

/** Its first lines, or a file beside it, say which directory it is about, where that is said at all. */
function isOf({ cwd, dirFile }: Of<"jsonl_tail">, path: string, dir: string): boolean {
  if (dirFile !== null) {
    const beside = readRegular(join(dirname(path), dirFile), pathBytes);
    if (beside.is !== "read" || beside.bytes.toString("utf8").trim() !== dir) return false;
  }
  if (cwd.length === 0) return true;
  const head = realDisk.read(path, { from: 0, length: tailBytes });
  if (!head.ok || head.value === null) return false;
  const lines = openLines()({ bytes: head.value, broken: false });
  return lines.slice(0, headLines).some((line) => firstOf(parsed(line), cwd) === dir);
}

export function hookFile(source: Of<"hook_file">, { since, hookFile: path }: Ground): Reader {
  const ear = openEar(source, since - clockSlackMs);
  const tail = openTail(null);
  const lines = openLines();
  return () => {
    const more = tail.read(path);
    if (more.is === "missing") return ear.heard() ?? nothing("hook_file", "absent");
    if (more.is === "more") {
      for (const line of lines(more)) {
        const record = parsed(line);
        const at = instantOf(firstOf(record, ["at"]));
        if (at !== null) ear.hear(record, at);
      }
    } else if (more.size > hookBytes) realDisk.write(path, "");
    return ear.heard() ?? nothing("hook_file", "mute");
  };
}

/** `ESC ] CODE ; payload` up to BEL or `ESC \`. Cut anywhere, it is found whole once the rest has come. */
export function osc(source: Of<"osc">, { log }: Ground): Reader {
  const ear = openEar(source, 0);
  const tail = openTail(log.from);
  // oxlint-disable-next-line no-control-regex
  const code = new RegExp(
    `\u001b\\]${source.code};([^\u0007\u001b]{0,${payloadLength}})(?:\u0007|\u001b\\\\)`,
    "g",
  );
  let rest = "";
  return () => {
    const more = log.from === null ? { is: "missing" as const } : tail.read(log.path);
    if (more.is === "missing") return nothing("osc", "absent");
    if (more.is === "more") {
      const text = (more.broken ? "" : rest) + Buffer.from(more.bytes).toString("latin1");
      for (const [, payload = ""] of text.matchAll(code)) ear.hear(pairs(payload), more.mtimeMs);
      const open = text.lastIndexOf("\u001b]");
      rest = open < 0 || text.length - open > payloadLength ? text.slice(-1) : text.slice(open);
    }
    return ear.heard() ?? nothing("osc", "mute");
  };
}

function pairs(payload: string): Readonly<Record<string, string>> {
  const found = [...payload.matchAll(/([A-Za-z]\w*)=([^:;]*)/g)];
  return { ...Object.fromEntries(found.map(([, name, value]) => [name, value])), payload };
}

/** From the plainest to the vaguest: of several members of an answer the plainest counts. */
const URGENCY: readonly Says[] = ["limited", "asking", "failed", "busy", "idle"];

/** An answer without members says what its backend says an empty one means. */
export function httpJson(source: Of<"http_json">, { answer }: Ground): Reader {
  const absent = nothing("http_json", "absent");
  let last: { readonly of: Answer; readonly heard: Heard } = { of: null, heard: absent };
  return () => {
    const now = answer(source.path);
    if (now === null) return absent;
    if (last.of !== now) last = { of: now, heard: heardIn(source, now, last.heard) };
    return last.heard;
  };
}

/** Events as they come. Where the stream broke, what was said before may be over. */
export function httpEvents(source: Of<"http_events">, { listen, meter }: Ground): Reader {
  const absent = nothing("http_events", "absent");
  const mute = nothing("http_events", "mute");
  let ear = openEar(source, 0);
  const listener: Listener = {
    hear: (record, at) => {
      const before = ear.heard();
      if (source.usage.length > 0) meter.hear(record, at);
      ear.hear(record, at);
      return ear.heard() !== before;
    },
    broke: () => {
      ear = openEar(source, 0);
    },
  };
  return () => (listen(source.path, listener) ? (ear.heard() ?? mute) : absent);
}

function heardIn(source: Of<"http_json">, answer: NonNullable<Answer>, before: Heard): Heard {
  const records = source.each ? members(answer.record) : [answer.record];
  const all = records.map((record) => heardOnce(source, { record, at: answer.at }, before));
  const ids = all.flatMap(({ id }) => id ?? []);
  const [found] = URGENCY.flatMap((says) => all.find(({ seen }) => seen.says === says) ?? []);
  const empty = records.length === 0 ? source.empty : null;
  const mute = nothing("http_json", "mute");
  const { seen } = found ?? (empty === null ? mute : saysOnly(mute, empty, answer.at));
  return { seen, id: ids.length === 1 ? (ids[0] ?? null) : null, prompts: [] };
}

function saysOnly(mute: Heard, says: Says, at: Instant): Heard {
  return { ...mute, seen: { ...mute.seen, is: "fresh", says, value: "none", at } };
}

/** The items of a list, or the values of a table with their names as `key`. */
function members(record: unknown): readonly unknown[] {
  if (Array.isArray(record)) return record;
  if (typeof record !== "object" || record === null) return [];
  return Object.entries(record).map(([key, value]) =>
    typeof value === "object" && value !== null ? { ...value, key } : { value, key },
  );
}

/** Undefined where it is not whole. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
