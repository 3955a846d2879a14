// Several logs in the order in which they were written, as far as the marks of the engine tell: one turn of one log
// after another. What no mark tells apart stays in one turn. Pure.

import type { LogMark } from "../engine/log-marks.ts";
import type { LogFile } from "./log-file.ts";
import { placeAt } from "./log-since.ts";

export type Turn<S> = { readonly source: S; readonly from: number; readonly to: number };

type Marked = {
  readonly log: LogFile;
  readonly marks: readonly LogMark[];
  /** Where it begins to be shown. */
  readonly start: number;
};

/** Oldest first; of the same minute, in the order of the sources. */
export function turnsOf<S extends Marked>(sources: readonly S[]): readonly Turn<S>[] {
  const cut = sources.flatMap((source) => stretches(source));
  return cut.toSorted((a, b) => a.at - b.at).reduce<Turn<S>[]>(joined, []);
}

type Stretch<S> = Turn<S> & { readonly at: number };

/** What was written by each mark, and since the last one. */
function stretches<S extends Marked>(source: S): readonly Stretch<S>[] {
  const { log, marks, start } = source;
  const ends = marks.map(({ at }) => ({ at, to: placeAt(log, marks, at) ?? 0 }));
  let from = start;
  return [...ends, { at: Number.POSITIVE_INFINITY, to: log.size }].flatMap(({ at, to }) => {
    if (to <= from) return [];
    const stretch = { source, at, from, to };
    from = to;
    return [stretch];
  });
}

/** Who goes on after itself has one turn. */
function joined<S>(turns: Turn<S>[], { source, from, to }: Turn<S>): Turn<S>[] {
  const last = turns.at(-1);
  const goesOn = last?.source === source && last.to === from;
  if (goesOn) turns.pop();
  turns.push({ source, from: goesOn ? last.from : from, to });
  return turns;
}
