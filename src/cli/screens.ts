// The labelled screens that ship with the program, judged by the backends that are in force: how `backends
// test` and `selftest` learn whether the rules still read what they were written from.

import type { Backend } from "../config/config.ts";
import { judgeOffline } from "./offline.ts";
import type { Outside } from "./outside.ts";

/** Any instant: what a label says does not hang on it. */
const AT = Date.UTC(2026, 0, 15, 10);

type Labelled = {
  readonly file: string;
  readonly cli: string;
  readonly pane_title: string;
  readonly pane_dead: boolean;
  readonly pane_dead_status: string;
  readonly verdict: string;
  readonly text: string;
};

export type Score = {
  readonly backend: string;
  readonly right: number;
  readonly wrong: readonly {
    readonly screen: string;
    readonly expected: string;
    readonly judged: string;
  }[];
};

/** One score for each of these backends of which screens ship. */
export async function scores(
  outside: Outside,
  backends: Readonly<Record<string, Backend>>,
): Promise<readonly Score[]> {
  const { screens } = await outside.shipped();
  const labelled: readonly Labelled[] = JSON.parse(await screens());
  const names = [...new Set(labelled.map(({ cli }) => cli))];
  return names.flatMap((name) => {
    const backend = backends[name];
    const own = labelled.filter(({ cli }) => cli === name);
    return backend === undefined ? [] : [scoreOf(backend, own)];
  });
}

function scoreOf(backend: Backend, screens: readonly Labelled[]): Score {
  const judged = screens.map((one) => ({ one, is: judgeOffline(backend, shotOf(one)).verdict.is }));
  const wrong = judged.filter(({ one, is }) => is !== one.verdict);
  return {
    backend: backend.name,
    right: judged.length - wrong.length,
    wrong: wrong.map(({ one, is }) => ({ screen: one.file, expected: one.verdict, judged: is })),
  };
}

function shotOf(one: Labelled): Parameters<typeof judgeOffline>[1] {
  const dead = one.pane_dead ? Number(one.pane_dead_status) : null;
  return { text: one.text, title: one.pane_title, dead, at: AT, zone: "UTC" };
}
