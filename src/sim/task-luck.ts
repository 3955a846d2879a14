// Tasks in a night: who adds them and answers their questions, how lucky their agents are, and what must never
// happen to them, whatever goes wrong besides.

import type { Memory, TaskMemory } from "../core/types.ts";
import { put, type fakeDisk } from "../engine/fake-disk.ts";
import type { StartSpec } from "../engine/ports.ts";
import { taskText } from "../engine/task-file.ts";
import { HOUR, MINUTE, SECOND, type Chance } from "./chance.ts";
import type { Met } from "./checks-route.ts";
import type { Decided } from "./checks.ts";
import { isWild, type Faults } from "./faults.ts";
import type { World } from "./night.ts";
import { order } from "./people.ts";
import { taskActor, type TaskPart } from "./task-actor.ts";
import type { Actor, Machine } from "./world.ts";

export const TASKS = `
[tasks]
merge = "queue"
check = "make test"
max = 2
[[pipeline]]
name = "quick"
[[pipeline.step]]
id = "implement"
backend = "plain"
retries = 1
on_failure = "ask"
`;

const MOST = 8;

type Luck = Pick<TaskPart, "time" | "stage" | "yard" | "env"> & {
  readonly meets: (wild: boolean) => Met;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly fake: ReturnType<typeof fakeDisk>;
};

export function luckyTaskActor({ chance, faults, fake, meets, ...part }: Luck): Actor {
  const wild = (): boolean => isWild(faults, "agents");
  return taskActor({
    ...part,
    write: (path, text) => put(fake, path, text),
    meets: () => meets(isWild(faults, "limits")),
    ms: () => chance.between(5 * SECOND, wild() ? 40 * MINUTE : 5 * MINUTE),
    fails: () => {
      if (!wild() || chance.hit(0.75)) return null;
      return chance.hit(0.5) ? { code: 1, signal: null } : { code: null, signal: "KILL" };
    },
    verdict: () => (wild() && chance.hit(0.3) ? chance.pick(["changes", "perhaps"]) : "approve"),
  });
}

/** Others that live at the same task. */
export function alsoAt({ procs }: Machine, { env, run }: StartSpec): readonly string[] {
  const task = env["AGENTS_TASK"] ?? "";
  const others = [...procs.values()].filter(
    (one) =>
      one.run !== null &&
      one.run !== run &&
      new RegExp(`^${task}-[a-z0-9_]+-\\d+$`).test(one.target),
  );
  return others.map(
    ({ target, run: other }) =>
      `two agents of ${task}: ${target} of ${other ?? ""} lives while ${run} starts`,
  );
}

/** Added now and then; a person answers what waits for one. */
export function addTasks(world: World, hours: number): void {
  const { time, chance, fake, faults } = world;
  const { stateDir } = world.setting().config;
  for (let at = 0; at < MOST; at += 1) {
    const id = `k${at}`;
    time.plan(chance.between(0, hours * HOUR), () => {
      const labels = chance.hit(0.3) ? ["hard"] : [];
      const more = { labels, model: null, body: "", by: "a person", at: time.now() };
      const after = at > 0 && chance.hit(0.3) ? [`k${chance.between(0, at - 1)}`] : [];
      const files = chance.hit(0.3) ? ["src/**"] : [];
      const pipeline = chance.hit(0.3) ? "quick" : "";
      put(
        fake,
        `${stateDir}/tasks/new/${id}.json`,
        taskText({ id, title: id, pipeline, after, files, ...more }),
      );
      world.bell.rung = true;
    });
  }
  const answer = (): void => {
    for (const { id, state } of tasksOf(world.memory)) {
      const what = state === "needs-human" ? chance.pick(["approve", "retry", "reject"]) : "retry";
      const again = state === "needs-human" || (state === "failed" && !faults.wild);
      if (again) order(world, "task", [id], { what });
    }
    time.plan(faults.wild ? 30 * MINUTE : 3 * MINUTE, answer);
  };
  time.plan(30 * MINUTE, answer);
}

export function tasksOf(memory: Memory | null): readonly TaskMemory[] {
  return Object.values(memory?.tasks ?? {});
}

/** Counts only grow, and no further than the caps and a person's words allow. */
export function brokenTaskRules({ before, decision, setting }: Decided): readonly string[] {
  const now = decision.memory.tasks ?? {};
  if (now === before.tasks) return [];
  const shop = setting.config.tasks;
  return Object.values(now).flatMap((task) => {
    const was = before.tasks?.[task.id];
    if (was === task) return [];
    const counts = (one: TaskMemory): readonly number[] => [
      one.attempt,
      one.rounds,
      one.granted,
      ...Object.values(one.visits),
    ];
    const less =
      was !== undefined && counts(was).some((count, at) => (counts(task)[at] ?? 0) < count);
    const most = Math.max(0, ...Object.values(task.visits));
    const beyond = task.attempt > (shop?.attempts ?? 0) + task.granted || most > 10 + task.granted;
    return [
      ...(less ? [`${task.id}: a count went back`] : []),
      ...(beyond ? [`${task.id}: beyond its caps (attempt ${task.attempt}, ${most} visits)`] : []),
      ...(task.state === "waiting" &&
      was !== undefined &&
      task.attempt > was.attempt &&
      was.state === "waiting"
        ? [`${task.id}: waiting spent an attempt`]
        : []),
    ];
  });
}

/** After the calm: no line is lost, and every task has come to an end or waits for a person. */
export function tasksAtLast({ yard, memory, fake, setting }: World): readonly string[] {
  const { stateDir } = setting().config;
  const waiting = [...fake.files.keys()].filter((path) =>
    path.startsWith(`${stateDir}/tasks/new/`),
  );
  const open = tasksOf(memory).filter(
    ({ state }) => state === "queued" || state === "running" || state === "waiting",
  );
  const stuck = open.filter(({ why }) => why !== "dependency" && why !== "budget");
  return [
    ...yard.lost().map((line) => `"${line}" is lost`),
    ...waiting.map((path) => `at last ${path} was never claimed`),
    ...stuck.map(
      ({ id, state, because, step }) =>
        `at last ${id} is ${state} (${step?.id ?? "-"} ${step?.stage ?? ""}): ${because}`,
    ),
  ];
}
