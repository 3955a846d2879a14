import { expect, test } from "vitest";
import { newTask } from "../sim/task-scene.ts";
import { branchOf, changed, freshTask, isOver } from "./task.ts";

test.each([
  ["Fix login timeout", "task/t1-fix-login-timeout"],
  ["  ../../etc; rm -rf $(x) @{1}..^~:?*[\\ ", "task/t1-etc-rm-rf-x-1"],
  ["Überprüfung", "task/t1-berpr-fung"],
  ["漢字", "task/t1"],
  ["x".repeat(300), `task/t1-${"x".repeat(40)}`],
  [`${"x".repeat(39)} y`, `task/t1-${"x".repeat(39)}`],
])("whatever the title says (%j), the branch is one that git takes", (title, branch) => {
  expect(branchOf("t1", title)).toBe(branch);
});

test("a task that does not change is the same object, and a state is as old as it is", () => {
  const task = freshTask(newTask("t1"));
  expect(changed(task, { state: "queued", because: "" }, 9)).toBe(task);
  expect(changed(task, { because: "news" }, 9).since).toBe(0);
  expect(changed(task, { state: "running" }, 9).since).toBe(9);
});

test("a task is over when it is done, failed or cancelled", () => {
  const states = [
    "queued",
    "running",
    "needs-human",
    "waiting",
    "done",
    "failed",
    "cancelled",
  ] as const;
  const over = states.filter((state) => isOver({ ...freshTask(newTask("t1")), state }));
  expect(over).toEqual(["done", "failed", "cancelled"]);
});
