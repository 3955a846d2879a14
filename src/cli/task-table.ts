// Tasks as rows for a person, in `task list` and below the agents in `status`. Its words are the engine's; nothing is
// asked here. It lies on the way of every `status`, so it loads next to nothing.

import type { TaskMemory } from "../core/types.ts";
import { ago } from "./ago.ts";
import type { Call } from "./outside.ts";
import { paint, plain, type Paint } from "./paint.ts";
import { table, type Cell } from "./table.ts";

type State = TaskMemory["state"];

/** What concerns a person comes first. */
export const STATES = [
  "needs-human",
  "running",
  "waiting",
  "queued",
  "failed",
  "cancelled",
  "done",
] as const;

export function taskTable({ outside }: Call, rows: readonly TaskMemory[]): string {
  const colours = paint(outside.stdout, outside.env);
  const now = outside.now();
  const head = ["TASK", "STATE", "STEP", "SINCE", "TITLE", "WHY"].map((text): Cell => ({
    text,
    paint: colours.dim,
  }));
  const body = rows.map((one): Cell[] => [
    one.id,
    {
      text: one.why === null ? one.state : `${one.state} (${one.why})`,
      paint: colourOf(one.state, colours),
    },
    one.step === null ? "-" : stepText(one),
    ago(one.since, now),
    plain(one.title),
    plain(one.because),
  ]);
  return table({ rows: [head, ...body], width: outside.stdout.columns });
}

/** The step, and which visit and attempt where it is not the first. */
function stepText({ step, attempt }: TaskMemory): string {
  if (step === null) return "-";
  const again = step.visit > 1 ? ` ${step.visit}` : "";
  return `${step.id}${again}${attempt > 1 ? ` (attempt ${attempt})` : ""}`;
}

export function countsOf(tasks: readonly TaskMemory[]): Readonly<Partial<Record<State, number>>> {
  const counts: Partial<Record<State, number>> = {};
  for (const { state } of tasks) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

export function countsText(counts: Readonly<Partial<Record<State, number>>>): string {
  const words = STATES.flatMap((state) => {
    const count = counts[state] ?? 0;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return `tasks: ${words.length === 0 ? "none" : words.join(", ")}`;
}

function colourOf(state: State, colours: Paint): (text: string) => string {
  return {
    running: colours.green,
    "needs-human": colours.red,
    failed: colours.red,
    waiting: colours.yellow,
    queued: colours.dim,
    done: colours.dim,
    cancelled: colours.dim,
  }[state];
}
