import { expect, test } from "vitest";
import type { Crash } from "./crash-engine.ts";
import { tellJobs } from "./crash-jobs.ts";

const whole = await tellJobs(null);

async function converges(how: Crash["how"]): Promise<void> {
  for (const [index, what] of whole.steps.entries()) {
    if (how === "half" && !what.startsWith("append")) continue;
    const where = `${how} step ${index + 1}: ${what}`;
    const { story } = await tellJobs({ at: index + 1, how, again: false });
    expect({ where, ...story }).toEqual({ where, ...whole.story });
  }
}

test("without a crash every time begins once, and no task is added before the last one is over", () => {
  const last = (minute: number) => ({ came: "done", due: Date.UTC(2026, 2, 7, 18, minute) });
  expect(whole.story).toEqual({
    began: 6,
    tasks: 1,
    last: { often: last(6), feed: last(2) },
    wrong: [],
  });
});

test(
  "whoever dies before a step of a job comes to the same end",
  () => converges("before"),
  60_000,
);
test("whoever dies after a step of a job comes to the same end", () => converges("after"), 60_000);
test(
  "whoever leaves half a line on the disk comes to the same end with its jobs",
  () => converges("half"),
  60_000,
);
