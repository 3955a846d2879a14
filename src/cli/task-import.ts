// `agents task import FILE`: many tasks at once, from JSON lines or from a directory of .md and .json files. All of them
// are judged before the first one is added.

import { basename, extname, join, resolve } from "node:path";
import { isTaskId } from "../engine/task-file.ts";
import { tasksWaitingAtMost } from "../engine/tasks.ts";
import { configInForce } from "./fleet.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { added } from "./task-add.ts";
import { plannedTasks, type Wish } from "./task-new.ts";

const KEYS = ["id", "title", "body", "labels", "after", "files", "model", "pipeline", "complexity"];

export async function importTasks(call: Call): Promise<ExitCode> {
  const { outside, args } = call;
  const [path, ...more] = args;
  if (path === undefined || more.length > 0)
    throw new Refusal(
      2,
      "import takes one file of JSON lines, or one directory of .md and .json files",
    );
  const wishes = wishesIn(outside, path === "-" ? null : resolve(outside.cwd, path), async () =>
    outside.stdin(),
  );
  const config = await configInForce(call);
  return added(call, config, plannedTasks(call, config, await wishes));
}

async function wishesIn(
  outside: Outside,
  path: string | null,
  stdin: () => Promise<string>,
): Promise<readonly Wish[]> {
  const text = withoutMark(path === null ? await stdin() : outside.text(path));
  const wishes =
    text !== null ? fromLines(text, path ?? "standard input") : fromDirectory(outside, path ?? "");
  if (wishes.length === 0) throw new Refusal(4, `there is no task in ${path ?? "standard input"}`);
  if (wishes.length > tasksWaitingAtMost)
    throw new Refusal(2, `at most ${tasksWaitingAtMost} tasks at once; there are ${wishes.length}`);
  return wishes;
}

/** Some editors begin a file with a mark that is no part of it. */
function withoutMark(text: string | null): string | null {
  return text?.replace(/^\uFEFF/, "") ?? null;
}

function fromLines(text: string, where: string): readonly Wish[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      line.trim() === ""
        ? []
        : [wishOf(parsed(line), { where: `${where}:${index + 1}`, id: null })],
    );
}

/** By name, so that what is numbered keeps its order. */
function fromDirectory(outside: Outside, dir: string): readonly Wish[] {
  if (!outside.exists(dir)) throw new Refusal(4, `there is nothing at ${dir}`);
  return outside
    .names(dir)
    .filter((name) => !name.startsWith(".") && (name.endsWith(".md") || name.endsWith(".json")))
    .toSorted()
    .map((name) => {
      const where = join(dir, name);
      const text = withoutMark(outside.text(where));
      if (text === null) throw new Refusal(1, `${where} cannot be read`);
      const named = basename(name, extname(name));
      const id = isTaskId(named) ? named : null;
      return name.endsWith(".md")
        ? fromMarkdown(text, { where, id })
        : wishOf(parsed(text), { where, id });
    });
}

type Place = { readonly where: string; readonly id: string | null };

/** The first line that says something is the title. */
function fromMarkdown(text: string, { where, id }: Place): Wish {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.trim() !== "");
  const title = (lines[at] ?? "").replace(/^#+/, "").trim();
  // A line of dashes begins what other programs keep there for themselves.
  if (!/[\p{L}\p{N}]/u.test(title))
    throw new Refusal(2, `${where}: its first line must be a title`);
  const body = lines
    .slice(at + 1)
    .join("\n")
    .trim();
  const none = { labels: [], after: [], files: [], model: null, pipeline: null, complexity: null };
  return { id, title, body, ...none };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wishOf(raw: unknown, { where, id }: Place): Wish {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Refusal(2, `${where}: it is not a JSON object`);
  const fields = new Map<string, unknown>(Object.entries(raw));
  const strange = [...fields.keys()].find((key) => !KEYS.includes(key));
  if (strange !== undefined)
    throw new Refusal(
      2,
      `${where}: unknown key ${JSON.stringify(strange)}; there are ${KEYS.join(", ")}`,
    );
  const text = (key: string): string | null => {
    const value = fields.get(key);
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    throw new Refusal(2, `${where}: ${key} must be a text`);
  };
  const list = (key: string): readonly string[] => {
    const value = fields.get(key) ?? [];
    const texts = Array.isArray(value)
      ? value.filter((one): one is string => typeof one === "string")
      : [];
    if (Array.isArray(value) && texts.length === value.length) return texts;
    throw new Refusal(2, `${where}: ${key} must be a list of texts`);
  };
  const title = text("title");
  if (title === null) throw new Refusal(2, `${where}: it has no title`);
  return {
    id: text("id") ?? id,
    title,
    body: text("body") ?? "",
    labels: list("labels"),
    after: list("after"),
    files: list("files"),
    model: text("model"),
    pipeline: text("pipeline"),
    complexity: text("complexity"),
  };
}
