import { expect, test } from "vitest";
import { newTask, next, openShop, SHOP } from "../sim/task-scene.ts";

test("each visit of a step says who was set to it", () => {
  let now = openShop(SHOP, [newTask("t1", { model: "big" })]);
  const metas: unknown[] = [];
  for (let looks = 0; looks < 60 && metas.length < 1; looks += 1) {
    now = next(now, {});
    for (const one of now.actions)
      if (one.do === "write" && one.path.endsWith("/1-1-plan/meta.json"))
        metas.push(JSON.parse(one.text ?? ""));
  }
  expect(metas).toMatchObject([
    {
      schema: "agents.meta/1",
      step: "plan",
      role: "planner",
      agent: "t1-plan-1",
      backend: "talker",
      model: "big",
      because: "the model asked for",
    },
  ]);
});

test("what a visit came to is written beside it, with the way that it went", () => {
  let now = openShop(`${SHOP}[route]\n`, [newTask("t1")]);
  const results: unknown[] = [];
  for (let looks = 0; looks < 60 && results.length < 1; looks += 1) {
    now = next(now, {});
    for (const one of now.actions)
      if (one.do === "write" && one.path.endsWith("/1-1-plan/result.json"))
        results.push(JSON.parse(one.text ?? ""));
  }
  expect(results).toMatchObject([
    {
      schema: "agents.result/1",
      task: "t1",
      role: "planner",
      came: "passed",
      end: { is: "exited", code: 0 },
      way: { backend: "talker", because: "its pipeline" },
    },
  ]);
});
