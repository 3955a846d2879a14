import { expect, test } from "vitest";
import { done, look, order, outcomes, running, SCREENS, type Scene } from "../sim/scene.ts";
import { newSay } from "./say.ts";
import type { Say, Survivor } from "./types.ts";

const ONE = `[[agent]]\nname = "a"\n`;
const child: Survivor = { pid: 101, name: "server" };

/** Goes on with these processes left, until it stands still; every look on the way. */
function goDown(from: Scene, left: readonly Survivor[]): readonly Scene[] {
  const way = [from];
  for (let now = from; now.agent("a").life.is === "stopping" && way.length < 500;) {
    const wait = Math.max(1, (now.due ?? now.at + 400) - now.at);
    now = look(now, wait, { outcomes: outcomes(now, "a", { left }) });
    way.push(now);
  }
  return way;
}

test("a stop asks, interrupts, terminates, hangs up, and only then kills", () => {
  const way = goDown(look(running(ONE), 1000, { orders: [order("down", ["a"])] }), [child]);
  expect(way.flatMap(done)).toEqual(["a: press C-c C-c", "a: INT", "a: TERM", "a: HUP", "a: KILL"]);
  expect((way.at(-1)?.at ?? 0) - (way[0]?.at ?? 0)).toBeLessThanOrEqual(35_000);
});

test("a stop now leaves the asking out", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("down", ["a"], { now: "yes" })] });
  expect(goDown(stopping, [child]).flatMap(done)).toEqual(["a: TERM", "a: KILL"]);
});

test("what KILL does not end is named, and nothing new is started beside it", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("restart", ["a"], { now: "yes" })] });
  const last = goDown(stopping, [child]).at(-1) ?? stopping;
  expect(last.agent("a").life).toEqual({ is: "parked", since: last.at, why: "survivors" });
  expect(last.deeds[0]).toEqual({
    do: "note",
    target: "a",
    event: "survivors",
    loud: true,
    because: "could not be stopped: server (pid 101)",
  });
  const after = look(last, 60_000, { panes: { a: null } });
  expect([after.agent("a").life.is, after.deeds]).toEqual(["parked", []]);
});

test("once nobody is left the session goes too, and it stays down", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("down", ["a"])] });
  const dead = { dead: { code: 0, signal: null } };
  const gone = look(stopping, 500, { panes: { a: dead }, outcomes: outcomes(stopping, "a") });
  const down = goDown(gone, []).at(-1) ?? gone;
  expect([down.agent("a").life, done(down)]).toEqual([{ is: "down" }, ["a: close"]]);
  const later = look(down, 30_000, { panes: { a: null } });
  expect([later.agent("a").life, later.deeds]).toEqual([{ is: "down" }, []]);
});

test("a session whose closing got lost in a crash is closed by the next watchdog", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("down", ["a"])] });
  const dead = { dead: { code: 0, signal: null } };
  const gone = look(stopping, 500, { panes: { a: dead }, outcomes: outcomes(stopping, "a") });
  const down = goDown(gone, []).at(-1) ?? gone;
  expect([down, look(down, 400), look(down, 2000, { first: true })].map(done)).toEqual([
    ["a: close"],
    [],
    ["a: close"],
  ]);
});

test("the last screen of a parked one goes when it is stopped, and not before", () => {
  const parked = look(running(ONE), 1000, {
    panes: { a: { dead: { code: 1, signal: null } } },
    remember: (memory) => ({
      ...memory,
      agents: Object.fromEntries(
        Object.entries(memory.agents).map(([name, one]) => [
          name,
          { ...one, run: null, life: { is: "parked", since: 0, why: "restarts" } as const },
        ]),
      ),
    }),
  });
  const down = look(parked, 1000, { orders: [order("down")] });
  expect([parked.agent("a").life.is, done(parked), done(down)]).toEqual([
    "parked",
    [],
    ["a: close"],
  ]);
});

test("a program that is gone is not asked: what it left behind is terminated", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("down", ["a"])] });
  const gone = look(stopping, 500, { panes: { a: { dead: { code: 0, signal: null } } } });
  expect(goDown(gone, [child]).flatMap(done)).toEqual(["a: TERM", "a: HUP", "a: KILL"]);
});

test("a dialog is not answered with exit keys", () => {
  const asking = look(running(ONE), 1000, { screens: { a: SCREENS.asking } });
  expect(done(look(asking, 1000, { orders: [order("down", ["a"])] }))).toEqual(["a: INT"]);
});

test("a watchdog that died on the way down goes on with the rung it stood on", () => {
  const stopping = look(running(ONE), 1000, { orders: [order("down", ["a"])] });
  const second = look(stopping, 9000, { outcomes: outcomes(stopping, "a") });
  expect([done(second), done(look(second, 2000, { first: true }))]).toEqual([
    ["a: INT"],
    ["a: INT"],
  ]);
});

test("defect 13: what could not be started again is not stopped for a restart", () => {
  const prompted = `[[agent]]\nname = "a"\nprompt_file = "p.md"\n`;
  const file = "/fleet/p.md";
  const begun = running(prompted, SCREENS.busy, { [file]: { text: "work" } });
  const asked = look(begun, 1000, {
    orders: [order("restart", ["a"])],
    files: { [file]: "missing" },
  });
  expect([asked.agent("a").life.is, done(asked)]).toEqual(["up", []]);
  expect(asked.deeds).toContainEqual({
    do: "note",
    target: "a",
    event: "refused",
    loud: true,
    because: `not restarted: the prompt of a is missing: ${file} (create it, or name another file in the config)`,
  });
});

test("a phase begins with its own news: what was said of the last one is not", () => {
  const toml = `[[agent]]\nname = "a"\nkind = "loop"\nrole = "builder"\n[loop]\nphases = [{ id = "one", plan = "P", status = "S1.md" }, { id = "two", plan = "P", status = "S2.md" }]\n`;
  const there = running(toml, SCREENS.busy, { "/fleet/prompts/builder.md": { text: "build" } });
  const say = (text: string, at: number): Say => newSay({ kind: "claim", text, at, order: null });
  const next = look(there, 1000, { orders: [order("phase", [], { target: "two" })] });
  const told = look(next, 1000, {
    screens: { a: SCREENS.idle },
    remember: (memory) => ({
      ...memory,
      agents: { a: { ...next.agent("a"), says: [say("old", there.at), say("new", next.at)] } },
    }),
  });
  const asked = look(told, 400_000);
  expect([asked.agent("a").life.is, asked.agent("a").says.map(({ text }) => text)]).toEqual([
    "stopping",
    ["new"],
  ]);
});
