// New tasks, made and judged before anything is written: an id that reads like the title, no name twice, no circle of
// dependencies, nothing that comes after a task which nobody knows.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { didYouMean } from "../config/suggest.ts";
import { circleIn } from "../core/task-queue.ts";
import { isTaskId, parseTask, taskText, type TaskFile } from "../engine/task-file.ts";
import { dropTask, tasksDir, tasksWaitingAtMost } from "../engine/tasks.ts";
import { type Call, type Outside, Refusal } from "./outside.ts";
import { tasksAt } from "./task-known.ts";

/** Of the title in the id; with what follows it is short enough for the names of its agents. */
const SLUG_MAX = 16;

/** A task in somebody's words. */
export type Wish = {
  /** Null: one is made from the title. */
  readonly id: string | null;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly after: readonly string[];
  readonly files: readonly string[];
  readonly model: string | null;
  readonly pipeline: string | null;
  readonly complexity: string | null;
};

/** Whole tasks of these wishes, or a Refusal; nothing is written. They keep their order. */
export function plannedTasks(
  { outside }: Call,
  config: Config,
  wishes: readonly Wish[],
): readonly TaskFile[] {
  const { tasks } = config;
  if (tasks === null)
    throw new Refusal(
      2,
      `${config.path} has no [tasks]; \`agents config help tasks\` says what belongs there`,
    );
  const known = tasksAt(outside, config.stateDir);
  if (known.left.size + wishes.length > tasksWaitingAtMost)
    throw new Refusal(
      1,
      `${known.left.size} tasks wait to be taken already, and at most ${tasksWaitingAtMost} may`,
    );
  const names = tasks.pipelines.map(({ name }) => name);
  const now = outside.now();
  const made = wishes.map(({ complexity, ...wish }, index): TaskFile => {
    const { pipeline } = wish;
    if (complexity !== null) refuseComplexity(config, complexity);
    if (pipeline !== null && !names.includes(pipeline))
      throw new Refusal(
        4,
        `no pipeline is called ${JSON.stringify(pipeline)}${didYouMean(pipeline, names) || `; there are ${names.join(", ")}`}`,
      );
    // The queue goes by age: of those that come at once the first is the oldest.
    const at = now - wishes.length + 1 + index;
    const id = wish.id ?? idFor(wish.title, randomBytes(2).toString("hex"));
    const by = outside.env["AGENTS_NAME"] ?? outside.env["USER"] ?? "somebody";
    const said = complexity === null ? {} : { complexity };
    return { ...wish, ...said, id, pipeline: pipeline ?? "", at, by };
  });
  for (const one of made) wholeOrRefused(one);
  refuseDoubles(outside, made, { stateDir: config.stateDir, ids: known.tasks.map(({ id }) => id) });
  refuseCircles(made, known.tasks);
  return made;
}

function refuseComplexity({ path, tasks }: Config, word: string): void {
  const known = tasks?.route?.complexities;
  if (known === undefined)
    throw new Refusal(2, `${path} has no [route]: nothing hangs on how hard a task is`);
  if (!known.includes(word))
    throw new Refusal(
      2,
      `no complexity is called ${JSON.stringify(word)}${didYouMean(word, known) || `; there are ${known.join(", ")}`}`,
    );
}

/** "Fix login timeout" → "fix-login-timeo-3fa2", cut between words where that leaves enough of them. */
export function idFor(title: string, random: string): string {
  const words = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const cut = words.slice(0, SLUG_MAX);
  const whole =
    words.length <= SLUG_MAX || words[SLUG_MAX] === "-" ? cut : cut.replace(/-[^-]*$/, "");
  const slug = whole.replaceAll(/-+$/g, "");
  return `${slug === "" ? "task" : slug}-${random}`;
}

function wholeOrRefused(one: TaskFile): void {
  if (!isTaskId(one.id))
    throw new Refusal(
      2,
      `${JSON.stringify(one.id)} cannot name a task: up to 24 letters, digits, - and _, beginning with one of the first two`,
    );
  const { ok, ...read } = parseTask(taskText(one), one.id);
  if (!ok && "failure" in read) throw new Refusal(2, read.failure);
}

type There = { readonly stateDir: string; readonly ids: readonly string[] };

/** Also of those that are long over: their artifacts have that name. */
function refuseDoubles(
  outside: Outside,
  made: readonly TaskFile[],
  { stateDir, ids }: There,
): void {
  const taken = new Set(ids);
  for (const { id } of made) {
    if (taken.has(id) || outside.exists(join(tasksDir(stateDir), id)))
      throw new Refusal(6, `there is a task ${id} already; nothing was added`);
    taken.add(id);
  }
}

type Linked = { readonly id: string; readonly after: readonly string[] };

function refuseCircles(made: readonly TaskFile[], known: readonly Linked[]): void {
  const all = Object.fromEntries([...known, ...made].map((one) => [one.id, one] as const));
  for (const { id, after } of made) {
    const lost = after.find((other) => !Object.hasOwn(all, other));
    if (lost !== undefined)
      throw new Refusal(
        4,
        `${id} is to come after ${lost}, which is no task${didYouMean(lost, Object.keys(all))}`,
      );
    if (circleIn(all, id) !== null)
      throw new Refusal(2, `${id} would come after itself: ${after.join(", ")} leads back to it`);
  }
}

/** Leaves them where the engine takes them. */
export function leaveTasks({ outside }: Call, config: Config, made: readonly TaskFile[]): void {
  for (const [index, one] of made.entries()) {
    const left = dropTask({ disk: outside.disk, stateDir: config.stateDir }, one);
    if (!left.ok)
      throw new Refusal(
        1,
        `${left.failure}${index === 0 ? "" : `; the first ${index} were added`}`,
      );
  }
}
