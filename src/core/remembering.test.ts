// An answer is kept exactly as long as what it was made from.

import { expect, test } from "vitest";
import { remembering } from "./remembering.ts";

const counting = (lasts: (answer: number) => boolean) => {
  let made = 0;
  const remembered = remembering<number>(lasts);
  return (about: object, ...from: readonly unknown[]) => remembered(about, from, () => ++made);
};

test("an answer is made once for the same parts, and anew when one of them is another object", () => {
  const ask = counting(() => true);
  const [pane, part] = [{}, {}];
  const asked = [ask(pane, part, 1), ask(pane, part, 1), ask(pane, {}, 1), ask(pane, part, 1)];
  expect(asked).toEqual([1, 1, 2, 3]);
});

test("answers about one thing say nothing about another", () => {
  const ask = counting(() => true);
  const [a, b] = [{}, {}];
  expect([ask(a), ask(b), ask(a), ask(b)]).toEqual([1, 2, 1, 2]);
});

test("an answer that does not last is made anew each time, and leaves none behind", () => {
  const ask = counting((answer) => answer !== 2);
  const [a, part] = [{}, {}];
  expect([ask(a), ask(a, part), ask(a, part), ask(a, part), ask(a)]).toEqual([1, 2, 3, 3, 4]);
});
