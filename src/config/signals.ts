// Sources as the user writes them, made whole: the short form of a status file becomes rules, paths begin at a home.

import type { Signal, SignalRule } from "./config.ts";
import { anchor } from "./paths.ts";
import type { RawBackend } from "./schema.ts";
import type { UsageRule } from "./usage.ts";

type Raw = NonNullable<RawBackend["signals"]>[number];

/** At work without a new line in its log for so long is worth a question, where nobody says how long. */
const SILENT_MS = 20 * 60_000;

export function signalOf(raw: Raw, home: string): Signal {
  const records = { rules: rulesOf(raw), id: raw.id ?? [] };
  switch (raw.reader) {
    case "json_file":
      return { reader: "json_file", path: paths(raw, home), ...records };
    case "jsonl_tail":
      return {
        reader: "jsonl_tail",
        path: paths(raw, home),
        time: raw.time ?? [],
        cwd: raw.cwd ?? [],
        dirFile: raw.dir_file || null,
        silentMs: raw.silent_after ?? SILENT_MS,
        usage: usageOf(raw),
        ...records,
      };
    case "hook_file":
      return {
        reader: "hook_file",
        flag: raw.flag || null,
        env: raw.env || null,
        events: raw.events ?? [],
        marks: raw.marks ?? [],
        reply: raw.reply ?? "",
        ...records,
      };
    case "osc":
      return { reader: "osc", code: raw.code ?? 0, ...records };
    case "title":
      return { reader: "title" };
    case "http_json":
      return {
        reader: "http_json",
        path: raw.path?.[0] ?? "/",
        each: raw.each ?? false,
        empty: raw.empty ?? null,
        ...records,
      };
    case "http_events":
      return {
        reader: "http_events",
        path: raw.path?.[0] ?? "/",
        usage: usageOf(raw),
        ...records,
      };
  }
}

function paths({ path = [] }: Raw, home: string): readonly string[] {
  return path.map((one) => (one.startsWith("~/") ? anchor("/", one, home) : one));
}

function rulesOf({ field, text, busy, idle, asking, rules = [] }: Raw): readonly SignalRule[] {
  const said = { busy, idle, asking };
  const short = (["asking", "busy", "idle"] as const).flatMap((says) => {
    const values = said[says] ?? [];
    const when = { [field ?? ""]: values };
    return field === undefined || values.length === 0
      ? []
      : [{ ...SAYS_NOTHING, when, says, text: text === undefined ? [] : [text] }];
  });
  return [...short, ...rules.map((rule) => ({ ...SAYS_NOTHING, ...rule }))];
}

function usageOf({ usage = [] }: Raw): readonly UsageRule[] {
  return usage.map((rule) => ({ ...TELLS_NOTHING, ...rule }));
}

const TELLS_NOTHING: UsageRule = {
  when: {},
  id: [],
  model: [],
  input: [],
  cached: [],
  written: [],
  output: [],
  cost: [],
  window: [],
  turn: [],
};

const SAYS_NOTHING: SignalRule = {
  when: {},
  says: null,
  cause: null,
  text: [],
  until: [],
  prompt: [],
  id: [],
};
