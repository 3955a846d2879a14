// What the hour alone has to say about a pane: whether it has stood still for long, whether it wrote lately.
// A judgement asks the clock nothing else, so that it holds until one of these answers changes.

import type { Backend, Millis } from "../config/config.ts";
import type { Instant, Pane } from "./types.ts";

/** A backend without any rule is at work for this long after it last wrote. */
const QUIET_OUTPUT: Millis = 10_000;

type Hour = {
  readonly at: Instant;
  readonly backend: Backend;
  readonly stallGraceMs: Millis;
};

/** While these answers and the pane stay as they are, so does the judgement. */
export function ofTheHour(pane: Pane, hour: Hour): readonly boolean[] {
  return [isStill(pane, hour), hasStirred(pane, hour)];
}

/** Its screen has looked as it does now for as long as a nudge may take. */
export function isStill({ screen }: Pane, { at, stallGraceMs }: Omit<Hour, "backend">): boolean {
  return screen !== null && at - screen.since >= stallGraceMs;
}

/** It wrote a moment ago, and its backend's rules leave that open to be work. */
export function hasStirred({ screen }: Pane, { at, backend }: Omit<Hour, "stallGraceMs">): boolean {
  const grace = backend.footerUi ? backend.logGraceMs : hasRules(backend) ? null : QUIET_OUTPUT;
  if (grace === null || screen === null) return false;
  // An hour that is long to come was told by a clock that was set back since.
  return Math.abs(at - screen.outputAt) <= grace;
}

/**
 * Whatever stands on a screen was there when its program last wrote: a machine that slept since, or a watchdog
 * that was away, meets a "resets 4:10" after that hour, and means no other day by it (seed 185018670).
 */
export function writtenBy({ screen }: Pane, at: Instant): Instant {
  return screen === null ? at : Math.min(at, screen.outputAt);
}

function hasRules({ screen, title, signals }: Backend): boolean {
  return [screen.busy, screen.idle, title.busy, title.idle, title.asking, signals].some(
    ({ length }) => length > 0,
  );
}
