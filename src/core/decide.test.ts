import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import { FRESH } from "./fresh.ts";
import {
  done,
  EVENING,
  look,
  order,
  paneOf,
  running,
  scene,
  SCREENS,
  screenOf,
  settingOf,
} from "../sim/scene.ts";
import type { Memory, Order, Pane, Seen } from "./types.ts";

const TOML = `
[[agent]]
name = "a"
[[agent]]
name = "b"
backend = "listener"
wake = { interval = 60, prompt_file = "wake.md" }
[[agent]]
name = "c"
backend = "plain"
kind = "task"
[[service]]
name = "db"
command = "db"
ready = { port = 1 }
`;
const setting = settingOf(TOML);
const NAMES = ["a", "b", "c", "db"] as const;

const paneArb = (name: string): fc.Arbitrary<Pane> =>
  fc
    .record({
      run: fc.constantFrom("r1", "r2"),
      marked: fc.boolean(),
      dead: fc.constantFrom(
        null,
        null,
        null,
        { code: 1, signal: null },
        { code: null, signal: "KILL" },
      ),
      inMode: fc.boolean(),
      screen: fc.constantFrom(...Object.values(SCREENS), "", "\u001b[31m", null),
      age: fc.integer({ min: 0, max: 4_000_000 }),
      humanAt: fc.constantFrom(null, EVENING, EVENING + 600_000),
    })
    .map(({ run, marked, dead, inMode, screen, age, humanAt }) => ({
      ...paneOf(name, run, EVENING - age),
      ...(marked ? {} : { mark: null }),
      dead,
      inMode,
      humanAt,
      attached: humanAt !== null,
      screen: screen === null ? null : screenOf(screen, EVENING - age),
    }));

const orderArb: fc.Arbitrary<Order> = fc
  .record({
    verb: fc.constantFrom<Order["verb"][]>(
      "up",
      "down",
      "restart",
      "pause",
      "resume",
      "send",
      "phase",
    ),
    names: fc.subarray(["a", "b", "db", "nobody"]),
    now: fc.constantFrom("yes", "no"),
  })
  .map(({ verb, names, now }) => order(verb, names, { now, text: "hello" }));

const lookArb = fc.record({
  afterMs: fc.constantFrom(1, 400, 5000, 30_000, 90_000, 4_000_000, -3_600_000),
  panes: fc.record({
    a: fc.option(paneArb("a"), { nil: null }),
    b: fc.option(paneArb("b"), { nil: null }),
    c: fc.option(paneArb("c"), { nil: null }),
    db: fc.option(paneArb("db"), { nil: null }),
  }),
  server: fc.constantFrom<Seen["server"][]>(
    { pid: 1, started: "s" },
    { pid: 1, started: "s" },
    { pid: 2, started: "t" },
    "none",
    "unseen",
  ),
  first: fc.boolean(),
  stateWritable: fc.boolean(),
  orders: fc.array(orderArb, { maxLength: 2 }),
  ready: fc.subarray(["db"]),
  answered: fc.constantFrom("nothing", "ok", "left", "failed"),
});

function answersTo(memory: Memory, how: string): Seen["outcomes"] {
  if (how === "nothing") return [];
  const left = how === "left" ? [{ pid: 9, name: "x" }] : [];
  return NAMES.flatMap((target) => {
    const id = memory.agents[target]?.doing?.id;
    const weight = id?.includes(".weigh.") === true ? { cpuMs: 5, processes: 1 } : null;
    const ok = how !== "failed";
    return id === undefined ? [] : [{ id, target, ok, failure: ok ? "" : "no", left, weight }];
  });
}

test("whatever is seen: nothing throws, due lies ahead, each action says why, the unseen is left alone", () => {
  fc.assert(
    fc.property(fc.array(lookArb, { minLength: 1, maxLength: 12 }), (looks) => {
      let memory = FRESH;
      let at = EVENING;
      for (const one of looks) {
        at += one.afterMs;
        const panes = Object.fromEntries(
          Object.values(one.panes).flatMap((pane) => (pane ? [[pane.session, pane]] : [])),
        );
        const seen: Seen = {
          at,
          zone: "UTC",
          since: one.first ? null : { wall: one.afterMs, steady: Math.abs(one.afterMs) },
          stateWritable: one.stateWritable,
          server: one.server,
          panes: typeof one.server === "string" ? {} : panes,
          files: {},
          repos: {},
          ready: one.ready,
          orders: one.orders,
          outcomes: answersTo(memory, one.answered),
        };
        const decision = decide(setting, memory, seen);
        expect(decision).toEqual(decide(setting, memory, seen));
        expect(decision.due === null || decision.due > at).toBe(true);
        expect(JSON.parse(JSON.stringify(decision.memory))).toEqual(decision.memory);
        for (const action of decision.actions) {
          if (action.do !== "answer") expect(action.because).not.toBe("");
          if (one.server === "unseen") expect(["note", "answer", "write"]).toContain(action.do);
        }
        memory = decision.memory;
      }
    }),
    { numRuns: 150 },
  );
});

test("a look that brings nothing new leaves Memory as it is, the very same value", () => {
  const still = running(
    `[[agent]]\nname = "a"\nwatch = "heal"\n[[agent]]\nname = "b"\nwatch = "heal"\n`,
  );
  const settled = look(look(still, 1000), 1000);
  const next = look(settled, 1000);
  expect([next.memory === settled.memory, next.deeds]).toEqual([true, []]);
});

test("a change of one agent leaves the memory of the others the very same value", () => {
  const still = look(running(`[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`, SCREENS.busy), 1000);
  const next = look(still, 1000, { screens: { a: SCREENS.asking } });
  expect(next.memory.agents["b"]).toBe(still.memory.agents["b"]);
  expect(next.memory.loops).toBe(still.memory.loops);
});

test("services begin before the agents and end after them", () => {
  const toml = `[[agent]]\nname = "a"\n[[service]]\nname = "db"\ncommand = "db"\n`;
  const begun = look(scene(toml), 0, { orders: [order("up")] });
  expect(done(begun)).toEqual(["db: start"]);
  const down = look(running(toml), 1000, { orders: [order("down")] });
  expect(done(down)).toEqual(["a: press C-c C-c"]);
});

test("who is no longer in the file nor in the world is forgotten", () => {
  const two = `[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`;
  const never = look(scene(two), 0, { orders: [order("down")] });
  const without = look(never, 1000, { config: `[[agent]]\nname = "a"\n` });
  expect(Object.keys(without.memory.agents)).toEqual(["a"]);
});
