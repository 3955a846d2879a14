// The agents that tasks want: one for each task that is at an agent's step, made from its pipeline, its worktree
// and its prompt. From then on it is an agent as every other; it is wanted no longer than its step says.

import type { Agent, Config, Restart } from "../config/config.ts";
import type { AgentStep, Tasks } from "../config/tasks.ts";
import { stepOf } from "./pipeline.ts";
import { remembering } from "./remembering.ts";
import type { Way } from "./route.ts";
import { dirNow } from "./task.ts";
import type { Memory, StepMemory, TaskMemory, Want } from "./types.ts";

/** How it ends says its task's step; what cannot be started is tried a few times. */
const RESTART: Restart = {
  policy: "never",
  firstMs: 10_000,
  maxMs: 15 * 60_000,
  starts: 5,
  withinMs: 30 * 60_000,
  healthyMs: 10 * 60_000,
};
const NUDGES = 2;
/** What no stop takes along. */
const SPARE = ["tmux", "ssh-agent", "gpg-agent", "dockerd", "containerd"];

type Known = Pick<Memory, "tasks">;

const none: readonly Agent[] = [];
const all = remembering<readonly Agent[]>(() => true);
const one = remembering<Agent | null>(() => true);

/** The same objects for the same tasks. */
export function taskAgents(config: Config, { tasks }: Known): readonly Agent[] {
  const { tasks: shop } = config;
  if (shop === null || tasks === undefined) return none;
  return all(tasks, [config], () =>
    Object.values(tasks).flatMap((task) => {
      const agent =
        task.step === null || task.step.agent === null ? null : agentOf(config, shop, task);
      return agent === null ? [] : [agent];
    }),
  );
}

function agentOf(config: Config, shop: Tasks, task: TaskMemory): Agent | null {
  const { step } = task;
  // Of its step only what its launch is made of: a clock that runs makes no other agent.
  if (step === null) return null;
  return one(task.visits, [config, step.agent, step.way], () => made(config, shop, { task, step }));
}

function made(
  config: Config,
  shop: Tasks,
  { task, step }: { readonly task: TaskMemory; readonly step: StepMemory },
): Agent | null {
  const does = stepOf(config, task)?.does;
  if (does?.kind !== "agent" || step.agent === null) return null;
  const dir = dirNow(config, task, step);
  const way = wayNow(config, task, { way: step.way ?? null, does });
  const backend = config.backends[way.backend];
  return {
    name: step.agent,
    kind: "task",
    backend: way.backend,
    model: way.model,
    role: null,
    loop: null,
    session: config.prefix + step.agent,
    dir: worktreeDir(shop, task.id),
    enabled: true,
    watch: "heal+stall",
    prompt: { file: `${dir}/prompt.md` },
    resume: false,
    wake: null,
    env: { AGENTS_TASK: task.id, AGENTS_STEP: step.id, AGENTS_REPORT: `${dir}/report.md` },
    envFile: null,
    account: way.backend,
    restart: RESTART,
    nudges: backend === undefined || backend.input === null ? 0 : NUDGES,
    spare: SPARE,
    needs: config.services.map(({ name }) => name),
    task: { id: task.id, step: step.id, env: does.env, wrap: does.wrap, readOnly: does.verdict },
  };
}

type Going = { readonly way: Way | null; readonly does: AgentStep };

/** As it was chosen; a backend that the file has no more is nobody's way. */
function wayNow(
  { backends }: Config,
  { model }: TaskMemory,
  { way, does }: Going,
): Pick<Way, "backend" | "model"> {
  if (way !== null && backends[way.backend] !== undefined) return way;
  return { backend: does.backend, model: model ?? does.model };
}

export function worktreeDir({ worktrees }: Pick<Tasks, "worktrees">, task: string): string {
  return `${worktrees}/${task}`;
}

/** Null: nothing of a task's is in the way of what others want. */
export function taskWant({ task }: Agent, { tasks }: Known): Want | null {
  if (task === undefined) return null;
  return tasks?.[task.id]?.step?.stage === "agent"
    ? null
    : { is: "down", because: "its step is over" };
}
