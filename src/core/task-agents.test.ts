import { expect, test } from "vitest";
import { after, newTask, openShop, SHOP, taskOf } from "../sim/task-scene.ts";
import { membersOf } from "./member.ts";
import { taskAgents, taskWant } from "./task-agents.ts";

const STEP = `${SHOP}pipeline = "q"
[[pipeline]]
name = "q"
[[pipeline.step]]
id = "do"
env = ["PATH"]
wrap = ["nice"]
`;

const at = (stage: string) =>
  after(
    openShop(STEP, [newTask("t1")]),
    { ends: () => null },
    (now) => taskOf(now, "t1").step?.stage === stage,
  );

test("a task at an agent's step wants one agent, and one in the queue wants none", () => {
  const { setting, memory } = at("agent");
  expect(taskAgents(setting.config, memory)).toMatchObject([
    {
      name: "t1-do-1",
      session: "t-t1-do-1",
      kind: "task",
      backend: "talker",
      account: "talker",
      dir: "/fleet/.agents/worktrees/t1",
      prompt: { file: "/fleet/.agents/state/tasks/t1/1-1-do/prompt.md" },
      resume: false,
      restart: { policy: "never" },
      task: { id: "t1", step: "do", env: ["PATH"], wrap: ["nice"] },
    },
  ]);
  expect(taskAgents(setting.config, { tasks: {} })).toEqual([]);
  expect(taskAgents(setting.config, {})).toEqual([]);
});

test("the same task is the same agent, whatever the rest of its memory says", () => {
  const { setting, memory } = at("agent");
  const [one] = taskAgents(setting.config, memory);
  const task = taskOf(at("agent"), "t1");
  const mine = memory.tasks?.["t1"] ?? task;
  const [again] = taskAgents(setting.config, { tasks: { t1: { ...mine, because: "later" } } });
  expect(again).toBe(one);
  expect(membersOf(setting.config, memory)).toBe(membersOf(setting.config, memory));
});

test("an agent is wanted no longer than its step says, and one of the file is nobody's business here", () => {
  const { setting, memory } = at("agent");
  const [agent] = taskAgents(setting.config, memory);
  if (agent === undefined) throw new Error("no agent");
  expect(taskWant(agent, memory)).toBeNull();
  const { task: _task, ...plain } = agent;
  expect(taskWant(plain, {})).toBeNull();
  expect(taskWant(agent, {})).toEqual({ is: "down", because: "its step is over" });
});
