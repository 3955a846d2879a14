// Tasks on disk: those that somebody dropped are claimed, once, by a rename; those that were claimed and are in no
// Memory are offered again. What `agents task` reads is published in one file. Nothing here decides who begins.

import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { isOver } from "../core/task.ts";
import type { Instant, Memory, NewTask, TaskMemory } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import type { Result } from "./ports.ts";
import { isTaskId, parseTask, taskBytes, taskText, type TaskFile } from "./task-file.ts";

/** A flood is claimed by and by, and no look waits for all of it. */
export const claimedAtOnce = 50;
/** Tasks that may wait to be claimed. */
export const tasksWaitingAtMost = 5000;

export type TaskPlace = { readonly disk: Disk; readonly stateDir: string };

export function tasksDir(stateDir: string): string {
  return join(stateDir, "tasks");
}

/** Published for who only reads. */
export function tasksPath(stateDir: string): string {
  return join(stateDir, "tasks.json");
}

export function makeTasks({ disk, stateDir }: TaskPlace): Result<null> {
  return disk.mkdir(join(tasksDir(stateDir), "new"));
}

/** What a verb does to add one: written whole, then there. */
export function dropTask({ disk, stateDir }: TaskPlace, task: TaskFile): Result<null> {
  const text = taskText(task);
  const checked = parseTask(text, task.id);
  if (!checked.ok) return checked;
  if (Buffer.byteLength(text) > taskBytes)
    return { ok: false, failure: `a task has at most ${taskBytes} bytes; this one is longer` };
  const known = disk.size(join(tasksDir(stateDir), task.id, "task.json"));
  if (!known.ok) return known;
  const file = join(tasksDir(stateDir), "new", `${task.id}.json`);
  const waits = disk.size(file);
  if (!waits.ok) return waits;
  if (known.value !== null || waits.value !== null)
    return { ok: false, failure: `there is a task ${task.id} already` };
  const made = makeTasks({ disk, stateDir });
  return made.ok ? disk.write(file, text) : made;
}

export type Intake = {
  /** Claimed, and not in Memory yet. */
  look(config: Config, memory: Memory): readonly NewTask[];
};

export function openIntake(disk: Disk): Intake {
  const offered = new Map<string, NewTask>();
  let recovered = false;
  return {
    look: ({ tasks, stateDir }, memory) => {
      if (tasks === null) return [];
      const place = { disk, stateDir };
      if (!recovered) {
        for (const one of lost(place, memory)) offered.set(one.id, one);
        recovered = true;
      }
      for (const one of claim(place)) offered.set(one.id, one);
      for (const id of offered.keys()) if (memory.tasks?.[id] !== undefined) offered.delete(id);
      return [...offered.values()];
    },
  };
}

function claim(place: TaskPlace): readonly NewTask[] {
  const { disk, stateDir } = place;
  const waiting = disk.list(join(tasksDir(stateDir), "new"));
  if (!waiting.ok || waiting.value.length === 0) return [];
  const files = waiting.value.filter(({ name }) => name.endsWith(".json") && !name.startsWith("."));
  return files.slice(0, claimedAtOnce).flatMap(({ name, size }) => {
    const id = name.slice(0, -".json".length);
    const one = claimOne(place, { id, size });
    return one === null ? [] : [one];
  });
}

/** The rename is the claim: who did not do it has not got it. */
function claimOne(
  place: TaskPlace,
  { id, size }: { readonly id: string; readonly size: number },
): NewTask | null {
  const { disk, stateDir } = place;
  const from = join(tasksDir(stateDir), "new", `${id}.json`);
  const bytes = size > taskBytes ? null : disk.read(from);
  if (bytes !== null && (!bytes.ok || bytes.value === null)) return null;
  const text =
    bytes?.ok === true && bytes.value !== null ? new TextDecoder().decode(bytes.value) : "";
  const task =
    bytes === null
      ? ({
          ok: false,
          failure: `A task has at most ${taskBytes} bytes; this one has ${size}.`,
        } as const)
      : parseTask(text, id);
  if (!task.ok) return refuse(place, id, task.failure);
  const dir = join(tasksDir(stateDir), id);
  const there = disk.size(join(dir, "task.json"));
  if (!there.ok) return null;
  if (there.value !== null) return refuse(place, id, `There is a task ${id} already.`);
  const made = disk.mkdir(dir);
  if (!made.ok || !disk.rename(from, join(dir, "task.json")).ok) return null;
  return rowOf(task.value);
}

function refuse({ disk, stateDir }: TaskPlace, id: string, why: string): null {
  const dir = join(tasksDir(stateDir), "refused");
  disk.mkdir(dir);
  const name = isTaskId(id) ? id : "unnamed";
  disk.write(join(dir, `${name}.why`), `${why}\n`);
  disk.rename(join(tasksDir(stateDir), "new", `${id}.json`), join(dir, `${name}.json`));
  return null;
}

/** Claimed by a process that died before it could remember them; what is over stays over. */
function lost({ disk, stateDir }: TaskPlace, memory: Memory): readonly NewTask[] {
  const all = disk.list(tasksDir(stateDir));
  if (!all.ok) return [];
  return all.value.flatMap(({ name: id }) => {
    if (!isTaskId(id) || memory.tasks?.[id] !== undefined) return [];
    const dir = join(tasksDir(stateDir), id);
    const over = disk.size(join(dir, "end.json"));
    if (!over.ok || over.value !== null) return [];
    const bytes = disk.read(join(dir, "task.json"));
    if (!bytes.ok || bytes.value === null) return [];
    const task = parseTask(new TextDecoder().decode(bytes.value), id);
    return task.ok ? [rowOf(task.value)] : [];
  });
}

function rowOf({ body: _body, by: _by, ...row }: TaskFile): NewTask {
  return row;
}

/** What `agents task list` reads: one file with everything that Memory knows. */
export function tasksText({ tasks = {} }: Memory, at: Instant): string {
  const rows = Object.values(tasks);
  const counts: Record<string, number> = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return JSON.stringify({ schema: "agents.tasks/1", at, counts, tasks: rows.toSorted(byAge) });
}

export type TasksFile = {
  readonly schema: "agents.tasks/1";
  readonly at: Instant;
  readonly counts: Readonly<Record<string, number>>;
  readonly tasks: readonly TaskMemory[];
};

function byAge(a: TaskMemory, b: TaskMemory): number {
  return Number(isOver(a)) - Number(isOver(b)) || a.at - b.at || (a.id < b.id ? -1 : 1);
}
