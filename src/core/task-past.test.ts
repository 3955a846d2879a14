import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { freshTask } from "./task.ts";
import { keptTasks } from "./task-past.ts";
import type { TaskMemory } from "./types.ts";

const { tasks } = settingOf("[tasks]\nkeep = 2\nkeep_for = 100\n").config;

function all(...some: readonly (Partial<TaskMemory> & { readonly id: string })[]) {
  return Object.fromEntries(some.map((one) => [one.id, { ...freshTask(newTask(one.id)), ...one }]));
}

function kept(memory: Readonly<Record<string, TaskMemory>>, at: number): readonly string[] {
  return tasks === null ? [] : Object.keys(keptTasks(tasks, memory, at));
}

test("of what is over, the newest few stay, and each for its time", () => {
  const done = (id: string, since: number) => ({ id, state: "done" as const, since });
  const memory = all(done("a", 1000), done("b", 2000), done("c", 3000));
  expect(kept(memory, 4000)).toEqual(["b", "c"]);
  expect(kept(memory, 102_001)).toEqual(["c"]);
});

test("what is not over, and what another one waits for, stays", () => {
  const memory = all(
    { id: "a", state: "done" },
    { id: "b", state: "needs-human" },
    { id: "c", state: "waiting", after: ["a"] },
  );
  expect(kept(memory, 9_000_000)).toEqual(["a", "b", "c"]);
});

test("where nothing leaves, it is the same record", () => {
  const memory = all({ id: "a", state: "done" });
  expect(tasks === null ? null : keptTasks(tasks, memory, 10)).toBe(memory);
});
