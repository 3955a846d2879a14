// Finished tasks leave Memory when they are old, or too many; their files stay until their time is over. What is
// not over, not landed, or still waited for by another one stays.

import type { Tasks } from "../config/tasks.ts";
import { remembering } from "./remembering.ts";
import { isOver } from "./task.ts";
import type { Instant, TaskMemory } from "./types.ts";

type All = Readonly<Record<string, TaskMemory>>;

/** Those that may leave, the oldest first, and when the first of them has to. */
type Past = { readonly over: readonly TaskMemory[] };

const pasts = remembering<Past>(() => true);

export function keptTasks(tasks: Tasks, all: All, at: Instant): All {
  const { over } = pasts(all, [], () => pastOf(all));
  const spare = over.length - tasks.keep;
  const gone = over.filter((one, index) => index < spare || at - one.since > tasks.keepForMs);
  if (gone.length === 0) return all;
  const ids = new Set(gone.map(({ id }) => id));
  return Object.fromEntries(Object.entries(all).filter(([id]) => !ids.has(id)));
}

function pastOf(all: All): Past {
  const awaited = new Set(Object.values(all).flatMap((one) => (isOver(one) ? [] : one.after)));
  const over = Object.values(all).filter((one) => isOver(one) && !awaited.has(one.id));
  return { over: over.toSorted((a, b) => a.since - b.since) };
}
