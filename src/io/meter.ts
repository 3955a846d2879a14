// What a program tells of what it used: its own records, put into figures by its backend's table. A log is read from
// where it was read to before, also by an earlier process; one that did not move costs nothing. It adds nothing up.

import { statSync } from "node:fs";
import type { UsageRule } from "../config/usage.ts";
import { isNothing, type Figures, type UsageTold } from "../core/usage.ts";
import type { Instant } from "../core/types.ts";
import type { LogStand } from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import { firstOf, holds, instantOf } from "./signal-record.ts";

/** What one look reads at most; what is more comes with the next. A longer line tells nothing. */
export const pieceBytes = 1024 * 1024;
/** Of a program that has ended, so many of these are read, all at once. */
const restPieces = 32;
/** Records that wait to be fetched; who has more has a program that went wild. */
const waitingMost = 20_000;
const NEWLINE = 10;

export type MeterSpec = {
  readonly rules: readonly UsageRule[];
  /** Fields with the time of a record. */
  readonly time: readonly string[];
  /** What is older is history; not asked of a log that was read before. */
  readonly since: Instant;
  readonly from: LogStand | null;
};

export type Meter = {
  /** A record as it comes. */
  readonly hear: (record: unknown, at: Instant) => void;
  /** Reads on in that log; `moved`: something was written since the last time. */
  readonly read: (path: string, moved: boolean) => void;
  /** Reads to the end of it: nobody writes there any more. */
  readonly rest: () => void;
  /** What was told since it was last asked for, oldest first. */
  readonly told: () => readonly UsageTold[];
  readonly stand: () => LogStand | null;
};

export function openMeter({ rules, time, since, from }: MeterSpec): Meter {
  let told: UsageTold[] = [];
  let model: string | null = null;
  let stand: LogStand | null = null;
  let behind = false;
  let torn = false;
  /** History ends where this log was read to before. */
  let known = false;
  const hear = (record: unknown, at: Instant): void => {
    const rule = rules.find(({ when }) => holds(when, record));
    if (rule === undefined) return;
    const one = toldBy(rule, record, { at, model });
    model = one.model;
    const news = one.figures !== null || one.turn !== null;
    if (news && (known || at >= since) && told.length < waitingMost) told.push(one);
  };
  const piece = (path: string): void => {
    const at = placeIn(path, stand ?? from);
    if (at === null) return;
    known = stand === null ? at.known : known && at.known;
    const read = realDisk.read(path, { from: at.offset, length: pieceBytes });
    if (!read.ok || read.value === null) return;
    const bytes = Buffer.from(read.value);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const lines = bytes.subarray(0, end).toString("utf8").split("\n");
    for (const line of torn ? lines.slice(1) : lines) {
      const record = parsed(line);
      if (record !== undefined) hear(record, instantOf(firstOf(record, time)) ?? at.mtimeMs);
    }
    const full = bytes.length === pieceBytes;
    torn = end === 0 ? torn || full : false;
    stand = { path, ino: at.ino, offset: at.offset + (end === 0 && full ? bytes.length : end) };
    behind = full;
  };
  return {
    hear,
    read: (path, moved) => {
      if (moved || behind || stand?.path !== path) piece(path);
    },
    rest: () => {
      if (stand === null) return;
      const { path } = stand;
      for (let count = 0; count < restPieces; count += 1) {
        piece(path);
        if (!behind) return;
      }
    },
    told: () => {
      const all = told;
      if (all.length > 0) told = [];
      return all;
    },
    stand: () => stand,
  };
}

type Place = {
  readonly ino: number;
  readonly offset: number;
  readonly mtimeMs: number;
  readonly known: boolean;
};

/** Where to go on; at its beginning where it is another file than before. Null: there is none. */
function placeIn(path: string, before: LogStand | null): Place | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) return null;
  const { ino, size, mtimeMs } = stat;
  const known = before?.path === path && before.ino === ino && before.offset <= size;
  return { ino, mtimeMs, known, offset: known ? (before?.offset ?? 0) : 0 };
}

type Around = { readonly at: Instant; readonly model: string | null };

function toldBy(rule: UsageRule, record: unknown, { at, model }: Around): UsageTold {
  const cost = rule.cost.length === 0 ? null : numberOf(firstOf(record, rule.cost));
  const figures: Figures = {
    input: sumOf(record, rule.input),
    cached: sumOf(record, rule.cached),
    written: sumOf(record, rule.written),
    output: sumOf(record, rule.output),
    cost,
  };
  return {
    at,
    id: firstOf(record, rule.id) ?? "",
    model: firstOf(record, rule.model) ?? model,
    figures: isNothing(figures) ? null : figures,
    window: numberOf(firstOf(record, rule.window)),
    turn: firstOf(record, rule.turn),
  };
}

function sumOf(record: unknown, fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (numberOf(firstOf(record, [field])) ?? 0), 0);
}

/** What is no number, or less than nothing, is not told. */
function numberOf(text: string | null): number | null {
  const number = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

function parsed(line: string): unknown {
  try {
    return line === "" ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
