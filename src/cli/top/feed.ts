// What `agents top` knows, kept up to date from files alone: what the engine published, the journal, and the
// ends of the logs that are in sight. Each look reads what changed, and no more than a bounded part of it.

import { dirname } from "node:path";
import { newEvents, readEvents, type Event, type Position } from "../../engine/events.ts";
import { eventText } from "../event-text.ts";
import type { Call } from "../outside.ts";
import type { Size } from "../screen.ts";
import { readStanding, standingOf, statusPath, type Standing } from "../standing.ts";
import type { Model } from "./model.ts";
import { type Row, rowsOf } from "./rows.ts";
import { asLastWords, asLines, asPane, follow, openTail, type Tail } from "./tail.ts";

/** What is in sight: only of that are logs read. */
export type Sight = {
  readonly rows: readonly Row[];
  readonly chosen: Row | null;
  /** The log fills the screen. */
  readonly deep: boolean;
};

export type Known = Pick<
  Model,
  "standing" | "all" | "printed" | "handoffs" | "lastLines" | "latest"
>;

export type Feed = {
  /** Whether anything is different now. */
  readonly look: (sight: Sight) => boolean;
  readonly known: () => Known;
  /** Asks tmux as well: where no watchdog publishes anything. */
  readonly lookAgain: () => Promise<void>;
};

/** However quiet it is: a watchdog that stopped publishing is noticed. */
const READ_AT_LEAST_MS = 2_000;
const EVENTS_AT_FIRST = 400;
const PREVIEW_BYTES = 32 * 1024;
const DEEP_BYTES = 512 * 1024;
const GLANCE_BYTES = 4 * 1024;
/** Logs glanced at in one look; a full screen of them takes several. */
const GLANCES = 4;

type State = {
  /** Since the last look. */
  changed: boolean;
  standing: Standing;
  all: readonly Row[];
  stamp: number | null;
  readAt: number;
  position: Position;
  latest: string;
  readonly handoffs: Map<
    string,
    { readonly at: number; readonly kind: string; readonly to: string }
  >;
  readonly lastLines: Map<string, string>;
  /** Of the logs when they were last glanced at. */
  readonly sizes: Map<string, number>;
  turn: number;
  tail: Tail | null;
  /** The tail is read for a whole screen of it. */
  deep: boolean;
  printed: readonly string[];
};

export type Place = { readonly stateDir: string; readonly screen: Size };

export async function openFeed(call: Call, place: Place): Promise<Feed> {
  const { disk } = call.outside;
  const logDir = dirname(place.stateDir);
  const state = beginning(call, place, await standingOf(call));
  const begun = newEvents(disk, logDir, null);
  if (begun.ok) state.position = begun.value.position;
  const before = readEvents(disk, logDir, { tail: EVENTS_AT_FIRST, since: null, agents: [] });
  if (before.ok) hear(state, before.value, call.outside.now());
  const ask = async (): Promise<void> => {
    const now = await standingOf(call).catch(() => null);
    if (now !== null) stand(state, now);
    asking = null;
  };
  let asking: Promise<void> | null = null;
  const lookAgain = (): Promise<void> => (asking ??= ask());
  return {
    look: (sight) => {
      if (published(call, state, place.stateDir)) void lookAgain();
      happened(call, state, logDir);
      glance(call, state, { place, logDir, rows: sight.rows });
      peruse(call, state, { place, logDir, sight });
      const { changed } = state;
      state.changed = false;
      return changed;
    },
    known: () => ({
      standing: state.standing,
      all: state.all,
      printed: state.printed,
      handoffs: state.handoffs,
      lastLines: state.lastLines,
      latest: state.latest,
    }),
    lookAgain,
  };
}

function beginning({ outside }: Call, place: Place, standing: Standing): State {
  return {
    changed: true,
    standing,
    all: rowsOf(standing),
    stamp: outside.modified(statusPath(place.stateDir)),
    readAt: outside.now(),
    position: null,
    latest: "",
    handoffs: new Map(),
    lastLines: new Map(),
    sizes: new Map(),
    turn: 0,
    tail: null,
    deep: false,
    printed: [],
  };
}

