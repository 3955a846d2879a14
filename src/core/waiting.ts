// WAITING-UNTIL: an agent's own word about when it means to go on, printed as a line of its own.
// The newest one counts. A word is not a blank cheque: it is capped, so that "2099" cannot hide a stall.

import { DAY, isoInstant, zoneNamed } from "./zone.ts";
import type { Instant } from "./types.ts";
import type { Millis } from "../config/config.ts";

/** The longest wait that is believed, counted from when the marker was first seen to stand there. */
export const LONGEST_WAIT: Millis = DAY;

// Bullets, box edges and quoting may stand before the marker, words may not: prose about it does not count.
const MARKER = /^[\s●•∙·*⏺✦┃│|>`_-]*WAITING-UNTIL:\s*(.*)$/;
const TIME =
  /^(\d{4}-\d\d-\d\d(?:[T ]\d\d[\d:.]*\d(?:Z|[+-]\d\d:?(?:\d\d)?)?)?)(?![\w:+-])(?:\s+\(?([A-Z]{3,5}(?:[+-]\d{1,2})?|[A-Za-z]+(?:\/[\w+-]+)+)(?![\w/]))?/;

export type Marker = { readonly until: Instant; readonly line: string };
export type Reader = {
  /** The zone of a time that names none. */
  readonly zone: string;
  readonly seenAt: Instant;
  /** Only the last row can be the agent's word: on such screens older ones linger. */
  readonly lastRowOnly: boolean;
};

/** The newest marker among these rows; null when there is none, or when it says no time. */
export function waitingUntil(tail: string, reader: Reader): Marker | null {
  const rows = tail.split("\n").filter((row) => row.trim() !== "");
  const newest = (reader.lastRowOnly ? rows.slice(-1) : rows).findLast((row) => MARKER.test(row));
  const [, time, named] = TIME.exec(MARKER.exec(newest ?? "")?.[1] ?? "") ?? [];
  const zone = named === undefined ? reader.zone : zoneNamed(named);
  if (newest === undefined || time === undefined || zone === null) return null;
  const until = isoInstant(time, zone);
  return until === null
    ? null
    : { until: Math.min(until, reader.seenAt + LONGEST_WAIT), line: newest.trim() };
}
