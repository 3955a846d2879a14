// A fleet's tasks on a disk in memory, and `agents task` typed before it. For tests only.

import { FRESH } from "../core/fresh.ts";
import { freshTask } from "../core/task.ts";
import type { TaskMemory } from "../core/types.ts";
import { fakeDisk, put, textOf } from "../engine/fake-disk.ts";
import { tasksText } from "../engine/tasks.ts";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { isRefusal, type Options, type Outside } from "../cli/outside.ts";
import { task } from "../cli/task.ts";

export const NOW = 1_800_000_000_000;
export const PIPELINES = `[tasks]
[[pipeline]]
name = "quick"
step = [{ id = "implement" }]
`;

export type Place = {
  readonly files?: Readonly<Record<string, string>>;
  readonly tasks?: readonly TaskMemory[];
  readonly toml?: string;
  readonly stdin?: string;
  readonly watched?: boolean;
  /** Another verb than `task`. */
  readonly verb?: typeof task;
  /** What happens while it pauses. */
  readonly pause?: (publish: (tasks: readonly TaskMemory[]) => void) => void;
};

function opened(place: Place) {
  const { config } = settingOf(place.toml ?? PIPELINES);
  let now = NOW;
  const fake = fakeDisk(() => now);
  const said = { out: "", err: "" };
  const publish = (tasks: readonly TaskMemory[]): void => {
    const known = Object.fromEntries(tasks.map((one) => [one.id, one]));
    put(fake, `${config.stateDir}/tasks.json`, tasksText({ ...FRESH, tasks: known }, NOW));
  };
  publish(place.tasks ?? []);
  if (place.watched === true) {
    const watchdog = { pid: 9, started: "t", interval: 1, session: "w", unsaved: null };
    const standing = { schema: "agents.status/1", watchdog, agents: [], services: [] };
    put(fake, `${config.stateDir}/status.json`, JSON.stringify(standing));
  }
  for (const [path, text] of Object.entries(place.files ?? {})) put(fake, path, text);
  const texts: string[] = [];
  const outside = {
    disk: fake.disk,
    cwd: "/w",
    env: { USER: "ann" },
    now: () => now,
    pause: async (ms: number) => {
      now += ms;
      place.pause?.(publish);
    },
    stop: new AbortController().signal,
    load: async () => ({ is: "config", config, warnings: [] }),
    pointer: () => config.stateDir,
    startOf: () => "t",
    modified: () => now,
    exists: (path: string) =>
      [...fake.files.keys()].some((one) => `${one}/`.startsWith(`${path}/`)),
    names: (dir: string) => {
      const listed = fake.disk.list(dir);
      return listed.ok ? listed.value.map(({ name }) => name) : [];
    },
    text: (path: string) => {
      texts.push(path);
      return textOf(fake, path);
    },
    stdin: async () => place.stdin ?? "",
    stdout: { write: (text: string) => (said.out += text), isTTY: false, columns: null },
    stderr: { write: (text: string) => (said.err += text) },
  } as unknown as Outside;
  const left = (): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      [...fake.files.keys()]
        .filter((path) => path.includes("/tasks/new/"))
        .map((path) => [path.replace(/^.*\//, ""), JSON.parse(textOf(fake, path) ?? "")]),
    );
  return { outside, said, left, texts, config };
}

const NOTHING: Typed = { code: null, refused: null, out: "", err: "", left: {}, texts: [] };

export type Typed = {
  readonly code: number | null;
  /** With its exit code. */
  readonly refused: string | null;
  readonly out: string;
  readonly err: string;
  /** What lies there for the engine, by file name. */
  readonly left: Readonly<Record<string, unknown>>;
  /** Files that were asked for. */
  readonly texts: readonly string[];
};

/** Exit code and what was printed, or the refusal. */
export async function typed(
  place: Place,
  args: readonly string[],
  options: Options = {},
): Promise<Typed> {
  const world = opened(place);
  try {
    const code = await (place.verb ?? task)({
      outside: world.outside,
      args,
      options: { config: "/w/agents.toml", ...options },
    });
    return { ...NOTHING, code, ...world.said, left: world.left(), texts: world.texts };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const refused = `${error.code} ${error.message}`;
    return { ...NOTHING, refused, left: world.left() };
  }
}

export const fresh = (id: string, more: Partial<TaskMemory> = {}): TaskMemory => ({
  ...freshTask(newTask(id, { at: NOW - 60_000 })),
  ...more,
});
