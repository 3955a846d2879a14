// Reads what recorder.ts wrote: every decision with what it was made from, oldest first. Lines that a crash tore are
// passed over, up to the next one that begins anew. It decides nothing.

import type { Setting } from "../core/case.ts";
import type { Decision, Memory, Seen } from "../core/types.ts";
import { changed, type Change } from "./json-change.ts";
import { isRaw } from "./memory-version.ts";

export type Frame = {
  readonly setting: Setting;
  readonly before: Memory;
  readonly seen: Seen;
  readonly decision: Decision;
};

export type Line = {
  readonly v: 1;
  /** The recorder that wrote it, and its lines since it last began anew: 0 stands for itself. */
  readonly by: string;
  readonly count: number;
  readonly change: Change | null;
};

export function* framesIn(text: string): Generator<Frame, void> {
  const known = new Map<string, { readonly count: number; readonly frame: Frame }>();
  for (const row of text.split("\n")) {
    const line = row === "" ? null : lineIn(row);
    if (line === null) continue;
    const { by, count, change } = line;
    const before = known.get(by);
    if (count > 0 && before?.count !== count - 1) continue;
    const frame = changed(count === 0 ? null : before?.frame, change);
    if (!isFrame(frame)) continue;
    known.set(by, { count, frame });
    yield frame;
  }
}

function lineIn(row: string): Line | null {
  try {
    const value: unknown = JSON.parse(row);
    return isLine(value) ? value : null;
  } catch {
    return null;
  }
}

function isLine(value: unknown): value is Line {
  return (
    isRaw(value) &&
    value["v"] === 1 &&
    typeof value["by"] === "string" &&
    typeof value["count"] === "number" &&
    (value["change"] === null || isRaw(value["change"]))
  );
}

/** As far as it can be told without a schema: it was written by this program. */
export function isFrame(value: unknown): value is Frame {
  if (!isRaw(value)) return false;
  const { setting, before, seen, decision } = value;
  return (
    isRaw(setting) &&
    isRaw(setting["config"]) &&
    isRaw(before) &&
    before["v"] === 1 &&
    isRaw(seen) &&
    typeof seen["at"] === "number" &&
    isRaw(decision) &&
    Array.isArray(decision["actions"])
  );
}
