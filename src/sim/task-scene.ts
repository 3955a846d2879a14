// Tasks looked at again and again with the real decision: works are answered as a script says, agents of steps do
// what it says and end, and nothing else happens. For tests; time passes a second at a look.

import type { NewTask, Outcome, TaskMemory, Work } from "../core/types.ts";
import { look, obeyed, order, scene, SCREENS, type Change, type Scene } from "./scene.ts";

export type Script = {
  /** What a work tells, or why it could not be done; "never": no answer comes. */
  readonly work?: (task: string, work: Work) => Readonly<Record<string, string>> | string;
  /** How the agent of a step ends; null: it works on. */
  readonly ends?: (
    agent: string,
  ) => { readonly code: number | null; readonly signal: string | null } | null;
};

export const NEVER = "never";

export const SHOP = `[tasks]
stagger = 0
merge = "queue"
`;

export function newTask(id: string, more: Partial<NewTask> = {}): NewTask {
  return {
    id,
    title: `Do ${id}`,
    pipeline: "",
    labels: [],
    after: [],
    files: [],
    model: null,
    at: 0,
    ...more,
  };
}

export function openShop(toml: string, tasks: readonly NewTask[]): Scene {
  return look(scene(toml), 0, { orders: [order("up")], claimed: tasks });
}

/** Commits are new with each step; checks succeed, everything lands, a reviewer approves. */
export function plainWork(_task: string, work: Work): Readonly<Record<string, string>> {
  switch (work.is) {
    case "worktree":
      return { base: "b0", head: "b0" };
    case "diff":
      return { base: "b0", head: work.dir, commits: "1", left: "0", ref: "", verdict: "approve" };
    case "check":
      return { code: "0", why: "" };
    case "classify":
      return { said: "simple\n" };
    case "land":
      return { result: "landed", landed: "l1", head: "l1" };
    case "pr":
      return { url: "https://pr.example/1" };
    case "discard":
      return {};
  }
}

/** The next look: what the last one asked for is done. */
export function next(before: Scene, script: Script, change: Change = {}): Scene {
  const outcomes = before.actions.flatMap((action): Outcome[] => {
    const of = {
      id: action.id,
      target: action.target,
      ok: true,
      failure: "",
      left: [],
      weight: null,
    };
    if (action.do === "sweep" || action.do === "close" || action.do === "start") return [of];
    if (action.do !== "work") return [];
    const told = (script.work ?? plainWork)(action.target, action.work);
    if (typeof told === "string")
      return told === NEVER ? [] : [{ ...of, ok: false, failure: told }];
    return [{ ...of, told }];
  });
  const told = before.actions.flatMap((one) =>
    one.do === "work" && one.work.is === "worktree"
      ? [[`${one.work.dir}/prompt.md`, { text: "do it" }] as const]
      : [],
  );
  const closed = before.actions.flatMap((one) =>
    one.do === "close" ? [[one.target, null] as const] : [],
  );
  const panes = { ...obeyed(before, SCREENS.busy), ...Object.fromEntries(closed) };
  const dead = Object.values(before.panes).flatMap((pane) => {
    const name = pane.mark?.target ?? "";
    const end =
      pane.dead === null && name in before.memory.agents
        ? (script.ends ?? (() => ({ code: 0, signal: null })))(name)
        : null;
    return end === null || name in panes ? [] : [[name, { dead: end }] as const];
  });
  return look(before, 1000, {
    outcomes,
    files: Object.fromEntries(told),
    panes: { ...panes, ...Object.fromEntries(dead) },
    ...change,
  });
}

export function after(
  before: Scene,
  script: Script,
  until: (now: Scene) => boolean,
  most = 400,
): Scene {
  let now = before;
  for (let looks = 0; looks < most && !until(now); looks += 1) now = next(now, script);
  return now;
}

export function taskOf({ memory }: Scene, id: string): TaskMemory {
  const task = memory.tasks?.[id];
  if (task === undefined) throw new Error(`no task ${id}`);
  return task;
}
