// What two looks at the same line have in common.

import { expect, test } from "vitest";
import { openRowReader } from "./tmux-look.ts";

const NOON = 1_700_000_000;
/** A living pane of ours as tmux tells it. */
const line = (activity: number, title: string): string =>
  ["", "77", "0", "0", activity, "1", "%3", "00c0ffee r1 h1 a p-a %3", "p-a", "sh", title].join(
    "|",
  );
const reading = (at: number) => ({ separator: "|", commands: true, hex: "00c0ffee", at });

test("a line that is told again is the same row, and another line is another", () => {
  const read = openRowReader();
  const [first] = read([line(NOON, "a")], reading(NOON * 1000 + 1_000));
  const [again] = read([line(NOON, "a")], reading(NOON * 1000 + 2_000));
  const [moved] = read([line(NOON, "b")], reading(NOON * 1000 + 3_000));
  expect([again === first, moved?.title, moved?.key === first?.key]).toEqual([true, "b", false]);
  expect(first).toMatchObject({ session: "p-a", pane: "%3", pid: 77, dead: null, command: "sh" });
});

test("within the second of its output, the same line may stand for another screen", () => {
  const read = openRowReader();
  const [first] = read([line(NOON, "a")], reading(NOON * 1000 + 300));
  const [again] = read([line(NOON, "a")], reading(NOON * 1000 + 600));
  const [settled] = read([line(NOON, "a")], reading(NOON * 1000 + 1_500));
  expect(new Set([first?.key, again?.key, settled?.key]).size).toBe(3);
});
