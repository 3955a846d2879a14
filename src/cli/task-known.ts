// The tasks that there are: what the engine published in one file, and what was left for it and is not taken yet. One
// that is long over is read from its own directory. Loads neither the configuration nor Memory.

import { dirname, join } from "node:path";
import { freshTask } from "../core/task.ts";
import type { TaskMemory } from "../core/types.ts";
import { isTaskId, parseTask } from "../engine/task-file.ts";
import { tasksDir, tasksWaitingAtMost } from "../engine/tasks.ts";
import { findConfig } from "./find.ts";
import { refuseName } from "./fleet.ts";
import { type Call, type Outside, Refusal } from "./outside.ts";
import { stateDirOf } from "./standing.ts";
import { publishedTasks } from "./task-board.ts";

export type Known = {
  readonly stateDir: string;
  readonly logDir: string;
  readonly tasks: readonly TaskMemory[];
  /** Ids of those that no engine took yet. */
  readonly left: ReadonlySet<string>;
};

const LEFT = "left for the watchdog, which takes it at its next look";

export async function knownTasks(call: Call): Promise<Known> {
  const { outside } = call;
  const path = findConfig(call);
  const stateDir = await stateDirOf(outside, path);
  if (stateDir === null)
    throw new Refusal(
      5,
      `${path} does not say where its fleet keeps its state; \`agents config check\``,
    );
  return tasksAt(outside, stateDir);
}

export function tasksAt(outside: Outside, stateDir: string): Known {
  // In this order: what is taken in between is found twice, not missed.
  const lies = leftIn(outside, stateDir);
  const taken = publishedTasks(outside, stateDir)?.tasks ?? [];
  const ids = new Set(taken.map(({ id }) => id));
  const fresh = lies.filter(({ id }) => !ids.has(id));
  return {
    stateDir,
    logDir: dirname(stateDir),
    tasks: [...taken, ...fresh],
    left: new Set(fresh.map(({ id }) => id)),
  };
}

/** Of a flood only the first are opened: a listing does not read a thousand files. */
function leftIn(outside: Outside, stateDir: string): readonly TaskMemory[] {
  const dir = join(tasksDir(stateDir), "new");
  const ids = outside.names(dir).flatMap((name) => {
    const id = name.endsWith(".json") ? name.slice(0, -".json".length) : "";
    return isTaskId(id) ? [id] : [];
  });
  return ids.slice(0, tasksWaitingAtMost).map((id, index) => {
    const text = index < OPENED_MAX ? (outside.text(join(dir, `${id}.json`)) ?? "") : "";
    const read = parseTask(text, id);
    const row = read.ok ? read.value : { ...UNREAD, id, at: outside.now() };
    return { ...freshTask(row), because: LEFT };
  });
}

const OPENED_MAX = 50;
const UNREAD = { title: "", pipeline: "", labels: [], after: [], files: [], model: null };

/** That task, or a Refusal with what was probably meant. */
export function taskNamed(outside: Outside, known: Known, id: string): TaskMemory {
  if (id === "") throw new Refusal(2, "which task? `agents task list` names them");
  const found =
    known.tasks.find((one) => one.id === id) ??
    archived(outside, known, id) ??
    justTaken(outside, known, id);
  if (found !== null) return found;
  if (known.tasks.length === 0)
    throw new Refusal(4, `there is no task ${JSON.stringify(id)}, and no other`);
  return refuseName(
    "task",
    id,
    known.tasks.map((one) => one.id),
  );
}

/** Claimed, and not published yet: that is a matter of milliseconds. */
function justTaken(
  outside: Outside,
  { stateDir }: Pick<Known, "stateDir">,
  id: string,
): TaskMemory | null {
  const text = isTaskId(id) ? outside.text(join(tasksDir(stateDir), id, "task.json")) : null;
  const read = text === null ? null : parseTask(text, id);
  return read?.ok === true ? freshTask(read.value) : null;
}

/** What left Memory has its end on disk. */
export function archived(
  outside: Outside,
  { stateDir }: Pick<Known, "stateDir">,
  id: string,
): TaskMemory | null {
  const text = isTaskId(id) ? outside.text(join(tasksDir(stateDir), id, "end.json")) : null;
  if (text === null) return null;
  try {
    const { schema, ...task }: TaskMemory & { readonly schema: string } = JSON.parse(text);
    return schema === "agents.task-end/1" ? task : null;
  } catch {
    return null;
  }
}
