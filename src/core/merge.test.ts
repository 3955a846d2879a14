import { expect, test } from "vitest";
import {
  after,
  newTask,
  next,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import type { Scene } from "../sim/scene.ts";
import type { Work } from "./types.ts";

const isOver = (now: Scene): boolean =>
  ["done", "failed", "needs-human"].includes(taskOf(now, "t1").state);

function landing(of: (time: number) => Readonly<Record<string, string>> | string): Script {
  let times = 0;
  return {
    work: (task: string, work: Work) =>
      work.is === "land" ? of((times += 1)) : plainWork(task, work),
  };
}

const LANDED = { result: "landed", landed: "l1", head: "l1" };

test("never do two tasks land at once, and who came first lands first", () => {
  let now = openShop(
    SHOP,
    ["a", "b", "c"].map((id) => newTask(id)),
  );
  const landed: string[] = [];
  for (let looks = 0; looks < 200; looks += 1) {
    now = next(now, {});
    const begun = now.actions.flatMap((one) =>
      one.do === "work" && one.work.is === "land" ? [one.target] : [],
    );
    landed.push(...begun);
    const under = Object.values(now.memory.tasks ?? {}).filter(
      ({ step }) => step?.stage === "land" && step.doing !== null,
    );
    expect(under.length).toBeLessThan(2);
  }
  expect(landed.toSorted()).toEqual(["a", "b", "c"]);
  expect(Object.values(now.memory.tasks ?? {}).map(({ state }) => state)).toEqual([
    "done",
    "done",
    "done",
  ]);
});

test("a conflict goes back to who did the work, with the conflict as its findings", () => {
  const script = landing((time) =>
    time === 1 ? { result: "conflict", files: "a.ts", base: "m1" } : LANDED,
  );
  const now = after(
    openShop(SHOP, [newTask("t1")]),
    script,
    (one) => taskOf(one, "t1").visits["implement"] === 2,
  );
  expect(taskOf(now, "t1")).toMatchObject({
    findings: "/fleet/.agents/state/tasks/t1/1-1-merge/log",
    because: "at implement: cannot land: it conflicts in a.ts",
  });
  const done = taskOf(after(now, script, isOver), "t1");
  expect(done).toMatchObject({
    state: "done",
    visits: { implement: 2, review: 2, merge: 2 },
    attempt: 1,
  });
});

test("a conflict without end is a person's business", () => {
  const script = landing(() => ({ result: "conflict", files: "a.ts", base: "m1" }));
  expect(taskOf(after(openShop(SHOP, [newTask("t1")]), script, isOver, 2000), "t1")).toMatchObject({
    state: "needs-human",
    because: "it came to implement 5 times already",
  });
});

test("a remote that fails spends nothing, and does not keep the others from landing for ever", () => {
  const script = landing((time) => (time <= 3 ? "cannot reach the remote" : LANDED));
  expect(taskOf(after(openShop(SHOP, [newTask("t1")]), script, isOver, 2000), "t1")).toMatchObject({
    state: "done",
    visits: { merge: 1 },
    attempt: 1,
  });
});

test("a target that moves is tried again", () => {
  const script = landing((time) => (time <= 2 ? { result: "moved" } : LANDED));
  expect(taskOf(after(openShop(SHOP, [newTask("t1")]), script, isOver, 2000), "t1")).toMatchObject({
    state: "done",
    visits: { merge: 1 },
  });
});

test("a worktree that cannot be removed does not undo that the work landed", () => {
  const script: Script = {
    work: (task, work) => (work.is === "discard" ? "it is in the way" : plainWork(task, work)),
  };
  expect(taskOf(after(openShop(SHOP, [newTask("t1")]), script, isOver), "t1")).toMatchObject({
    state: "done",
    landed: "l1",
  });
});

test("with merge = pr the branch is offered", () => {
  const now = after(openShop(SHOP.replace("queue", "pr"), [newTask("t1")]), {}, isOver);
  expect(taskOf(now, "t1")).toMatchObject({
    state: "done",
    because: "offered: https://pr.example/1",
    landed: null,
  });
});

test("a landing is written down as every visit is: who was set to it, and what it came to", () => {
  const script = landing((time) =>
    time === 1 ? { result: "conflict", files: "a.ts", base: "m1" } : LANDED,
  );
  let now = openShop(SHOP, [newTask("t1")]);
  const written: Record<string, unknown> = {};
  for (let looks = 0; looks < 200 && !isOver(now); looks += 1) {
    now = next(now, script);
    for (const one of now.actions)
      if (one.do === "write" && one.path.includes("-merge/"))
        written[one.path.replace("/fleet/.agents/state/tasks/t1/", "")] = JSON.parse(
          one.text ?? "",
        );
  }
  expect(written).toMatchObject({
    "1-1-merge/meta.json": { schema: "agents.meta/1", role: "merge", visit: 1, target: "main" },
    "1-1-merge/result.json": { came: "changes", because: "it conflicts in a.ts", role: "merge" },
    "1-2-merge/result.json": { came: "passed", told: LANDED },
  });
});
