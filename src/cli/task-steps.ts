// What the steps of a task left on disk: one directory for each visit, in the order in which they came to their end.

import { join } from "node:path";
import { MERGE } from "../core/pipeline.ts";
import { agentName } from "../core/task.ts";
import type { TaskMemory } from "../core/types.ts";
import type { Stored } from "../engine/disk.ts";
import { tasksDir } from "../engine/tasks.ts";
import type { Outside } from "./outside.ts";

export type StepLeft = {
  readonly id: string;
  readonly attempt: number;
  readonly visit: number;
  readonly role: string;
  readonly dir: string;
  /** Null while it is under way, and where nobody judges it. */
  readonly came: "passed" | "changes" | "failed" | null;
  readonly because: string;
  readonly since: string | null;
  readonly ranMs: number | null;
  readonly report: string | null;
};

const NAMED = /^(\d+)-(\d+)-([a-z][a-z0-9_]*)$/;
/** Of a report in a story; the rest is in its file. */
const REPORT_CHARS = 2_000;

export function stepsOf(outside: Outside, stateDir: string, task: TaskMemory): readonly StepLeft[] {
  const home = join(tasksDir(stateDir), task.id);
  const found = outside.names(home).flatMap((name) => {
    const [, attempt, visit, id = ""] = NAMED.exec(name) ?? [];
    if (attempt === undefined || visit === undefined) return [];
    const dir = join(home, name);
    return [
      { id, attempt: Number(attempt), visit: Number(visit), dir, at: outside.modified(dir) ?? 0 },
    ];
  });
  return found
    .toSorted((a, b) => a.at - b.at || (a.dir < b.dir ? -1 : 1))
    .map(({ at: _at, ...step }) => stepLeft(outside, task, step));
}

type Found = Pick<StepLeft, "id" | "attempt" | "visit" | "dir">;

function stepLeft(outside: Outside, task: TaskMemory, step: Found): StepLeft {
  const past = task.trail.find(
    (one) => one.id === step.id && one.visit === step.visit && one.attempt === step.attempt,
  );
  const result = fieldsOf(outside.text(join(step.dir, "result.json")));
  const [because, since, ranMs] = [result.get("because"), result.get("since"), result.get("ranMs")];
  // What could not land says so in its log, and nowhere else.
  const words = step.id === MERGE ? "log" : "report.md";
  const report = outside.text(join(step.dir, words))?.trim() ?? "";
  return {
    ...step,
    role: past?.role ?? "",
    came: past?.came ?? null,
    because: typeof because === "string" ? because : "",
    since: typeof since === "number" ? new Date(since).toISOString() : null,
    ranMs: typeof ranMs === "number" ? ranMs : null,
    report: report === "" ? null : report.slice(0, REPORT_CHARS),
  };
}

function fieldsOf(text: string | null): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = text === null ? null : JSON.parse(text);
    return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

/** Files of a step, by name. */
export function filesOf(outside: Outside, { dir }: Pick<StepLeft, "dir">): readonly Stored[] {
  const listed = outside.disk.list(dir);
  return listed.ok ? listed.value.filter(({ name }) => !name.startsWith(".")) : [];
}

/** Everybody who ever worked on it, as the journal names them. */
export function workersOf(task: TaskMemory): readonly string[] {
  const now = task.step === null ? [] : [agentName(task.id, task.step)];
  return [...new Set([...task.trail.map((past) => agentName(task.id, past)), ...now])];
}
