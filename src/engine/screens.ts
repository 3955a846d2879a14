// What the panes show, read only where something may have moved since the last reading. It reads and concludes
// nothing; how an agent fares it takes from Memory.

import { createHash } from "node:crypto";
import type { Millis } from "../config/config.ts";
import type { Instant, Memory, Screen } from "../core/types.ts";
import type { Ports, Row } from "./ports.ts";

/** tmux tells output in steps of a second: a screen read in the same one may have moved since. */
const OUTPUT_STEP_MS = 1_000;
/**
 * What keeps moving is read so often, until it stands still: a spinner that turns all night is no news. Who is spoken
 * to, watched by a person, starting or in trouble is read at every look.
 */
const MOVING_READ_MS = 5_000;
/** Who wrote within this time is moving. */
const MOVING_MS = 2_000;

type Known = { readonly key: string; readonly readAt: Instant; readonly screen: Screen };

export type Reading = {
  readonly at: Instant;
  readonly memory: Memory;
  /** An order came: it may want to type. */
  readonly asked: boolean;
  /** The next look comes within this time. */
  readonly tickMs: Millis;
};

export type Screens = {
  /** Answers the panes that could not be read. */
  read(rows: readonly Row[], reading: Reading): Promise<ReadonlySet<string>>;
  of(pane: string): Screen | null;
};

export function openScreens(terminal: Ports["terminal"]): Screens {
  const known = new Map<string, Known>();
  return {
    of: (pane) => known.get(pane)?.screen ?? null,
    read: async (rows, reading) => {
      const moved = rows.filter((row) => {
        const last = known.get(row.pane);
        return last === undefined || (hasMoved(row, last) && !mayWait(row, last, reading));
      });
      forgetOthers(known, rows);
      if (moved.length === 0) return new Set();
      const captured = await terminal.capture(moved.map((row) => row.pane));
      const texts = captured.ok ? captured.value : {};
      for (const row of moved) {
        const text = texts[row.pane];
        const { at } = reading;
        if (text !== undefined)
          known.set(row.pane, readNow(known.get(row.pane), row, { text, at }));
      }
      return new Set(moved.filter((row) => texts[row.pane] === undefined).map((row) => row.pane));
    },
  };
}

function hasMoved(row: Row, last: Known): boolean {
  return last.key !== row.key || last.readAt < row.outputAt + OUTPUT_STEP_MS;
}

/** A clock that was set back makes nothing young. */
function isWithin(span: Millis, then: Instant, at: Instant): boolean {
  return at >= then && at - then < span;
}

/** Only where the next look is near: whoever stands still meanwhile must not go unseen until a distant one. */
function mayWait(row: Row, last: Known, { at, memory, asked, tickMs }: Reading): boolean {
  if (tickMs > MOVING_MS) return false;
  if (asked || row.attached || row.dead !== null || row.inMode) return false;
  if (!isWithin(MOVING_READ_MS, last.readAt, at) || !isWithin(MOVING_MS, row.outputAt, at))
    return false;
  const agent = memory.agents[row.mark?.target ?? ""];
  return (
    agent?.life.is === "up" &&
    (agent.verdict.is === "busy" || agent.verdict.is === "idle") &&
    agent.says.length === 0 &&
    agent.suspect === null &&
    agent.pending === null
  );
}

/** What is known of panes that are gone. */
export function forgetOthers(held: Map<string, unknown>, rows: readonly Row[]): void {
  const there = new Set(rows.map((row) => row.pane));
  for (const pane of held.keys()) if (!there.has(pane)) held.delete(pane);
}

function readNow(
  before: Known | undefined,
  row: Row,
  read: { readonly text: string; readonly at: Instant },
): Known {
  const { text, at } = read;
  const { key, outputAt } = row;
  if (before?.screen.text === text) {
    const screen =
      before.screen.outputAt === outputAt ? before.screen : { ...before.screen, outputAt };
    return { key, readAt: at, screen };
  }
  const hash = createHash("sha1").update(text).digest("hex").slice(0, 16);
  return { key, readAt: at, screen: { text, hash, since: at, outputAt } };
}
