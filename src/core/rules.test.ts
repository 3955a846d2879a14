// Rules that every other test would let pass if they were broken: found by breaking them (npm run mutate).

import { expect, test } from "vitest";
import {
  done,
  drafted,
  later,
  limited,
  look,
  obeyed,
  order,
  outcomes,
  running,
  scene,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";
import { GO_ON } from "./agent.ts";
import { ENDS_A_DAY } from "./ending.ts";
import { newSay } from "./say.ts";
import { START_GRACE_MS } from "./stall.ts";
import type { AgentMemory, Memory } from "./types.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ONE = `[[agent]]\nname = "a"\n`;
const UNWATCHED = `${ONE}watch = "none"\n`;
const crash = { dead: { code: 1, signal: null } } as const;

function patched(change: Partial<AgentMemory>): { readonly remember: (memory: Memory) => Memory } {
  const agents = (memory: Memory): Memory["agents"] =>
    Object.fromEntries(
      Object.entries(memory.agents).map(([name, one]) => [name, { ...one, ...change }]),
    );
  return { remember: (memory) => ({ ...memory, agents: agents(memory) }) };
}

function notes({ deeds }: Scene, event: string): number {
  return deeds.filter((deed) => deed.do === "note" && deed.event === event).length;
}

test("with watch = none nobody is held, parked or stopped for what the screen shows", () => {
  for (const screen of [SCREENS.fatal, SCREENS.auth, SCREENS.limited, SCREENS.overloaded]) {
    const shown = later(look(running(UNWATCHED), SECOND, { screens: { a: screen } }), 60 * MINUTE);
    expect([shown.agent("a").life.is, done(shown), shown.memory.holds]).toEqual(["up", [], {}]);
  }
});

test("an edit restarts nobody who has just gone to work after a long rest", () => {
  const rested = later(running(`${ONE}prompt = "one"\n`), 2 * MINUTE);
  const edited = { config: `${ONE}prompt = "two"\n` };
  const works = look(rested, SECOND, { ...edited, screens: { a: SCREENS.busy } });
  expect([works.agent("a").life.is, look(rested, SECOND, edited).agent("a").life.is]).toEqual([
    "up",
    "stopping",
  ]);
});

test("an overloaded model is asked less than ten times in its first hour", () => {
  let now = look(running(ONE), SECOND, { screens: { a: SCREENS.overloaded } });
  let asked = 0;
  for (const end = now.at + 60 * MINUTE; now.at < end;) {
    now = look(now, 10 * SECOND, {
      outcomes: outcomes(now, "a"),
      screens: { a: SCREENS.overloaded },
    });
    asked += notes(now, "overloaded");
  }
  expect(asked).toBeGreaterThan(3);
  expect(asked).toBeLessThan(10);
});

test("who has only just started is not killed for what stands on its screen", () => {
  const begun = look(scene(ONE), 0, { orders: [order("up")] });
  let now = look(begun, SECOND, { panes: obeyed(begun, SCREENS.fatal) });
  for (; now.at < begun.at + START_GRACE_MS - SECOND; now = look(now, SECOND))
    expect(now.agent("a").life.is).not.toBe("stopping");
  expect(later(now, MINUTE).agent("a").life.is).toBe("stopping");
});

test("what the screen showed is kept before anybody is killed, and when a person stops it, it is not", () => {
  const kept = ({ actions }: Scene): boolean => actions.some((one) => one.do === "evidence");
  let now = look(running(ONE), SECOND, { screens: { a: SCREENS.fatal } });
  while (now.agent("a").life.is === "up") now = look(now, SECOND);
  expect([kept(now), now.agent("a").life.is]).toEqual([true, "stopping"]);
  expect(kept(look(running(ONE), SECOND, { orders: [order("down")] }))).toBe(false);
});

test("the number of a first process that has ended is nobody's to signal", () => {
  const dead = look(running(ONE), SECOND, { panes: { a: crash } });
  const way = [dead, look(dead, 500), look(dead, 9 * SECOND)];
  const roots = way.flatMap(({ actions }) =>
    actions.flatMap((one) => (one.do === "sweep" ? [one.root] : [])),
  );
  expect(new Set(roots)).toEqual(new Set([null]));
});

test("a day of unexpected ends parks the most patient of agents", () => {
  const patient = `${ONE}restart = { starts = 1000, within = 60 }\n`;
  const before = running(patient);
  const charged = (ends: number) =>
    Array.from({ length: ends }, (_, at) => before.at - 20 * MINUTE * (at + 1)).toReversed();
  const after = (ends: number): string => {
    const dead = look(before, SECOND, {
      panes: { a: crash },
      ...patched({ charged: charged(ends) }),
    });
    const counted = look(dead, SECOND, { outcomes: outcomes(dead, "a") });
    return look(counted, 500, { outcomes: outcomes(counted, "a") }).agent("a").life.is;
  };
  expect([after(ENDS_A_DAY - 2), after(ENDS_A_DAY - 1)]).toEqual(["backoff", "parked"]);
});

test("a conversation that ended its program at once is not taken up again", () => {
  const keeper = `[backend.keeper]\nbin = "keeper"\nsupports_resume = true\n${ONE}backend = "keeper"\nresume = true\n`;
  const files = { "/fleet/.agents/state/a.id": { text: "c0de" } };
  const begun = look(scene(keeper), 0, { orders: [order("up")], files });
  const there = look(begun, SECOND, { panes: obeyed(begun, "at work") });
  const ends = (afterMs: number, dead: { code: number; signal: null }) =>
    look(there, afterMs, { panes: { a: { dead } } }).agent("a").conversation;
  expect([
    ends(5 * SECOND, { code: 1, signal: null }),
    ends(5 * SECOND, { code: 0, signal: null }),
    ends(30 * SECOND, { code: 1, signal: null }),
  ]).toEqual([{ id: null, phase: null, lost: true }, null, null]);
});

test("no word of anybody's goes into a dialog, watched or not", () => {
  const asks = look(running(UNWATCHED), SECOND, { screens: { a: SCREENS.asking } });
  const sent = look(asks, SECOND, { orders: [order("send", ["a"], { text: "hello" })] });
  expect([done(sent), done(later(sent, 10 * MINUTE))]).toEqual([[], []]);
});

test("a dialog that opens over typed text gets no Enter, watched or not", () => {
  const begun = look(running(UNWATCHED), SECOND, {
    orders: [order("send", ["a"], { text: "hello" })],
  });
  const typed = look(begun, 40, {
    screens: { a: drafted("hello") },
    outcomes: outcomes(begun, "a"),
  });
  expect(done(look(typed, SECOND))).toEqual(["a: press Enter"]);
  expect(done(look(typed, SECOND, { screens: { a: SCREENS.asking } }))).toEqual([]);
});

test("who is paused is not told to go on", () => {
  const says = [newSay({ kind: "limit", text: GO_ON, at: 0, order: null })];
  const paused = look(running(ONE), SECOND, { orders: [order("pause", ["a"])] });
  expect(done(look(paused, SECOND, patched({ says })))).toEqual([]);
});

const PAIR = ["a", "b"].map((name) => `[[agent]]\nname = "${name}"\nwatch = "heal"\n`).join("");

test("work that began before the hold of its account does not end it", () => {
  const works = look(running(PAIR, SCREENS.busy), SECOND);
  const held = look(works, SECOND, { screens: { b: SCREENS.limited } });
  const still = later(held, 5 * MINUTE);
  expect([still.agent("a").verdict.is, Object.keys(still.memory.holds)]).toEqual([
    "busy",
    ["talker"],
  ]);
});

const FIVE = ["a", "b", "c", "d", "e"]
  .map((name) => `[[agent]]\nname = "${name}"\nwatch = "heal"\n`)
  .join("");

test("after the hold the others follow each at its own moment", () => {
  const names = ["a", "b", "c", "d", "e"];
  const all = (screen: string) => Object.fromEntries(names.map((name) => [name, screen]));
  const held = look(running(FIVE, SCREENS.busy), SECOND, { screens: all(limited(null)) });
  const probed = look(held, (held.due ?? held.at) - held.at + SECOND);
  const works = look(probed, SECOND, { screens: { a: SCREENS.busy } });
  const moments = names.slice(1).flatMap((name) => {
    const { life } = works.agent(name);
    return life.is === "held" ? [life.until] : [];
  });
  expect([works.memory.holds, new Set(moments).size]).toEqual([{}, 4]);
});

test("a server that was not seen for a while was not lost", () => {
  const there = running(ONE);
  const blind = look(there, SECOND, { server: "unseen" });
  expect([notes(blind, "server-lost"), blind.memory.fleet.server]).toEqual([
    0,
    there.memory.fleet.server,
  ]);
  expect(look(blind, SECOND, { server: { pid: 1, started: "s" } }).deeds).toEqual([]);
});

test("the outcome of another action does not say that nobody is left", () => {
  const stopping = look(running(ONE), SECOND, {
    orders: [order("restart", ["a"], { now: "yes" })],
  });
  const other = { target: "a", ok: true, failure: "", left: [], weight: null };
  const still = look(stopping, 100, { outcomes: [{ ...other, id: "a.type.0" }] });
  const own = look(stopping, 100, { outcomes: outcomes(stopping, "a") });
  expect([still.agent("a").life.is, own.agent("a").life.is]).toEqual(["stopping", "down"]);
});

test("an order that is heard too late does nothing and says so", () => {
  const there = running(ONE);
  const late = { ...order("down"), expires: there.at + SECOND };
  const heard = look(there, SECOND, { orders: [late] });
  expect([done(heard), heard.memory.fleet.wanted]).toEqual([[], "up"]);
  expect(heard.deeds).toContainEqual(
    expect.objectContaining({ do: "answer", order: late.id, state: "expired" }),
  );
});

test("up without names means everybody, also whom a person stopped", () => {
  const stopped = look(running(PAIR), SECOND, { orders: [order("down", ["a"])] });
  const all = look(stopped, SECOND, { orders: [order("up")] });
  expect([stopped.agent("a").wanted, all.agent("a").wanted]).toEqual(["down", null]);
});

test("an order whose file cannot be taken away is carried out once, however long it lies there", () => {
  const orders = [order("pause", ["a"])];
  const paused = look(running(ONE), SECOND, { orders });
  const resumed = look(paused, SECOND, { orders: [...orders, order("resume", ["a"])] });
  let now = resumed;
  for (let looks = 0; looks < 20; looks += 1) now = look(now, SECOND, { orders });
  expect(now.agent("a").paused).toBe(false);
});

const WOKEN = `${ONE}wake = { interval = 600, prompt_file = "wake.md" }
[[agent]]
name = "b"
kind = "loop"
role = "builder"
[loop]
roles_dir = "/fleet"
phases = [{ id = "one", plan = "p", status = "S1" }]
`;

test("nobody is woken once every loop is complete", () => {
  const files = { "/fleet/builder.md": { text: "build" }, "/fleet/wake.md": { text: "look" } };
  const due = patched({ wakeAt: 1, says: [], doing: null }).remember;
  const said = (complete: boolean): number => {
    const loops = (memory: Memory): Memory["loops"] =>
      Object.fromEntries(
        Object.entries(memory.loops).map(([name, one]) => [
          name,
          { ...one, complete, completedRun: complete },
        ]),
      );
    const change = { remember: (memory: Memory) => ({ ...due(memory), loops: loops(memory) }) };
    return notes(look(running(WOKEN, SCREENS.idle, files), SECOND, change), "wake");
  };
  expect([said(false), said(true)]).toEqual([1, 0]);
});

test("a nudge that finds its agent at work is not said", () => {
  const says = [newSay({ kind: "nudge", text: "nothing moves", at: 0, order: null })];
  const works = { ...patched({ says }), screens: { a: SCREENS.busy } };
  expect(done(look(running(ONE), SECOND, works))).toEqual([]);
  expect(done(look(running(ONE), SECOND, patched({ says })))).toEqual(["a: type nothing moves"]);
});
