import { expect, test } from "vitest";
import {
  after,
  newTask,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import type { Scene } from "../sim/scene.ts";
import type { TaskMemory, Work } from "./types.ts";

const isOver = (now: Scene): boolean =>
  ["done", "failed", "needs-human"].includes(taskOf(now, "t1").state);

function ran(script: Script, toml = SHOP): TaskMemory {
  return taskOf(after(openShop(toml, [newTask("t1")]), script, isOver, 1500), "t1");
}

/** What the diff of a step tells, by the number of such looks so far. */
function telling(step: string, of: (time: number) => Readonly<Record<string, string>>): Script {
  let times = 0;
  const work = (task: string, one: Work) => {
    const told = plainWork(task, one);
    const mine = one.is === "diff" && one.dir.endsWith(`-${step}`);
    return mine ? { ...told, ...of((times += 1)) } : told;
  };
  return { work };
}

test("failure 15: a review that asks for changes sends the work back with its findings", () => {
  const task = ran(telling("review", (time) => ({ verdict: time === 1 ? "changes" : "approve" })));
  expect(task).toMatchObject({
    state: "done",
    attempt: 1,
    rounds: 1,
    visits: { plan: 1, implement: 2, review: 2 },
  });
});

test("after so many rounds a person is asked", () => {
  const task = ran(telling("review", () => ({ verdict: "changes" })));
  expect(task).toMatchObject({
    state: "needs-human",
    because: "review: changes are asked for again, after 3 rounds",
    rounds: 4,
    visits: { implement: 4, review: 4 },
  });
});

test.each(["", "done", "maybe"])("a reviewer that says %j has approved nothing", (verdict) => {
  expect(ran(telling("review", () => ({ verdict })))).toMatchObject({
    state: "needs-human",
    because: "review: it ended without a verdict, and that is no approval",
    landed: null,
  });
});

test("failure 16: an implementer that ends well and commits nothing has done nothing", () => {
  const task = ran(telling("implement", () => ({ commits: "0", head: "b0", left: "2" })));
  expect(task).toMatchObject({
    state: "failed",
    because: "implement: it ended and committed nothing; 2 files are changed and not committed",
    attempt: 2,
    visits: { plan: 2, implement: 2 },
  });
});

test("a planner need not commit anything", () => {
  expect(ran(telling("plan", () => ({ commits: "0", head: "b0" }))).state).toBe("done");
});

test("attempts are counted, and each begins at the first step with what the last one came to", () => {
  let times = 0;
  const task = ran({
    ends: (name) => ({
      code: name.startsWith("t1-implement") && (times += 1) === 1 ? 1 : 0,
      signal: null,
    }),
  });
  expect(task).toMatchObject({
    state: "done",
    attempt: 2,
    visits: { plan: 2, implement: 2, review: 1 },
  });
});

const STEPS = (more: string): string => `${SHOP}pipeline = "q"
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
[[pipeline.step]]
id = "test"
command = "make"
${more}
`;

test("retries of a step come before what on_failure says, with waits that double", () => {
  const failing: Script = { ends: () => ({ code: 7, signal: null }) };
  const task = ran(
    failing,
    STEPS("").replace('id = "do"', 'id = "do"\nretries = 2\nbackoff = 1\non_failure = "ask"'),
  );
  expect(task).toMatchObject({
    state: "needs-human",
    because: "do: exited 7",
    visits: { do: 3 },
    attempt: 1,
  });
});

test("failure 5: goto is capped by the visits of where it goes, whatever leads there", () => {
  const failing: Script = {
    work: (task, work) => (work.is === "check" ? { code: "1", why: "" } : plainWork(task, work)),
  };
  const task = ran(failing, STEPS('on_failure = "goto:do"\nvisits = 50'));
  expect(task).toMatchObject({
    state: "needs-human",
    because: "it came to do 5 times already",
    visits: { do: 5, test: 5 },
    attempt: 1,
  });
});

test("on_failure = continue goes on, and stop ends the attempt", () => {
  const failing: Script = {
    work: (task, work) => (work.is === "check" ? { code: "1", why: "" } : plainWork(task, work)),
  };
  expect(ran(failing, STEPS('on_failure = "continue"')).state).toBe("done");
  expect(ran(failing, STEPS("").replace("stagger = 0", "stagger = 0\nattempts = 1"))).toMatchObject(
    { state: "failed", because: "test: exited 1" },
  );
});

test.each([126, 127])(
  "a command that a shell could not run (%i) is a person's business",
  (code) => {
    const script: Script = {
      work: (task, work) =>
        work.is === "check" ? { code: String(code), why: "" } : plainWork(task, work),
    };
    expect(ran(script, STEPS('on_failure = "goto:do"'))).toMatchObject({
      state: "needs-human",
      visits: { do: 1 },
    });
  },
);

test("its end is written where a process without memory finds it", () => {
  const now = after(openShop(SHOP, [newTask("t1")]), {}, isOver);
  const ends = now.actions.flatMap((one) => (one.do === "write" ? [one.path] : []));
  expect(ends).toEqual(["/fleet/.agents/state/tasks/t1/end.json"]);
});

test("an end that nobody can explain costs no attempt: the step begins again", () => {
  let times = 0;
  const task = ran({
    ends: (name) => ({
      code: name.startsWith("t1-plan") && (times += 1) === 1 ? null : 0,
      signal: null,
    }),
  });
  expect(task).toMatchObject({ state: "done", attempt: 1, visits: { plan: 1 } });
  expect(times).toBe(2);
});
