import { expect, test } from "vitest";
import type { Crash } from "./crash-engine.ts";
import { tell, type Story } from "./crash-world.ts";

/** With CRASH_ALL=1 every point is tried; otherwise as many of them, evenly spread, from a different first one each time. */
const POINTS = process.env["CRASH_ALL"] === "1" ? Number.POSITIVE_INFINITY : 16;

const whole = await tell(null);

/** A crash may repeat one text, once: what was typed just then may not have been seen. */
function forgiven(story: Story): Story {
  const extra = Object.entries(story.heard).filter(([text, times]) => times > timesOf(text));
  const [only, ...more] = extra;
  if (only === undefined || more.length > 0 || only[1] > timesOf(only[0]) + 1) return story;
  return { ...story, heard: { ...story.heard, [only[0]]: timesOf(only[0]) } };
}

function timesOf(text: string): number {
  return whole.story.heard[text] ?? 0;
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
    const { story } = await tell(crash);
    const where = `${how} step ${crash.at}: ${whole.steps[crash.at - 1]}`;
    expect({ where, ...forgiven(story) }).toEqual({ where, ...whole.story });
  }
}

test("the story without a crash is the one that is meant", () => {
  const kickoff =
    "adversary: Your full kickoff prompt is in the file /fleet/.agents/state/kickoff-c-adversary.txt . Read all of it now, then follow it exactly.";
  const claim = (sha: string): string =>
    `adversary: watchdog: a claim was pushed (commit ${sha}). Pull, then verify what is claimed.`;
  const review = (sha: string): string =>
    `builder: watchdog: a review was pushed (commit ${sha}). Pull, read the verdict, then act on it.`;
  const answers = ["180000", "180230", "180310", "180640"].map(
    (at) => [`20260307T${at}000Z-12345678.json`, "done"] as const,
  );
  expect(whole.story).toEqual({
    lives: { server: "down", alone: "down", builder: "down", adversary: "down", last: "down" },
    loop: { index: 1, complete: true, ran: true },
    files: {
      "/fleet/.agents/SEQUENCE-COMPLETE":
        "phase sequence complete: the last phase of every loop is done\n",
      "/fleet/.agents/state/phase-idx": "1\n",
    },
    answers: Object.fromEntries(answers),
    starts: { server: 1, alone: 1, builder: 2, adversary: 2, last: 1 },
    heard: {
      [kickoff]: 2,
      [claim("a1a1a1a1a")]: 1,
      [review("b2b2b2b2b")]: 1,
      "alone: how far are you?": 1,
      [claim("d4d4d4d4d")]: 1,
      [review("e5e5e5e5e")]: 1,
    },
    told: ["[c] loop loop is done"],
    left: [],
    wrong: [],
  });
});

test("whoever dies before a step comes to the same end", () => converges("before"), 300_000);

test("whoever dies after a step comes to the same end", () => converges("after"), 300_000);

test(
  "whoever leaves half a line on the disk comes to the same end",
  () => converges("half"),
  300_000,
);

test("whoever dies at every eleventh step, or a little less often, comes to the same end", async () => {
  for (const at of [11, 23, 47]) {
    const { story } = await tell({ at, how: "before", again: true });
    const heard = Object.keys(story.heard).toSorted();
    expect({ ...story, heard }).toEqual({
      ...whole.story,
      heard: Object.keys(whole.story.heard).toSorted(),
    });
  }
}, 60_000);
