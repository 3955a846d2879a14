import { expect, test } from "vitest";
import { after, newTask, openShop, plainWork, SHOP, type Script } from "../sim/task-scene.ts";
import type { Scene } from "../sim/scene.ts";
import type { Brief, Work } from "./types.ts";

/** Every brief that a task's steps were given. */
function briefs(script: Script, tasks = [newTask("t1")]): readonly Brief[] {
  const all: Brief[] = [];
  const heard = ({ actions }: Scene): boolean => {
    for (const one of actions)
      if (
        one.do === "work" &&
        one.target === "t1" &&
        one.work.is === "worktree" &&
        one.work.brief !== null
      )
        all.push(one.work.brief);
    return false;
  };
  after(openShop(SHOP, tasks), script, heard, 300);
  return all;
}

const DIR = "/fleet/.agents/state/tasks/t1";

test("the plan goes to the implementer, the change and the plan to the reviewer", () => {
  expect(briefs({}).map(({ role, hands }) => ({ role, hands }))).toEqual([
    { role: "planner", hands: [] },
    { role: "implementer", hands: [{ what: "The plan", path: `${DIR}/1-1-plan/report.md` }] },
    {
      role: "reviewer",
      hands: [
        { what: "The plan", path: `${DIR}/1-1-plan/report.md` },
        { what: "The change", path: `${DIR}/1-1-implement/patch.diff` },
      ],
    },
  ]);
});

test("findings go to the next round, and to no reviewer", () => {
  let times = 0;
  const work = (task: string, one: Work) =>
    one.is === "diff" && one.dir.endsWith("-review") && (times += 1) === 1
      ? { ...plainWork(task, one), verdict: "changes" }
      : plainWork(task, one);
  const [, , , again, review] = briefs({ work });
  expect(again?.hands.at(-1)).toEqual({
    what: "To be answered",
    path: `${DIR}/1-1-review/report.md`,
  });
  expect(review?.hands.map(({ path }) => path)).toEqual([
    `${DIR}/1-1-plan/report.md`,
    `${DIR}/1-2-implement/patch.diff`,
  ]);
});

test("a retry is given what the attempts before came to", () => {
  let times = 0;
  const script: Script = {
    ends: (name) => ({
      code: name.startsWith("t1-implement") && (times += 1) === 1 ? 1 : 0,
      signal: null,
    }),
  };
  const plan = briefs(script).find((one) => one.attempt === 2);
  expect(plan?.hands).toEqual([
    { what: "What implement of attempt 1 came to", path: `${DIR}/1-1-implement/result.json` },
    { what: "What implement of attempt 1 said", path: `${DIR}/1-1-implement/report.md` },
  ]);
});

test("what others work on is told as not theirs", () => {
  const tasks = [newTask("t1", { files: ["src"] }), newTask("t2", { files: ["docs/**"] })];
  expect(briefs({}, tasks).map(({ theirs }) => theirs)[1]).toEqual(["docs/**"]);
});
