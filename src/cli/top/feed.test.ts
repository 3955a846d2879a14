// What `agents top` learns from files alone, look by look.

import { expect, test, vi } from "vitest";
import { fakeDisk } from "../../engine/fake-disk.ts";
import { journalPath } from "../../engine/journal.ts";
import type { Call } from "../outside.ts";
import type { Standing } from "../standing.ts";
import { openFeed } from "./feed.ts";
import { rowsOf } from "./rows.ts";
import { AGENTS, NOON, STANDING } from "./scene.ts";

const place = { stateDir: "/f/log/state", screen: { rows: 50, columns: 200 } };
const [builder, reviewer] = rowsOf(STANDING);
const sight = { rows: [builder!, reviewer!], chosen: builder!, deep: false };

function world() {
  let [now, stamp, standing] = [NOON, NOON, STANDING];
  const { disk } = fakeDisk(() => now);
  let asked = 0;
  const outside = {
    disk,
    env: {},
    cwd: "/f",
    now: () => now,
    pointer: () => "/f/log/state",
    exists: () => true,
    text: () => JSON.stringify(standing),
    modified: () => stamp,
    startOf: () => (standing.watchdog.pid === null ? null : "x"),
    load: async () => {
      asked += 1;
      return { is: "missing", failure: "the file is gone" };
    },
  };
  return {
    disk,
    call: { outside, args: [], options: {} } as unknown as Call,
    asked: () => asked,
    passes: (ms: number) => (now += ms),
    publish: (next: Standing) => {
      standing = next;
      now += 100;
      stamp = now;
    },
    event: (agent: string, event: string, because: string) =>
      disk.append(
        journalPath("/f/log"),
        `${JSON.stringify({ at: new Date(now).toISOString(), agent, event, because, seen: "", did: "", id: "1" })}\n`,
      ),
    log: (name: string, text: string) => disk.append(`/f/log/t-${name}.log`, text),
  };
}

test("nothing new is nothing to draw, and what is published is known at the next look", async () => {
  const { call, publish, passes } = world();
  const feed = await openFeed(call, place);
  expect([feed.look(sight), feed.look(sight)]).toEqual([true, false]);
  passes(5_000);
  publish({ ...STANDING, agents: AGENTS.slice(0, 1) });
  expect(feed.look(sight)).toBe(true);
  expect(feed.known().all.map(({ name }) => name)).toEqual(["builder", "db"]);
});

test("the journal tells the last handoff of each loop, from before it began and afterwards", async () => {
  const { call, event } = world();
  event("reviewer", "said", "claim message accepted: it went to work");
  event("docs", "said", "claim message accepted: it is in no loop");
  const feed = await openFeed(call, place);
  expect([...feed.known().handoffs]).toEqual([
    ["main", { at: NOON, kind: "claim", to: "reviewer" }],
  ]);
  feed.look(sight);
  event("builder", "said", "review message accepted: it went to work");
  event("builder", "press", "submits the review message");
  expect(feed.look(sight)).toBe(true);
  expect(feed.known().handoffs.get("main")).toMatchObject({ kind: "review", to: "builder" });
  expect(feed.known().latest).toMatch(/builder {2}said: review message accepted: it went to work$/);
});

test("logs in sight give last words, the chosen one its pane, or all its lines", async () => {
  const { call, log } = world();
  log("builder", "● one\r\n● two\r\n> ");
  log("reviewer", "● reviewed\r\n> ");
  log("docs", "● out of sight\r\n> ");
  const feed = await openFeed(call, place);
  feed.look(sight);
  expect([...feed.known().lastLines]).toEqual([
    ["reviewer", "● reviewed"],
    ["builder", "● two"],
  ]);
  expect(feed.known().printed).toEqual(["● one", "● two", ">"]);
  log("builder", "\r\u001B[J\u001B[2J\u001B[H● three\r\n> ");
  expect(feed.look(sight)).toBe(true);
  expect(feed.known().printed).toEqual(["● three", ">"]);
  feed.look({ ...sight, deep: true });
  expect(feed.known().printed).toEqual(expect.arrayContaining(["● one", "● two", "● three"]));
  feed.look({ ...sight, chosen: null });
  expect(feed.known().printed).toEqual([]);
});

test("a watchdog that stops publishing is noticed, and tmux is asked once, not again and again", async () => {
  const { call, publish, passes, asked } = world();
  const feed = await openFeed(call, place);
  publish({ ...STANDING, watchdog: { ...STANDING.watchdog, pid: null } });
  await vi.waitFor(
    () => {
      feed.look(sight);
      expect(feed.known().standing.watchdog.state).toBe("stopped");
    },
    { timeout: 10_000 },
  );
  for (let look = 0; look < 5; look += 1) {
    passes(3_000);
    feed.look(sight);
  }
  await feed.lookAgain();
  expect(asked()).toBe(2);
});
