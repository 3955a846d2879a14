import { expect, test, vi } from "vitest";
import { enter } from "../core/pipeline.ts";
import { freshTask } from "../core/task.ts";
import type { Action, Memory } from "../core/types.ts";
import { FRESH } from "../core/fresh.ts";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { openActor } from "./act.ts";
import { closedWorkshop } from "./closed-workshop.ts";
import { fakeDisk, put, textOf } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";
import type { Ports, Workshop } from "./ports.ts";
import { taskText } from "./task-file.ts";

const setting = settingOf("[tasks]\n");
const { config } = setting;
const DIR = `${config.stateDir}/tasks/t1`;

async function acted(action: Action, workshop: Partial<Workshop>, memory: Memory = FRESH) {
  const fake = fakeDisk(() => 0);
  put(fake, `${DIR}/task.json`, taskText({ ...newTask("t1"), body: "{x} $(y)", by: "me" }));
  put(fake, `${DIR}/1-1-review/report.md`, "VERDICT: changes");
  put(fake, `${config.logDir}/t-t1-review-1.log`, "what it printed");
  const plain = fakePorts({});
  const done: string[] = [];
  const ports: Ports = {
    ...plain,
    files: { read: () => "missing", write: (path, text) => fake.disk.write(path, text ?? "") },
    processes: { ...plain.processes, signal: (_members, signal) => void done.push(signal) },
    workshop: {
      ...closedWorkshop,
      rescue: () => {
        done.push("rescue");
        return Promise.resolve({ ok: false, failure: "git is locked" });
      },
      ...workshop,
    },
  };
  const actor = openActor(ports, fake.disk);
  actor.begin([action], { setting, memory, screens: {} });
  await actor.idle();
  return { fake, done, outcomes: actor.outcomes() };
}

const of = { id: "w", target: "t1", because: "b", do: "work" } as const;

test("a worktree that stands gets the words for its agent, with the task as it was written", async () => {
  const brief = {
    role: "planner",
    prompt: null,
    commits: false,
    verdict: false,
    attempt: 1,
    hands: [],
    theirs: [],
  };
  const work = { is: "worktree", branch: "task/t1", dir: `${DIR}/1-1-plan`, brief } as const;
  const told = { base: "b", head: "h" };
  const { fake, outcomes } = await acted(
    { ...of, work },
    { worktree: () => Promise.resolve({ ok: true, value: told }) },
  );
  expect(outcomes).toMatchObject([{ id: "w", ok: true, told }]);
  expect(textOf(fake, `${DIR}/1-1-plan/prompt.md`)).toContain("Do t1\n\n{x} $(y)");
});

test("what a step left is told with the verdict of its report, and its log is put beside it", async () => {
  const work = {
    is: "diff",
    branch: "task/t1",
    dir: `${DIR}/1-1-review`,
    base: null,
    session: "t-t1-review-1",
  } as const;
  const { fake, outcomes } = await acted(
    { ...of, work },
    { diff: () => Promise.resolve({ ok: true, value: { head: "h" } }) },
  );
  expect(outcomes).toMatchObject([{ ok: true, told: { head: "h", verdict: "changes" } }]);
  expect(textOf(fake, `${DIR}/1-1-review/log`)).toBe("what it printed");
});

test("a workshop that fails fails the work, and no more", async () => {
  const { outcomes } = await acted({ ...of, work: { is: "discard", branch: "task/t1" } }, {});
  expect(outcomes).toMatchObject([{ id: "w", ok: false, failure: "there is no workshop here" }]);
});

test("what a task's agent did not commit is kept before it is signalled, and a git that fails or hangs stops no stop", async () => {
  const task = enter(config, freshTask(newTask("t1")), { index: 0, at: 0 });
  const step =
    task.step === null ? null : { ...task.step, stage: "agent" as const, agent: "t1-plan-1" };
  const memory = { ...FRESH, tasks: { t1: { ...task, step } } };
  const sweep = {
    do: "sweep",
    id: "s",
    because: "b",
    session: "t-t1-plan-1",
    run: "r",
    root: 1,
    spare: [],
  } as const;
  const own = await acted({ ...sweep, target: "t1-plan-1", signal: "TERM" }, {}, memory);
  const other = await acted({ ...sweep, target: "worker", signal: "TERM" }, {}, memory);
  const look = await acted({ ...sweep, target: "t1-plan-1", signal: null }, {}, memory);
  expect([own.done, other.done, look.done]).toEqual([["rescue", "TERM"], ["TERM"], []]);
  vi.useFakeTimers();
  const hung = acted(
    { ...sweep, target: "t1-plan-1", signal: "KILL" },
    { rescue: () => new Promise(() => {}) },
    memory,
  );
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();
  expect((await hung).done).toEqual(["KILL"]);
});
