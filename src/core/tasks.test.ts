import { expect, test } from "vitest";
import {
  after,
  newTask,
  NEVER,
  next,
  openShop,
  plainWork,
  SHOP,
  taskOf,
  type Script,
} from "../sim/task-scene.ts";
import { look, order, type Scene } from "../sim/scene.ts";
import type { TaskMemory } from "./types.ts";

const PLAIN: Script = {};
const isOver = (id: string) => (now: Scene) =>
  ["done", "failed", "cancelled", "needs-human"].includes(taskOf(now, id).state);

function ran(script: Script, toml = SHOP): TaskMemory {
  return taskOf(after(openShop(toml, [newTask("t1")]), script, isOver("t1")), "t1");
}

test("failure 17: a task walks through its pipeline, lands, and is done", () => {
  expect(ran(PLAIN)).toMatchObject({
    state: "done",
    because: "landed on main as l1",
    landed: "l1",
    step: null,
    attempt: 1,
    rounds: 0,
    visits: { plan: 1, implement: 1, review: 1, merge: 1 },
    trail: [
      { id: "plan", role: "planner", came: "passed" },
      { id: "implement", role: "implementer", came: "passed" },
      { id: "review", role: "reviewer", came: "passed" },
    ],
  });
});

test("with merge = none the work is done when its last step is", () => {
  expect(ran(PLAIN, "[tasks]\nstagger = 0\n")).toMatchObject({
    state: "done",
    because: "done; its work is on task/t1-do-t1",
    landed: null,
  });
});

test("a task is known once, however often it is claimed", () => {
  const one = newTask("t1");
  const first = openShop(SHOP, [one]);
  const again = next(first, PLAIN, { claimed: [{ ...one, title: "Another" }] });
  expect(Object.keys(again.memory.tasks ?? {})).toEqual(["t1"]);
  expect(taskOf(again, "t1").title).toBe("Do t1");
});

test("what cannot be done is over at once, and says why", () => {
  const tasks = [
    newTask("a", { after: ["b"] }),
    newTask("b", { after: ["a"] }),
    newTask("c", { pipeline: "no" }),
  ];
  const now = openShop(SHOP, tasks);
  expect(tasks.map(({ id }) => [taskOf(now, id).state, taskOf(now, id).because])).toEqual([
    ["failed", "it comes after itself: its dependencies are a circle"],
    ["failed", "it comes after itself: its dependencies are a circle"],
    ["failed", "there is no pipeline no"],
  ]);
});

test("no more work at the same time than the file allows, and one after another", () => {
  const tasks = ["a", "b", "c", "d"].map((id) => newTask(id));
  let now = openShop("[tasks]\nmax = 2\nstagger = 3\n", tasks);
  const busy: number[] = [];
  for (let looks = 0; looks < 6; looks += 1) {
    now = next(now, { work: () => NEVER });
    busy.push(Object.values(now.memory.tasks ?? {}).filter(({ step }) => step !== null).length);
  }
  expect(busy).toEqual([1, 1, 2, 2, 2, 2]);
});

test("while the fleet is down nothing begins", () => {
  const up = openShop("[tasks]\n", []);
  const down = next(up, PLAIN, { orders: [order("down")], claimed: [newTask("t1")] });
  expect(taskOf(next(down, PLAIN), "t1").state).toBe("queued");
});

test("in quiet hours nothing begins, and the look waits for their end", () => {
  const at = new Date(openShop("[tasks]\n", []).at).toISOString().slice(11, 13);
  const quiet = `quiet = { from = "${at}:00", to = "${at}:59", zone = "UTC" }\n`;
  const now = openShop(`[tasks]\n${quiet}`, [newTask("t1")]);
  expect(taskOf(now, "t1").step).toBeNull();
  expect(new Date(now.due ?? 0).toISOString().slice(14, 19)).toBe("59:00");
});

test("a look at a queue in which nothing happens changes nothing of it", () => {
  const tasks = Array.from({ length: 50 }, (_, at) => newTask(`t${at}`));
  const begun = next(next(openShop("[tasks]\nmax = 1\n", tasks), { work: () => NEVER }), {
    work: () => NEVER,
  });
  const later = look(begun, 1000);
  expect(later.memory.tasks).toBe(begun.memory.tasks);
});

test("a step that no work answers is begun again when its time is over, under another id", () => {
  const begun = openShop(SHOP, [newTask("t1")]);
  const asked = next(begun, { work: () => NEVER });
  const first = taskOf(asked, "t1").step?.doing;
  const late = look(asked, 6 * 60_000);
  const second = taskOf(late, "t1").step?.doing;
  expect(first).not.toBeNull();
  expect(second?.id).not.toBe(first?.id);
  expect(late.actions.filter((one) => one.do === "work").map(({ id }) => id)).toEqual([second?.id]);
});

test("a process that died in the middle of a work asks for it again", () => {
  const asked = next(openShop(SHOP, [newTask("t1")]), { work: () => NEVER });
  const again = look(asked, 1000, { first: true });
  expect(again.actions.flatMap((one) => (one.do === "work" ? [one.work.is] : []))).toEqual([
    "worktree",
  ]);
});

test("each turn of a task is told in the journal, and what needs a person aloud", () => {
  const script: Script = {
    work: (task, work) =>
      work.is === "diff" ? { ...plainWork(task, work), verdict: "" } : plainWork(task, work),
  };
  let now = openShop(SHOP, [newTask("t1")]);
  const told: [string, boolean][] = [];
  for (let looks = 0; looks < 80; looks += 1) {
    now = next(now, script);
    for (const one of now.actions)
      if (one.do === "note" && one.target === "t1") told.push([one.because, one.loud]);
  }
  expect(told).toEqual([
    ["at implement", false],
    ["at review", false],
    ["review: it ended without a verdict, and that is no approval", true],
  ]);
});

test("a look at a thousand queued tasks in which nothing happens reads none of them", () => {
  const tasks = Array.from({ length: 1000 }, (_, at) => newTask(`t${at}`));
  const begun = next(openShop("[tasks]\nmax = 1\n", tasks), { work: () => NEVER });
  let read = 0;
  const counted = new Proxy(begun.memory.tasks ?? {}, {
    get: (all, id: string) => {
      read += 1;
      return all[id];
    },
    ownKeys: (all) => {
      read += 1000;
      return Reflect.ownKeys(all);
    },
  });
  const once = look(begun, 1000, { remember: (memory) => ({ ...memory, tasks: counted }) });
  read = 0;
  const still = look(once, 1000);
  expect(still.memory.tasks).toBe(counted);
  expect(read).toBeLessThan(10);
});
