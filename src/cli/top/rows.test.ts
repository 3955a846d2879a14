// One word for each member, what it waits for, and who comes first.

import { expect, test } from "vitest";
import { arranged, counts, nextOf, rowsOf, SORTS } from "./rows.ts";
import { agent, NOON, STANDING } from "./scene.ts";

const rows = rowsOf(STANDING);

test("what each one does, and what it waits for", () => {
  expect(rows.map((row) => [row.name, row.state, nextOf(row, NOON), row.why])).toEqual([
    ["builder", "busy", "", ""],
    ["reviewer", "waiting", "goes on in 1m 45s", "waits, as it said"],
    [
      "migration",
      "asking",
      "your answer",
      "asks: Do you want to run `dropdb staging`? 1. Yes 2. No",
    ],
    ["docs", "idle", "wake in 20m", ""],
    ["翻訳", "idle", "2 messages wait", ""],
    ["nightly", "parked", "your restart", "failed auth: Please log in again; exit 1"],
    ["scout", "held", "reset in 4m 10s", "usage limit: resets 12:04"],
    ["crasher", "backoff", "start in 12s", "restart: exited 1"],
    ["newcomer", "launching", "up in 58s", ""],
    ["edited", "busy", "restart when idle", "restart pending: its launch was edited"],
    ["mine", "paused", "your resume", "paused by a person"],
    ["off", "down", "", "disabled"],
    ["db", "up", "", ""],
  ]);
});

test("escapes that an agent printed do not reach the screen", () => {
  const [row] = rowsOf({
    ...STANDING,
    agents: [agent("a", { because: "asks:\u001B[2J\u001B]0;x\u0007 go\non?" })],
  });
  expect(row?.why).toBe("asks: go on?");
});

test("every order of the rows", () => {
  const named = SORTS.map((sort) => [sort, arranged(rows, "", sort).map(({ name }) => name)]);
  const ends = named.map(([sort, all]) => [sort, all?.[0], all?.[1], all?.at(-1)]);
  expect(ends).toEqual([
    ["who needs you", "migration", "nightly", "off"],
    ["as in the file", "builder", "reviewer", "db"],
    ["name", "builder", "crasher", "翻訳"],
    ["state", "migration", "nightly", "off"],
    ["age", "newcomer", "crasher", "off"],
  ]);
});

test("who works and who rests keep their places among those who need nobody", () => {
  const tell = (verdict: string): readonly string[] => {
    const agents = [agent("a", { verdict }), agent("b"), agent("c", { verdict: "asking" })];
    return arranged(rowsOf({ ...STANDING, agents, services: [] }), "", "who needs you").map(
      ({ name }) => name,
    );
  };
  expect(tell("busy")).toEqual(["c", "a", "b"]);
  expect(tell("idle")).toEqual(["c", "a", "b"]);
});

test("a filter looks for all its words in name, state and reason", () => {
  const found = (filter: string): readonly string[] =>
    arranged(rows, filter, "as in the file").map(({ name }) => name);
  expect(found("HELD")).toEqual(["scout"]);
  expect(found("loop busy")).toEqual(["builder"]);
  expect(found("log in")).toEqual(["nightly"]);
  expect(found(" ")).toHaveLength(rows.length);
});

test("states are counted, the loudest first", () => {
  expect(counts(rows).map(({ state, n }) => `${n} ${state}`)).toEqual(
    "1 asking,1 parked,1 backoff,1 held,1 launching,2 busy,1 up,2 idle,1 paused,1 waiting,1 down".split(
      ",",
    ),
  );
});

test("an older watchdog publishes no wakes and no messages", () => {
  const { wakes: _wakes, queued: _queued, ...old } = agent("a", { verdict: "idle" });
  const [row] = rowsOf({ ...STANDING, agents: [old as ReturnType<typeof agent>] });
  expect(nextOf(row!, NOON)).toBe("");
});
