// The story of a rehearsal for people: sentences with their hour, what repeats itself counted, and a summary below.
// Long stories are told shorter, not cut off. UTC throughout, as the false world has it.

import type { Rehearsed, Rehearsing, Told } from "../engine/rehearsal.ts";
import { span } from "./ago.ts";
import { plain } from "./paint.ts";

/** As many lines as somebody reads. */
const LINES_MAX = 150;
/** How often the same is told in full before it is counted; the first that fits is taken. */
const TELLINGS = [Number.POSITIVE_INFINITY, 20, 10, 5, 3, 2, 1] as const;
const SENTENCE_MAX = 160;
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

export function storyText(asked: Rehearsing, rehearsed: Rehearsed): string {
  const { config, lastsMs, start, seed, faults } = asked;
  const { story } = rehearsed;
  const width = Math.max(8, ...story.map(({ who }) => who.length));
  const { told, counted } = shorter(story);
  const count = config.agents.length;
  const head = `${count === 1 ? "1 agent" : `${count} agents`} for ${span(lastsMs)} from ${new Date(start).toISOString().slice(0, 16)}Z, seed ${seed}, faults: ${faults}. A false world: nothing real was started.`;
  const lines = told.map(({ at, who, what }) => `${hour(at)}  ${who.padEnd(width)}  ${what}`);
  const again = counted.map(
    ({ who, what, times }) => `  ${who.padEnd(width)}  ${what} (${times} more times)`,
  );
  const more = again.length === 0 ? [] : ["", "And again, as above:", ...again];
  return plain([head, "", ...lines, ...more, "", ...summary(rehearsed), ""].join("\n"));
}

type Counted = { readonly who: string; readonly what: string; readonly times: number };
type Shorter = { readonly told: readonly Told[]; readonly counted: readonly Counted[] };

function shorter(story: readonly Told[]): Shorter {
  const short = story.map((one) => ({ ...one, what: cut(one.what) }));
  let found: Shorter = { told: short, counted: [] };
  for (const most of TELLINGS) {
    found = tellingAtMost(short, most);
    if (found.told.length + found.counted.length <= LINES_MAX) return found;
  }
  const rest = found.told.length - LINES_MAX;
  if (rest <= 0) return { ...found, counted: found.counted.slice(0, 50) };
  const left = { who: "others", what: "something else happened", times: rest };
  return { told: found.told.slice(0, LINES_MAX), counted: [...found.counted.slice(0, 50), left] };
}

function tellingAtMost(story: readonly Told[], most: number): Shorter {
  const times = new Map<string, { readonly first: Told; count: number }>();
  const told = story.filter((one) => {
    const key = keyOf(one);
    const known = times.get(key) ?? { first: one, count: 0 };
    known.count += 1;
    times.set(key, known);
    return known.count <= most;
  });
  const counted = [...times.values()].flatMap(({ first, count }) =>
    count <= most ? [] : [{ who: first.who, what: general(first.what), times: count - most }],
  );
  return { told, counted };
}

/** The same thing at another hour, with other numbers. */
function keyOf({ who, what }: Told): string {
  return `${who} ${general(what)}`;
}

function general(what: string): string {
  return what
    .replaceAll(/\b[0-9a-f]{7,}\b/g, "…")
    .replaceAll(/\d+(?::\d+)*/g, "…")
    .replaceAll(/…(?:[, ]+…)+/g, "…");
}

function cut(what: string): string {
  const line = what.replaceAll(/\s+/g, " ");
  return line.length <= SENTENCE_MAX ? line : `${line.slice(0, SENTENCE_MAX - 1)}…`;
}

function hour(at: number): string {
  const date = new Date(at);
  const day = `${DAYS[date.getUTCDay()] ?? ""} ${date.toISOString().slice(5, 10)}`;
  return `${day} ${date.toISOString().slice(11, 19)}`;
}

function summary({ tally, idleMs, upMs, falseKills, parked, loops }: Rehearsed): readonly string[] {
  const share = upMs === 0 ? 0 : Math.round((100 * idleMs) / upMs);
  return [
    `starts ${tally.starts} · restarts ${tally.restarts} · holds ${tally.holds} · nudges ${tally.nudges} · stopped to start again ${tally.kills}`,
    `idle ${span(idleMs)} of ${span(upMs)} that agents were up (${share}%)`,
    `killed while working, waiting or asking: ${falseKills.length === 0 ? "nobody" : falseKills.length}`,
    ...falseKills.slice(0, 5).map((one) => `  ${cut(one)}`),
    `parked: ${parked.length === 0 ? "nobody" : parked.map(({ name, why }) => cut(`${name} (${why})`)).join(", ")}`,
    ...loops.map(
      ({ name, phase, complete }) => `${name}: ${complete ? "complete" : `in phase ${phase}`}`,
    ),
  ];
}
