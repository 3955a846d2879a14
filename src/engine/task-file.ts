// A task as a file: what `agents task add` leaves, and what is read of it. By hand, because it runs in the look;
// a refusal is a sentence for who left it. Nothing in it is trusted to be a path, a pattern or a command.

import { join } from "node:path";
import type { NewTask } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { isRaw, type Raw } from "./memory-version.ts";
import type { Result } from "./ports.ts";

/** Bytes of one task, its text with it. */
export const taskBytes = 256 * 1024;
const listAtMost = 100;
const titleChars = 300;

export type TaskFile = NewTask & { readonly body: string; readonly by: string };

export function isTaskId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,23}$/.test(id) && id !== "new" && id !== "refused";
}

export function taskText(task: TaskFile): string {
  return `${JSON.stringify({ schema: "agents.task/1", ...task })}\n`;
}

/** `id` is the name of the file. */
export function parseTask(text: string, id: string): Result<TaskFile> {
  const raw = objectIn(text);
  if (raw === null) return refused("it is not a JSON object");
  if (raw["schema"] !== "agents.task/1") return refused('its schema is not "agents.task/1"');
  if (raw["id"] !== id || !isTaskId(id))
    return refused("its id is not the name of its file, or no id");
  const { title, at } = raw;
  if (
    typeof title !== "string" ||
    title.trim() === "" ||
    title.length > titleChars ||
    /[\0-\x1f\x7f]/.test(title)
  )
    return refused(`its title must be one line of at most ${titleChars} characters`);
  if (typeof at !== "number" || !Number.isSafeInteger(at) || at < 0)
    return refused('"at" must be milliseconds since 1970');
  const lists = {
    labels: listOf(raw["labels"]),
    after: listOf(raw["after"]),
    files: listOf(raw["files"]),
  };
  const { labels, after, files } = lists;
  if (labels === null || after === null || files === null)
    return refused(`labels, after and files must be lists of at most ${listAtMost} texts`);
  if (!after.every(isTaskId)) return refused("after must name tasks");
  const [pipeline, model, body, by] = [
    raw["pipeline"] ?? "",
    raw["model"] ?? null,
    raw["body"] ?? "",
    raw["by"] ?? "",
  ];
  if (typeof pipeline !== "string" || typeof body !== "string" || typeof by !== "string")
    return refused("pipeline, body and by must be texts");
  if (model !== null && typeof model !== "string") return refused("model must be a text");
  const complexity = raw["complexity"] ?? null;
  if (complexity !== null && typeof complexity !== "string")
    return refused("complexity must be a text");
  const said = complexity === null ? {} : { complexity };
  const value = { id, title, pipeline, labels, after, files, model, ...said, at, body, by };
  return { ok: true, value };
}

/** What its agents are told of it: title and text, as they were written. */
export function bodyOf(disk: Disk, stateDir: string, id: string): Result<string> {
  const path = join(stateDir, "tasks", id, "task.json");
  const bytes = disk.read(path);
  if (!bytes.ok) return bytes;
  if (bytes.value === null) return { ok: false, failure: `${path} is missing` };
  const task = parseTask(new TextDecoder().decode(bytes.value), id);
  return task.ok ? { ok: true, value: `${task.value.title}\n\n${task.value.body}`.trim() } : task;
}

function objectIn(text: string): Raw | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRaw(value) ? value : null;
  } catch {
    return null;
  }
}

function listOf(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > listAtMost) return null;
  const texts = value.filter((one): one is string => typeof one === "string");
  return texts.length === value.length ? texts : null;
}

function refused(why: string): Result<never> {
  return { ok: false, failure: `This task cannot be understood: ${why}.` };
}
