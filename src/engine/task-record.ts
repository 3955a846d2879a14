// What stays of tasks on disk: a journal for each, and the removal of what is old or too much. Only what came to its
// end, landed and is in nobody's memory is ever removed; what was begun and did not land stays, however old.

import { join } from "node:path";
import type { Config, Millis } from "../config/config.ts";
import type { Tasks } from "../config/tasks.ts";
import { isAgentOf, isOver, taskDir } from "../core/task.ts";
import type { Instant, Memory, TaskMemory } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { entryLine, type Entry } from "./journal.ts";
import { isRaw } from "./memory-version.ts";
import { isTaskId } from "./task-file.ts";
import { tasksDir } from "./tasks.ts";

/** Bytes of one task's journal; the fleet's own goes on. */
export const taskEventsBytes = 1024 * 1024;
/** Between two looks at what is old. */
export const SWEEP_MS: Millis = 10 * 60_000;
/** Removed at one look, so that none takes long. */
export const removedAtOnce = 20;
/** On its way out: whoever died in the middle goes on with these. */
const GONE = ".gone-";

export type TaskRecord = {
  keep(
    config: Config,
    memory: Memory,
    news: { readonly entries: readonly Entry[]; readonly at: Instant },
  ): void;
};

export function openTaskRecord(disk: Disk): TaskRecord {
  const ends = new Map<string, End | null>();
  let swept: Instant | null = null;
  return {
    keep: (config, memory, { entries, at }) => {
      if (config.tasks === null) return;
      for (const [id, mine] of byTask(memory, entries)) {
        const path = `${taskDir(config, id)}/events.jsonl`;
        const size = disk.size(path);
        if (!size.ok || (size.value ?? 0) > taskEventsBytes) continue;
        // What cannot be kept here is in the fleet's journal.
        disk.append(path, mine.map((one) => entryLine(one, [])).join(""));
      }
      if (swept !== null && at >= swept && at - swept < SWEEP_MS) return;
      swept = at;
      sweep(disk, { config, tasks: config.tasks, memory, ends, at });
    },
  };
}

function byTask(
  { tasks }: Memory,
  entries: readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> {
  const known = new Map<string, Entry[]>();
  if (tasks === undefined) return known;
  for (const entry of entries) {
    const id = ownerOf(tasks, entry.agent);
    if (id === null || entry.event === "write" || entry.event === "answer") continue;
    known.set(id, [...(known.get(id) ?? []), entry]);
  }
  return known;
}

function ownerOf(tasks: Readonly<Record<string, TaskMemory>>, name: string): string | null {
  if (Object.hasOwn(tasks, name)) return name;
  const id = name.replace(/-[a-z][a-z0-9_]*-\d+$/, "");
  return Object.hasOwn(tasks, id) && isAgentOf(id, name) ? id : null;
}

/** Of a task that is over, as it was written down. */
type End = { readonly id: string; readonly since: Instant; readonly isSafe: boolean };

type Sweeping = {
  readonly config: Config;
  readonly tasks: Tasks;
  readonly memory: Memory;
  readonly ends: Map<string, End | null>;
  readonly at: Instant;
};

function sweep(disk: Disk, { config, tasks, memory, ends, at }: Sweeping): void {
  const home = tasksDir(config.stateDir);
  const listed = disk.list(home);
  if (!listed.ok) return;
  const names = listed.value.map(({ name }) => name);
  for (const name of names) if (name.startsWith(GONE)) disk.removeTree(join(home, name));
  const past = names
    .filter((id) => isTaskId(id) && memory.tasks?.[id] === undefined)
    .flatMap((id) => endOf(disk, home, { id, ends }) ?? [])
    .toSorted((a, b) => a.since - b.since);
  const over = Object.values(memory.tasks ?? {}).filter(isOver).length;
  const spare = past.length + over - tasks.keep;
  const old = past.filter((one, index) => index < spare || at - one.since > tasks.keepForMs);
  for (const { id } of old.filter(({ isSafe }) => isSafe).slice(0, removedAtOnce)) {
    // Away at once: half a task would be taken for one that was never begun.
    if (!disk.rename(join(home, id), join(home, GONE + id)).ok) continue;
    disk.removeTree(join(home, GONE + id));
    ends.delete(id);
  }
}

type Asked = { readonly id: string; readonly ends: Map<string, End | null> };

/** Read once: an end changes only while Memory knows its task. */
function endOf(disk: Disk, home: string, { id, ends }: Asked): End | null {
  const known = ends.get(id);
  if (known !== undefined && known !== null) return known;
  const bytes = disk.read(join(home, id, "end.json"));
  if (!bytes.ok || bytes.value === null) return null;
  const end = endIn(new TextDecoder().decode(bytes.value), id);
  ends.set(id, end);
  return end;
}

function endIn(text: string, id: string): End | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRaw(value) || value["schema"] !== "agents.task-end/1") return null;
    const { since, landed, base, head } = value;
    if (typeof since !== "number") return null;
    const nothing = base === null || head === null || head === base;
    return { id, since, isSafe: typeof landed === "string" || nothing };
  } catch {
    return null;
  }
}
