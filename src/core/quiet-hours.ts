// Hours in which a person wants to hear nothing: whether it is such an hour, and when it ends. By the clock on a
// wall of the named zone, so a night in which the clocks are changed is longer or shorter than others. No clock.

import type { QuietHours } from "../config/config.ts";
import type { Instant } from "./types.ts";
import { DAY, HOUR, instantsAt, MINUTE, wallAt } from "./zone.ts";

/** Null: it is no quiet hour. Where the zone is unknown, a person is rather told. */
export function quietUntil(
  quiet: QuietHours | null,
  at: Instant,
  hostZone: string,
): Instant | null {
  if (quiet === null) return null;
  const zone = quiet.zone ?? hostZone;
  const wall = wallAt(at, zone);
  if (wall === null || !isWithin(quiet, wall - midnightOf(wall))) return null;
  const today = midnightOf(wall) + quiet.toMs;
  const ends = [today, today + DAY].flatMap((end) => instantsAt(end, zone));
  return ends.find((end) => end > at) ?? null;
}

/** "03:12"; "" where the zone is unknown. */
export function clockAt(quiet: QuietHours | null, at: Instant, hostZone: string): string {
  const wall = wallAt(at, quiet?.zone ?? hostZone);
  if (wall === null) return "";
  const within = wall - midnightOf(wall);
  const two = (part: number): string => String(Math.floor(part)).padStart(2, "0");
  return `${two(within / HOUR)}:${two((within % HOUR) / MINUTE)}`;
}

function isWithin({ fromMs, toMs }: QuietHours, time: number): boolean {
  return fromMs < toMs ? time >= fromMs && time < toMs : time >= fromMs || time < toMs;
}

function midnightOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY;
}
