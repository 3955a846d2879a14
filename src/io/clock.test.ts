import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether the wait is over after this much time. */
const overAfter = async (wait: Promise<void>, ms: number): Promise<boolean> => {
  let over = false;
  void wait.then(() => (over = true));
  await vi.advanceTimersByTimeAsync(ms);
  return over;
};

test("a wait ends at its instant, not before, and one in the past ends at once", async () => {
  const clock = openClock();
  const wait = clock.until(clock.now() + 500);
  expect([await overAfter(wait, 499), await overAfter(wait, 1)]).toEqual([false, true]);
  expect(await overAfter(clock.until(clock.now() - 1), 0)).toBe(true);
});

test("a wake ends the wait; one that came before it is remembered once", async () => {
  const clock = openClock();
  const wait = clock.until(Infinity);
  clock.wake();
  expect(await overAfter(wait, 0)).toBe(true);
  clock.wake();
  clock.wake();
  expect(await overAfter(clock.until(Infinity), 0)).toBe(true);
  expect(await overAfter(clock.until(Infinity), 1)).toBe(false);
});

test("a wait longer than any timer can be neither ends early nor wakes every millisecond", async () => {
  const clock = openClock();
  const wait = clock.until(clock.now() + 2 ** 40);
  expect(vi.getTimerCount()).toBe(1);
  expect(await overAfter(wait, 24 * 3_600_000)).toBe(false);
  clock.wake();
  expect(await overAfter(wait, 0)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a wall clock that was set forward ends the wait within a minute", async () => {
  const clock = openClock();
  const wait = clock.until(clock.now() + 3_600_000);
  await vi.advanceTimersByTimeAsync(0);
  vi.setSystemTime(clock.now() + 3_600_000);
  expect(await overAfter(wait, 60_000)).toBe(true);
});

test("a wall clock that was set back does not prolong the wait: nobody stops watching for a year", async () => {
  const clock = openClock();
  const wait = clock.until(clock.now() + 30_000);
  await vi.advanceTimersByTimeAsync(1_000);
  vi.setSystemTime(clock.now() - 365 * 86_400_000);
  expect(await overAfter(wait, 28_999)).toBe(false);
  expect(await overAfter(wait, 1)).toBe(true);
});
