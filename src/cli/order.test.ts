// An order and its answer, seen from the verb that waits for it.

import { expect, test } from "vitest";
import { fakeDisk } from "../engine/fake-disk.ts";
import { answer, ordersDir } from "../engine/orders.ts";
import { give, leaveOrder, mustBeDone } from "./order.ts";
import type { Call, Holder, Site } from "./outside.ts";

const stateDir = "/s";

function world(holder: Holder | null, atPause: (stop: AbortController) => void = () => undefined) {
  let now = 1_000_000;
  const { disk } = fakeDisk(() => now);
  const stop = new AbortController();
  const outside = {
    disk,
    env: {},
    now: () => now,
    pause: async (ms: number) => {
      now += ms;
      atPause(stop);
    },
    stop: stop.signal,
  };
  const site = {
    config: { stateDir },
    holder: async () => holder,
    acquire: async () => null,
  } as unknown as Site;
  const call = { outside, args: [], options: {} } as unknown as Call;
  const left = (): readonly string[] => {
    const listed = disk.list(ordersDir(stateDir, "new"));
    return listed.ok ? listed.value.map((one) => one.name) : [];
  };
  return { call, site, disk, left };
}

const asked = { verb: "pause", names: ["a"], limitMs: 1_000 } as const;
const dog: Holder = { pid: 7, since: 0, verb: "watchdog" };

test("an interrupted order stays with a watchdog, and with nobody else", async () => {
  const watched = world(dog, (stop) => stop.abort(130));
  await expect(give(watched.call, watched.site, asked)).rejects.toMatchObject({ code: 130 });
  expect(watched.left().length).toBe(1);
  const alone = world(null, (stop) => stop.abort(143));
  await expect(give(alone.call, alone.site, asked)).rejects.toMatchObject({ code: 143 });
  expect(alone.left()).toEqual([]);
});

test("a watchdog that never answers is told from one that does", async () => {
  const silent = world(dog);
  await expect(give(silent.call, silent.site, asked)).rejects.toMatchObject({ code: 8 });
  const answers: ReturnType<typeof world> = world(dog, () => {
    const [file = ""] = answers.left();
    const told = { state: "done", because: "paused", outcomes: { a: "paused" } } as const;
    answer({ disk: answers.disk, stateDir }, file.replace(".json", ""), told);
  });
  expect(await give(answers.call, answers.site, asked)).toMatchObject({
    state: "done",
    because: "paused",
  });
});

test("an order can be left without waiting", () => {
  const { call, site, left } = world(dog);
  expect(left()).toEqual([]);
  const { id } = leaveOrder(call, site, asked);
  expect(left()).toEqual([`${id}.json`]);
});

test("late is 8, refused is 1, and a reason is found for both", () => {
  const outcomes = {};
  expect(() => mustBeDone({ state: "done", because: "", outcomes }, "x")).not.toThrow();
  const late = () => mustBeDone({ state: "expired", because: "", outcomes }, "not in time");
  expect(late).toThrow(expect.objectContaining({ code: 8, message: "not in time" }));
  const refused = () => mustBeDone({ state: "refused", because: "it is down", outcomes }, "x");
  expect(refused).toThrow(expect.objectContaining({ code: 1, message: "it is down" }));
});
