// The page behind `?`: every key, and what the words of the table mean.

import type { Looks } from "./model.ts";
import { lineOf, piece } from "./line.ts";

const KEYS: readonly (readonly [string, string])[] = [
  ["j k", "another agent, as the arrows; page up, page down, g and G as well"],
  ["enter", "attach: this terminal becomes the agent's; Ctrl-b d comes back"],
  ["l", "logs, which can be scrolled; q comes back"],
  ["s", "send it a message; the receipt appears above the last line"],
  ["r", "restart it, after a y; lifts `parked`"],
  ["p", "pause it (nothing is typed or restarted), or resume it"],
  ["/", "show only what has these words: a name, a state, a reason"],
  ["o", "another order: who needs you, the file's, name, state, age"],
  ["esc", "show everybody again"],
  ["^L", "look and draw again"],
  ["q  ^C", "leave; nothing that runs is touched"],
];

const WORDS: readonly (readonly [string, string])[] = [
  ["red", "asking, parked, failed, foreign: a person is needed"],
  ["yellow", "held, limited, backoff: goes on by itself at the time shown"],
  ["cyan", "launching, stopping, and what is not clear yet"],
  ["green", "busy; idle and waiting have no colour; down and ended are dim"],
];

export function helpLines({ size, paint }: Looks): readonly string[] {
  const row = ([left, right]: readonly [string, string]): string =>
    lineOf(size.columns, [piece(`  ${left.padEnd(10)}`, paint.bold), piece(right)]);
  const title = (text: string): string => lineOf(size.columns, [piece(` ${text}`, paint.dim)]);
  return [
    title("KEYS"),
    ...KEYS.map(row),
    lineOf(size.columns, []),
    title("WORDS"),
    ...WORDS.map(row),
  ];
}
