import { expect, test } from "vitest";
import type { Crash } from "./crash-engine.ts";
import { tellTasks } from "./crash-tasks.ts";

/** With CRASH_ALL=1 every point is tried; otherwise as many of them, evenly spread, from a different first one each time. */
const POINTS = process.env["CRASH_ALL"] === "1" ? Number.POSITIVE_INFINITY : 16;

const whole = await tellTasks(null);

/** Runs have other names after a crash; what is on the target is told by its task. */
function plain({ story }: typeof whole) {
  const target = story.target.map((line) => line.split(" ")[0]);
  const tasks = Object.entries(story.tasks).map(([id, task]) => [
    id,
    { ...task, landed: task.landed !== null },
  ]);
  return { ...story, target, tasks: Object.fromEntries(tasks) };
}

function points(how: Crash["how"]): readonly Crash[] {
  const all = whole.steps.flatMap((what, index) =>
    how === "half" && !what.startsWith("append") ? [] : [{ at: index + 1, how, again: false }],
  );
  const stride = Math.max(1, Math.floor(all.length / POINTS));
  const first = Math.floor(Math.random() * stride);
  return all.filter((_, index) => index % stride === first);
}

async function converges(how: Crash["how"]): Promise<void> {
  for (const crash of points(how)) {
    const where = `${how} step ${crash.at}: ${whole.steps[crash.at - 1]}`;
    expect({ where, ...plain(await tellTasks(crash)) }).toEqual({ where, ...plain(whole) });
  }
}

test("without a crash each task is claimed, done and landed once, in its order", () => {
  const visits = { plan: 1, implement: 1, check: 1, review: 1, merge: 1 };
  const task = { state: "done", attempt: 1, rounds: 0, visits, landed: true };
  expect(plain(whole)).toEqual({
    tasks: { t1: task, t2: task },
    target: ["t1", "t2"],
    starts: Object.fromEntries(
      ["t1", "t2"].flatMap((id) =>
        ["plan", "implement", "review"].map((step) => [
          `${id}-${step}-1`,
          // Its first program meets a limit, and another one goes on.
          id === "t1" && step === "implement" ? 2 : 1,
        ]),
      ),
    ),
    lost: [],
    left: [],
    wrong: [],
  });
});

test(
  "whoever dies before a step of a task comes to the same end",
  () => converges("before"),
  300_000,
);

test(
  "whoever dies after a step of a task comes to the same end",
  () => converges("after"),
  300_000,
);

test(
  "whoever leaves half a line on the disk comes to the same end with its tasks",
  () => converges("half"),
  300_000,
);
