import { expect, test } from "vitest";
import { done, later, look, order, running, SCREENS, type Scene } from "../sim/scene.ts";
import { backoffMs } from "./ending.ts";
import type { Restart } from "../config/config.ts";

const ONE = `[[agent]]\nname = "a"\n`;
const MINUTE = 60_000;
const crash = { panes: { a: { dead: { code: 1, signal: null } } } };

/** The program ends, and what it left behind is counted: nothing. */
function ended(before: Scene, how: Parameters<typeof look>[2] = crash): Scene {
  let now = look(before, 1000, how);
  for (let looks = 0; looks < 30 && now.agent("a").life.is === "stopping"; looks += 1) {
    const id = now.agent("a").doing?.id ?? "";
    const one = { id, target: "a", ok: true, failure: "", left: [], weight: null };
    now = look(now, 500, { outcomes: id.includes(".sweep.") ? [one] : [] });
  }
  return now;
}

const restart: Restart = {
  policy: "always",
  firstMs: 10_000,
  maxMs: 900_000,
  starts: 5,
  withinMs: 30 * MINUTE,
  healthyMs: 10 * MINUTE,
};

test.each([
  [0, 10_000],
  [1, 20_000],
  [2, 40_000],
  [3, 80_000],
  [4, 160_000],
  [6, 640_000],
  [7, 900_000],
  [30, 900_000],
  [5000, 900_000],
])("end %i in a row waits %i ms, and at most a quarter more", (attempt, promised) => {
  for (const name of ["a", "b", "builder", "adversary"]) {
    const waits = backoffMs(restart, name, attempt);
    expect(waits).toBeGreaterThanOrEqual(promised);
    expect(waits).toBeLessThanOrEqual(Math.min(900_000, promised * 1.25));
  }
});

test("two agents that crash together do not come back together", () => {
  const waits = ["a", "b", "c", "d"].map((name) => backoffMs(restart, name, 3));
  expect(new Set(waits).size).toBe(4);
});

test("a crash waits before it is restarted", () => {
  const waits = ended(running(ONE));
  const until = waits.at + backoffMs(restart, "a", 0);
  expect(waits.agent("a")).toMatchObject({
    life: { is: "backoff", since: waits.at, until },
    because: "restart: exited 1",
    attempt: 1,
    charged: [waits.at],
    exit: { code: 1, signal: null },
  });
  expect(done(look(waits, until - waits.at - 1))).toEqual([]);
  expect(done(look(waits, until - waits.at))).toEqual(["a: start"]);
});

test("an unexpected end is told at the look that sees it, before who is left was counted", () => {
  const { actions } = look(running(ONE), 1000, crash);
  const told = actions.flatMap((one) => (one.do === "note" ? [one.event, one.because] : []));
  expect([told, actions.map((one) => one.do)]).toEqual([
    ["ended", "exited 1"],
    ["note", "sweep"],
  ]);
});

test("defect 10: a program that ends at once is started a few times, and then a person is asked", () => {
  let now = ended(running(ONE));
  const lives = [now.agent("a").life.is];
  for (let looks = 0; looks < 400 && now.agent("a").life.is !== "parked"; looks += 1) {
    const next = look(now, 10_000);
    const run = next.actions.find((one) => one.do === "start");
    if (run?.do !== "start") {
      now = next;
      continue;
    }
    const mark = { run: run.run, hash: run.launch.hash, target: "a" };
    now = ended(next, { panes: { a: { mark, dead: { code: 1, signal: null } } } });
    lives.push(now.agent("a").life.is);
  }
  expect(lives).toEqual(["backoff", "backoff", "backoff", "backoff", "parked"]);
  expect(now.deeds.filter((deed) => deed.do === "note" && deed.loud)).toEqual([
    {
      do: "note",
      target: "a",
      event: "parked",
      loud: true,
      because: "exited 1; unexpected end 5: parked until `agents restart a`",
    },
  ]);
  expect(done(later(now, 2 * 60 * MINUTE))).toEqual([]);
});

test("a person's restart forgives, and is not counted", () => {
  const waits = ended(ended(running(ONE)));
  const told = look(waits, 1000, { orders: [order("restart", ["a"])] });
  expect([done(told), told.agent("a").attempt, told.agent("a").charged]).toEqual([
    ["a: start"],
    0,
    [],
  ]);
});

test("defect 12: a task that is done stays done", () => {
  const task = `[[agent]]\nname = "a"\nkind = "task"\nwatch = "heal"\n`;
  const over = look(running(task), 1000, { panes: { a: { dead: { code: 0, signal: null } } } });
  expect([over.agent("a").life, over.agent("a").because]).toEqual([{ is: "ended" }, "exited 0"]);
  expect(done(later(over, 60 * MINUTE))).toEqual([]);
});

test("a task that failed is tried again where the file says so", () => {
  const task = `[[agent]]\nname = "a"\nkind = "task"\nwatch = "heal"\nrestart = { policy = "on-failure" }\n`;
  expect(ended(running(task)).agent("a").life.is).toBe("backoff");
});

test("what is not watched is not brought back, whatever its policy says", () => {
  const own = `[[agent]]\nname = "a"\nwatch = "none"\n`;
  const over = look(running(own), 1000, crash);
  expect([over.agent("a").life, done(over), done(later(over, 60 * MINUTE))]).toEqual([
    { is: "ended" },
    [],
    [],
  ]);
});

test("a program that ends at its usage limit waits for the reset, and nobody is charged", () => {
  const before = running(ONE);
  const banner = SCREENS.limited;
  const now = ended(before, {
    screens: { a: banner },
    panes: { a: { dead: { code: 1, signal: null } } },
  });
  const { life, charged, because } = now.agent("a");
  expect(charged).toEqual([]);
  expect(because).toContain("usage limit");
  expect(life).toMatchObject({ is: "backoff", until: Date.UTC(2026, 2, 7, 19, 30) + 45_000 });
});

test("a lost server costs nobody his budget and nobody waits for it", () => {
  const lost = look(running(ONE), 1000, { server: "none", panes: { a: null } });
  expect(lost.agent("a").life).toMatchObject({ is: "stopping", next: "restart" });
  const back = look(ended(lost, { server: "none" }), 1000);
  const { charged, attempt } = back.agent("a");
  expect([done(back), charged, attempt]).toEqual([["a: start"], [], 0]);
});

test("a pane that is gone while the server stands is a crash", () => {
  const gone = ended(running(ONE), { panes: { a: null } });
  expect([gone.agent("a").life.is, gone.agent("a").because]).toEqual([
    "backoff",
    "restart: its session is gone",
  ]);
});

test("ten healthy minutes make the next end a first one again", () => {
  const waits = ended(running(ONE));
  const again = look(waits, 20_000);
  const run = again.actions.find((one) => one.do === "start");
  const mark = run?.do === "start" ? { run: run.run, hash: run.launch.hash, target: "a" } : null;
  const up = look(again, 1000, { panes: { a: { mark, dead: null } } });
  expect(later(up, 9 * MINUTE).agent("a").attempt).toBe(1);
  expect(later(up, 11 * MINUTE).agent("a").attempt).toBe(0);
});
