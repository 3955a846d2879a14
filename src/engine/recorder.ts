// Writes down what every decision was made from, so that `agents replay` can make it again: one line a decision with
// what changed since the one before. Bounded, without secrets; its failures harm nobody. recorded.ts reads it back.

import { launchNow, type Setting } from "../core/case.ts";
import { decide } from "../core/decide.ts";
import { membersOf } from "../core/member.ts";
import type { Memory, Seen } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { envLines } from "./environment.ts";
import { changed, changeOf, retold, type Change } from "./json-change.ts";
import { isFrame, type Frame, type Line } from "./recorded.ts";
import { hidden, namesSecret, redact } from "./redact.ts";
import { rotate } from "./rotate.ts";

/** Bytes after which a new file is begun, and files kept: the one being written among them. */
export const recordingBytes = 16 * 1024 * 1024;
export const recordingsKept = 2;

export type Recorder = (one: Frame) => void;

type Known = { readonly raw: Frame; readonly kept: Frame };

/** `by`: no other recorder of the same file has it; a watchdog that was frozen may write beside the next one. */
export function openRecorder(disk: Disk, path: string, by: string): Recorder {
  const hide = openHiding();
  const before = disk.size(path);
  let size = before.ok ? (before.value ?? 0) : 0;
  let known: Known | null = null;
  let count = 0;
  return (one) => {
    if (size > recordingBytes) {
      rotate(disk, path, recordingsKept);
      [size, known] = [0, null];
    }
    const kept = hide(one, known);
    count = known === null ? 0 : count + 1;
    const line: Line = { v: 1, by, count, change: changeOf(known?.kept ?? null, kept) };
    // Before it: whatever a crash or a full disk left of the line above is no part of this one.
    const text = `\n${JSON.stringify(line)}`;
    const written = disk.append(path, text);
    size += text.length;
    known = written.ok ? { raw: one, kept } : null;
  };
}

type Hide = (one: Frame, known: Known | null) => Frame;

/** A secret that is taken out changes what would be decided: then it is decided again, from what is kept. */
function openHiding(): Hide {
  const hashes = new Map<string, string>();
  let isHiding = false;
  return (one, known) => {
    const secrets = secretsIn(one);
    const clean = (key: string, text: string): string =>
      hashes.get(text) ?? (namesSecret(key) && text !== "" ? hidden : redact(text, secrets));
    const sourcesOf = ({ setting, before, seen }: Frame) => ({ setting, before, seen });
    const change = known && changeOf(sourcesOf(known.raw), sourcesOf(one));
    const since: Change = known === null ? { to: sourcesOf(one) } : (change ?? { in: {} });
    const cleaned = (): Frame | null => {
      const told = changed(known === null ? null : sourcesOf(known.kept), retold(since, clean));
      const frame = { ...(typeof told === "object" ? told : {}), decision: one.decision };
      return isFrame(frame) ? frame : null;
    };
    const first = cleaned();
    if (first === null) return one;
    isHiding ||= !equal(sourcesOf(first), sourcesOf(one));
    if (!isHiding) return one;
    for (const [hash, instead] of launchesOf(one, first)) hashes.set(hash, instead);
    const { setting, before, seen } = cleaned() ?? first;
    return { setting, before, seen, decision: decide(setting, before, seen) };
  };
}

function equal(a: unknown, b: unknown): boolean {
  return changeOf(a, b) === null;
}

/** A launch without its secrets has another hash; what runs must not look edited by that. */
function launchesOf(raw: Frame, kept: Frame): readonly (readonly [string, string])[] {
  const hashesOf = ({ setting, before, seen }: Frame): ReadonlyMap<string, string> =>
    new Map(
      membersOf(setting.config, before).flatMap((one) => hashOf(setting, before, { seen, one })),
    );
  const instead = hashesOf(kept);
  return [...hashesOf(raw)].flatMap(([name, hash]) => {
    const other = instead.get(name);
    return other === undefined || other === hash ? [] : [[hash, other] as const];
  });
}

type Asked = { readonly seen: Seen; readonly one: ReturnType<typeof membersOf>[number] };

function hashOf(
  setting: Setting,
  memory: Memory,
  { seen, one }: Asked,
): readonly (readonly [string, string])[] {
  const read = (path: string) => seen.files[path] ?? "unseen";
  const launched = launchNow(setting, one, { memory, read });
  return launched.ok ? [[one.name, launched.launch.hash]] : [];
}

/** Values that the file gives under a name that says so, and all that an env_file holds. */
function secretsIn({ setting, seen }: Frame): readonly string[] {
  const { agents, services } = setting.config;
  return [...agents, ...services].flatMap(({ env, envFile }) => {
    const file = envFile === null ? undefined : seen.files[envFile];
    const fromFile = typeof file === "object" ? Object.values(envLines(file.text)) : [];
    const named = Object.entries(env).flatMap(([key, value]) => (namesSecret(key) ? [value] : []));
    return [...named, ...fromFile];
  });
}
