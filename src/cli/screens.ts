// The labelled screens that ship with the program, judged by the backends that are in force: how `backends
// test` and `selftest` learn whether the rules still read what they were written from.

import type { Backend } from "../config/config.ts";
import { judgeOffline } from "./offline.ts";
import type { Outside } from "./outside.ts";

/** Any instant: what a label says does not hang on it. */
const AT = Date.UTC(2026, 0, 15, 10);

type Screen = {
  readonly file: string;
  readonly cli: string;
  readonly pane_title: string;
  readonly pane_dead: boolean;
  readonly pane_dead_status: string;
  /** Null: it does not tell its state, and `why` says so. */
  readonly verdict: string | null;
  readonly why?: string;
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
  /** How often each label was judged as what. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly unlabelled: readonly { readonly screen: string; readonly why: string }[];
};

/** One score for each of these backends of which screens ship. */
export async function scores(
  outside: Outside,
  backends: Readonly<Record<string, Backend>>,
): Promise<readonly Score[]> {
  const { screens } = await outside.shipped();
  const all: readonly Screen[] = JSON.parse(await screens());
  const names = [...new Set(all.map(({ cli }) => cli))];
  return names.flatMap((name) => {
    const backend = backends[name];
    const own = all.filter(({ cli }) => cli === name);
    return backend === undefined ? [] : [scoreOf(backend, own)];
  });
}

function scoreOf(backend: Backend, screens: readonly Screen[]): Score {
  const judged = screens.flatMap((one) =>
    one.verdict === null
      ? []
      : [
          {
            screen: one.file,
            expected: one.verdict,
            judged: judgeOffline(backend, shotOf(one)).verdict.is,
          },
        ],
  );
  const wrong = judged.filter((one) => one.expected !== one.judged);
  const confusion: Record<string, Record<string, number>> = {};
  for (const one of judged) {
    const row = (confusion[one.expected] ??= {});
    row[one.judged] = (row[one.judged] ?? 0) + 1;
  }
  const unlabelled = screens
    .filter(({ verdict }) => verdict === null)
    .map(({ file, why = "" }) => ({ screen: file, why }));
  const right = judged.length - wrong.length;
  return { backend: backend.name, right, wrong, confusion, unlabelled };
}

function shotOf(one: Screen): Parameters<typeof judgeOffline>[1] {
  const dead = one.pane_dead ? Number(one.pane_dead_status) : null;
  return { text: one.text, title: one.pane_title, dead, at: AT, zone: "UTC" };
}