function stand(state: State, now: Standing): void {
  state.standing = now;
  state.all = rowsOf(now);
  state.changed = true;
}

/** Takes over what a watchdog published; true when none keeps it up to date, and tmux should be asked once. */
function published(call: Call, state: State, stateDir: string): boolean {
  const told = newStanding(call, state, stateDir);
  if (told === null) return false;
  const was = state.standing;
  if (told.watchdog.state === "running") stand(state, told);
  return (
    told.watchdog.state !== "running" && (was.watchdog.state === "running" || told.at > was.at)
  );
}

function happened({ outside }: Call, state: State, logDir: string): void {
  if (state.position === null) return;
  const more = newEvents(outside.disk, logDir, state.position);
  if (!more.ok) return;
  state.position = more.value.position;
  if (more.value.events.length > 0) hear(state, more.value.events, outside.now());
}

/** Null while it stands as it stood. */
function newStanding({ outside }: Call, state: State, stateDir: string): Standing | null {
  const stamp = outside.modified(statusPath(stateDir));
  const now = outside.now();
  if (stamp === state.stamp && now - state.readAt < READ_AT_LEAST_MS) return null;
  state.stamp = stamp;
  state.readAt = now;
  return readStanding(outside, stateDir);
}

function hear(state: State, events: readonly Event[], now: number): void {
  const loops = new Map(state.standing.agents.map(({ name, loop }) => [name, loop]));
  for (const { agent, event, because, at } of events) {
    const kind = event === "said" ? /^(claim|review|inbox) message /.exec(because)?.[1] : undefined;
    const loop = loops.get(agent);
    if (kind === undefined || loop === undefined || loop === null) continue;
    state.handoffs.set(loop, { at: Date.parse(at), kind, to: agent });
  }
  const last = events.findLast(({ event }) => !SMALL.has(event));
  if (last !== undefined) state.latest = eventText(last, { now, width: 0 });
  state.changed = true;
}

/** They only say that something else was done. */
const SMALL = new Set(["write", "answer", "press"]);

type Glancing = { readonly place: Place; readonly logDir: string; readonly rows: readonly Row[] };

/** The last words of those in sight, some of them each time. */
function glance({ outside }: Call, state: State, { place, logDir, rows }: Glancing): void {
  let left = GLANCES;
  for (let step = 0; step < rows.length && left > 0; step += 1) {
    state.turn = (state.turn + 1) % rows.length;
    const row = rows[state.turn];
    if (row === undefined) continue;
    const path = `${logDir}/${row.session}.log`;
    const sized = outside.disk.size(path);
    const size = sized.ok ? (sized.value ?? 0) : 0;
    if ((state.sizes.get(row.name) ?? 0) === size) continue;
    state.sizes.set(row.name, size);
    left -= 1;
    const reading = asLastWords(place.screen);
    openTail(outside.disk, { path, bytes: GLANCE_BYTES, reading });
    const [words = ""] = reading.lines();
    // A spinner writes for long without a word: what was said before it stands.
    if (words === "" || words === state.lastLines.get(row.name)) continue;
    state.lastLines.set(row.name, words);
    state.changed = true;
  }
}

type Perusing = { readonly place: Place; readonly logDir: string; readonly sight: Sight };

/** The log of the chosen one, from its end, as it grows. */
function peruse({ outside }: Call, state: State, { place, logDir, sight }: Perusing): void {
  const { chosen, deep } = sight;
  const path = chosen === null ? null : `${logDir}/${chosen.session}.log`;
  const same = state.tail?.path === path && state.deep === deep;
  if (path === null) state.tail = null;
  else if (same && state.tail !== null) {
    if (!follow(outside.disk, state.tail)) return;
  } else {
    const reading = deep ? asLines(place.screen) : asPane(place.screen);
    const bytes = deep ? DEEP_BYTES : PREVIEW_BYTES;
    state.tail = openTail(outside.disk, { path, bytes, reading });
  }
  state.deep = deep;
  state.printed = state.tail?.reading.lines() ?? [];
  state.changed = true;
}
