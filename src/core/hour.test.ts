// The hour's few answers, and that a judgement asks the clock for nothing besides them.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Backend } from "../config/config.ts";
import { hasStirred, isStill, ofTheHour } from "./hour.ts";
import { judge } from "./judge.ts";
import { commandBackend } from "./member.ts";
import type { Pane } from "./types.ts";

const SECOND = 1_000;
const bare = commandBackend(null);
const idle = { re: "ready>", flags: "m", rows: null };
const ruled: Backend = {
  ...bare,
  processName: "robot",
  screen: { ...bare.screen, idle: [idle] },
};
const footed: Backend = { ...ruled, footerUi: true, logGraceMs: 90 * SECOND };

function paneOf(text: string, command: string): Pane {
  const mark = { run: "r", hash: "h", target: "a" };
  const screen = { text, hash: text, since: 0, outputAt: 0 };
  const place = { session: "s", pane: "%1", pid: 1, started: "1", mark, dead: null };
  const looks = { title: "", inMode: false, humanAt: null, attached: false, signals: null };
  return { ...place, ...looks, command, screen, childless: true };
}

test("output counts as a stir for as long as the backend's kind says; rules of its own leave none open", () => {
  const pane = paneOf("", "robot");
  const stirs = (backend: Backend) =>
    [10, 11, 90, 91].map((seconds) => hasStirred(pane, { at: seconds * SECOND, backend }));
  expect([stirs(bare), stirs(ruled), stirs(footed)]).toEqual([
    [true, false, false, false],
    [false, false, false, false],
    [true, true, true, false],
  ]);
});

test("output of an hour that is still to come, on a clock that was set back, is no stir", () => {
  const pane = paneOf("", "robot");
  const stirs = (at: number) => hasStirred(pane, { at, backend: footed });
  expect([stirs(-SECOND), stirs(-3_600 * SECOND)]).toEqual([true, false]);
});

test("a screen is still from the grace on, and one that could not be read never is", () => {
  const pane = paneOf("", "robot");
  const still = (one: Pane, at: number) => isStill(one, { at, stallGraceMs: 5 });
  const unread = { ...pane, screen: null };
  expect([still(pane, 4), still(pane, 5), still(unread, 9)]).toEqual([false, true, false]);
});

test("a judgement holds for as long as the hour answers the same", () => {
  const seconds = fc.integer({ min: 0, max: 400 });
  const texts = fc.constantFrom("", "ready>", "working", "WAITING-UNTIL: 2030-01-01T00:00:00Z");
  const backends = fc.constantFrom(bare, ruled, footed);
  const panes = fc.tuple(texts, fc.constantFrom("robot", "sh", "stranger"));
  fc.assert(
    fc.property(panes, backends, fc.tuple(seconds, seconds), (shown, backend, [one, other]) => {
      const pane = paneOf(...shown);
      const hour = (at: number) => ({ backend, stallGraceMs: 180 * SECOND, at: at * SECOND });
      const rest = { others: ["stranger"], zone: "UTC", banner: null, processSeen: true };
      const judged = (at: number) => judge(pane, { ...hour(at), ...rest, starting: false });
      if (!sameAnswers(ofTheHour(pane, hour(one)), ofTheHour(pane, hour(other)))) return;
      expect(judged(one)).toEqual(judged(other));
    }),
  );
});

function sameAnswers(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.every((answer, at) => answer === b[at]);
}
