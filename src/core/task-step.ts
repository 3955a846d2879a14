// One look at a task that is at a step: what its agent or its work has come to, and what follows. It wants agents
// and begins work; the agents themselves live as all others do, and what a limit costs spends no attempt.

import type { Config, Millis } from "../config/config.ts";
import type { AgentStep, PipelineStep } from "../config/tasks.ts";
import { metaWrite } from "./artifacts.ts";
import { briefOf } from "./brief.ts";
import { spentBudget } from "./budget.ts";
import { landing } from "./merge.ts";
import { asking, MERGE, stepAgent, stepOf } from "./pipeline.ts";
import { classified, wayOf } from "./route.ts";
import { changed, dirNow, isAgentOf, isOver, workId } from "./task.ts";
import { taskAgents } from "./task-agents.ts";
import { concluded, troubled } from "./task-end.ts";
import { movesOn, roadsOf } from "./task-move.ts";
import type {
  Action,
  AgentMemory,
  Instant,
  Memory,
  Outcome,
  Seen,
  StepEnd,
  StepMemory,
  TaskMemory,
  Work,
} from "./types.ts";

/** Git, and whatever it has to ask over a network. */
const GIT_WORK_MS: Millis = 5 * 60_000;
/** Beyond its own limit, for what comes before and after it. */
const WORK_SLACK_MS: Millis = 5 * 60_000;

export type Shop = {
  readonly config: Config;
  readonly memory: Memory;
  readonly seen: Pick<Seen, "at" | "outcomes" | "since">;
  /** Every task as it stands now. */
  readonly tasks: Readonly<Record<string, TaskMemory>>;
};

export type Moved = {
  readonly task: TaskMemory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

export type At = Shop & {
  readonly task: TaskMemory;
  readonly step: StepMemory;
  readonly at: Instant;
};

export function stepTask(shop: Shop, task: TaskMemory): Moved {
  const { step } = task;
  if (step === null || isOver(task)) return stays(task);
  const here: At = { ...shop, task, step, at: shop.seen.at };
  const plan = stepOf(shop.config, task);
  const ending = step.id === MERGE || step.stage === "discard";
  if (plan === null && !ending && step.agent === null)
    return stays(asking(task, `its pipeline has no step ${step.id} any more`, here.at));
  switch (step.stage) {
    case "classify":
      return classifying(here);
    case "gate":
      return stays(task);
    case "pause":
      return paused(here);
    case "worktree":
      return plan === null ? stays(task) : preparing(here, plan);
    case "agent":
      return plan === null
        ? ends(here, lost("its step is no longer in the file"))
        : atWork(here, plan);
    case "stopping":
      return stopping(here);
    case "diff":
      return looking(here, plan);
    case "check":
      return plan === null ? stays(task) : checking(here, plan);
    case "land":
    case "discard":
      return landing(here);
  }
}

export function stays(task: TaskMemory, due: Instant | null = null): Moved {
  return { task, actions: [], due };
}

export function to(
  here: At,
  step: Partial<StepMemory>,
  more: Partial<TaskMemory> = {},
): TaskMemory {
  return changed(here.task, { ...more, step: { ...here.step, ...step } }, here.at);
}

type Doing = { readonly work: Work; readonly because: string; readonly limitMs?: Millis };

/** Begins it where it is not under way; its outcome may be lost with a process, and is waited for no longer then. */
export function working(
  here: At,
  { work, because, limitMs }: Doing,
  next: (outcome: Outcome) => Moved,
): Moved {
  const { at, step, task } = here;
  const { doing } = step;
  const outcome = here.seen.outcomes.find((one) => one.id === doing?.id);
  if (outcome !== undefined) return next(outcome);
  const limit = (limitMs ?? 0) + (limitMs === undefined ? GIT_WORK_MS : WORK_SLACK_MS);
  const waits = doing !== null && here.seen.since !== null;
  if (waits && at < doing.until && doing.until <= at + limit) return stays(task, doing.until);
  const starts = work.is === "diff" || work.is === "discard" || here.memory.fleet.wanted === "up";
  if (!starts) return stays(to(here, { doing: null }));
  const id = workId(task.id, work.is, at);
  const until = at + limit;
  return {
    task: to(here, { doing: { id, until } }),
    actions: [{ do: "work", id, target: task.id, because, work }],
    due: until,
  };
}

/** Begins again where it stopped; what waits for a slot is begun by who gives them. */
function paused(here: At): Moved {
  const { task, step, at } = here;
  if (task.state === "needs-human" || task.why === "slot" || step.until === null)
    return stays(task);
  // A clock that was set back must not make a minute into a day.
  if (at < step.until && step.until - at <= PAUSE_MAX_MS) return stays(task, step.until);
  return { ...stays(resumed(task, step, at)), due: at + 1 };
}

/** The longest wait that is ever decided here. */
export const PAUSE_MAX_MS: Millis = 15 * 60_000;

export function resumed(task: TaskMemory, step: StepMemory, at: Instant): TaskMemory {
  const stage = step.id === MERGE ? "land" : "worktree";
  const again: StepMemory = { ...step, stage, agent: null, doing: null, until: null, end: null };
  return changed(task, { step: again, state: "running", why: null, because: `at ${step.id}` }, at);
}

function preparing(here: At, plan: PipelineStep): Moved {
  const { task, step, config } = here;
  const dir = dirNow(config, task, step);
  const brief = plan.does.kind === "agent" ? briefOf(here, plan.does) : null;
  const work: Work = { is: "worktree", branch: task.branch, dir, brief };
  return working(here, { work, because: `a worktree for ${step.id}` }, ({ ok, failure, told }) => {
    if (!ok) return troubled(here, failure);
    const base = told?.["base"] ?? task.base;
    const again = step.retries + step.troubles + (step.moves ?? 0) > 0;
    const head = again ? (task.head ?? base) : (told?.["head"] ?? base);
    const found = { base, head };
    if (plan.does.kind !== "agent") {
      const moved = soon(here, to(here, { stage: "check", doing: null }, found));
      const command = plan.does.kind === "check" ? plan.does.command : null;
      return { ...moved, actions: [metaWrite(here, { role: plan.does.kind, command })] };
    }
    const agent = stepAgent(task, step);
    // Whoever worked on it before must be gone, and forgotten.
    if (Object.keys(here.memory.agents).some((name) => isAgentOf(task.id, name)))
      return soon(here, to(here, { doing: null }));
    return atAgent(here, { id: plan.id, does: plan.does, agent, found });
  });
}

type Beginning = {
  readonly id: string;
  readonly does: AgentStep;
  readonly agent: string;
  readonly found: Partial<TaskMemory>;
};

/** Who does it is chosen now, as the accounts stand; the journal tells why. */
function atAgent(here: At, { id, does, agent, found }: Beginning): Moved {
  const { at, task, config } = here;
  const stage = { stage: "agent", agent, doing: null, ranFrom: at } as const;
  const { way, route } = wayOf(roadsOf(here), task, { id, does });
  const { role } = does;
  const meta = metaWrite({ ...here, step: { ...here.step, agent } }, { role, ...way });
  if ((config.tasks?.route ?? null) === null)
    return { ...soon(here, to(here, stage, found)), actions: [meta] };
  const on = way.model === "" ? way.backend : `${way.backend} (${way.model})`;
  const because = `${id} goes to ${on}: ${way.because}`;
  const name = `${task.id}.route.${at.toString(36)}`;
  const note = { do: "note", id: name, target: task.id, event: "route", because, loud: false };
  const moved = soon(here, to(here, { ...stage, way }, { ...found, route }));
  return { ...moved, actions: [meta, { ...note, do: "note" }] };
}

/** Once, before it begins. Whatever becomes of the question, the task goes on. */
function classifying(here: At): Moved {
  const { task, step, config } = here;
  const route = config.tasks?.route ?? null;
  const command = route?.classifier ?? null;
  if (route === null || command === null) return soon(here, to(here, { stage: "worktree" }));
  const { classifierMs: limitMs } = route;
  const dir = dirNow(config, task, step);
  const work: Work = { is: "classify", branch: task.branch, dir, command, limitMs };
  const because = `asks how hard it is: ${command}`;
  return working(here, { work, because, limitMs }, ({ ok, failure, told }) => {
    const known = classified(route, ok ? { said: told?.["said"] ?? "" } : failure);
    return soon(here, to(here, { stage: "worktree", doing: null }, { route: known }));
  });
}

export function soon({ at }: At, task: TaskMemory): Moved {
  return { task, actions: [], due: at + 1 };
}

/** Its agent lives as all agents live; here is only read what that means for the task. */
function atWork(here: At, plan: PipelineStep): Moved {
  const { step, memory } = here;
  const agent = step.agent === null ? undefined : memory.agents[step.agent];
  if (agent === undefined)
    return timed(here, plan, { state: "running", why: null, because: here.task.because });
  const { life, exit } = agent;
  const moves = movesOn(here, plan, agent);
  if (moves !== null) return ends(here, moves);
  switch (life.is) {
    case "ended":
      if (exit === null) return ends(here, lost("its session was gone"));
      if (exit.signal !== null) return ends(here, lost(`it was ended by signal ${exit.signal}`));
      return ends(here, { is: "exited", code: exit.code });
    case "parked":
      return timed(here, plan, { state: "needs-human", why: null, because: agent.because });
    case "held":
    case "backoff":
      return timed(here, plan, held(agent));
    case "down":
      return timed(here, plan, down(here, agent));
    case "launching":
    case "stopping":
    case "up":
      return timed(here, plan, {
        state: "running",
        why: null,
        because: `${step.agent ?? ""} works on ${step.id}`,
      });
  }
}

type Shown = Pick<TaskMemory, "state" | "why" | "because">;

function held({ life, because }: AgentMemory): Shown {
  if (life.is === "held" && life.why === "paused")
    return { state: "needs-human", why: null, because };
  const why = life.is === "held" && life.why === "budget" ? "budget" : "limit";
  return { state: "waiting", why, because };
}

function down({ memory, config, step }: At, { because, wanted, starts }: AgentMemory): Shown {
  if (wanted === "down")
    return { state: "needs-human", why: null, because: "a person stopped its agent" };
  if (memory.fleet.wanted === "down")
    return { state: "waiting", why: null, because: "the fleet is down" };
  const agent = taskAgents(config, memory).find(({ name }) => name === step.agent);
  if (agent !== undefined && spentBudget(agent, memory) !== null)
    return { state: "waiting", why: "budget", because };
  const limited = because.startsWith("waits for the usage limit");
  return limited
    ? { state: "waiting", why: "limit", because }
    : { state: "running", why: null, because: starts === 0 ? "its agent begins" : because };
}

/** Only time at work is counted against the step. */
function timed(here: At, plan: PipelineStep, shown: Shown): Moved {
  const { step, at } = here;
  const from = step.ranFrom !== null && step.ranFrom <= at ? step.ranFrom : at;
  const ran = step.ranMs + (step.ranFrom === null ? 0 : at - from);
  if (shown.state === "running") {
    if (ran >= plan.timeoutMs) return ends(here, { is: "late" });
    const runs = step.ranFrom === from ? {} : { ranFrom: from };
    const task =
      Object.keys(runs).length === 0 ? changed(here.task, shown, at) : to(here, runs, shown);
    return stays(task, from + plan.timeoutMs - step.ranMs);
  }
  const task =
    step.ranFrom === null
      ? changed(here.task, shown, at)
      : to(here, { ranMs: ran, ranFrom: null }, shown);
  return stays(task);
}

function lost(because: string): StepEnd {
  return { is: "lost", because };
}

/** Its agent is not wanted any more; what it left is looked at when nothing of it lives. */
export function ends(here: At, end: StepEnd): Moved {
  const ranFrom = null;
  const stage = here.step.agent === null ? "diff" : "stopping";
  const said = end.is === "cancelled" ? { because: end.because } : {};
  const shown = { state: "running", why: null, ...said } as const;
  return soon(here, to(here, { stage, end, doing: null, until: null, ranFrom }, shown));
}

function stopping(here: At): Moved {
  const { task, step, memory, at } = here;
  const agent = step.agent === null ? undefined : memory.agents[step.agent];
  if (agent === undefined || (agent.life.is === "down" && agent.run === null))
    return soon(here, to(here, { stage: "diff", agent: null }));
  if (agent.life.is !== "parked") return stays(task);
  return stays(changed(task, { state: "needs-human", because: agent.because }, at));
}

function looking(here: At, plan: PipelineStep | null): Moved {
  const { task, step, config } = here;
  const dir = dirNow(config, task, step);
  const session = plan?.does.kind === "agent" ? `${config.prefix}${stepAgent(task, step)}` : null;
  const aside = step.end?.is === "moved" ? { aside: (step.moves ?? 0) + 1 } : {};
  const { branch, base } = task;
  const work: Work = { is: "diff", branch, dir, base, session, ...aside };
  return working(here, { work, because: `what ${step.id} left` }, (outcome) => {
    const done = { ...here, step: { ...step, doing: null } };
    return outcome.ok ? concluded(done, plan, outcome.told ?? {}) : troubled(done, outcome.failure);
  });
}

function checking(here: At, plan: PipelineStep): Moved {
  const { task, step, config } = here;
  if (plan.does.kind !== "check") return stays(task);
  const { command } = plan.does;
  const limitMs = plan.timeoutMs;
  const dir = dirNow(config, task, step);
  const work: Work = { is: "check", branch: task.branch, dir, command, limitMs };
  return working(
    here,
    { work, because: `checks: ${command}`, limitMs },
    ({ ok, failure, told }) => {
      if (!ok) return troubled(here, failure);
      const code = told?.["code"] ?? "";
      const why = told?.["why"] ?? "";
      if (code === "")
        return why === "late"
          ? concluded({ ...here, step: { ...step, end: { is: "late" } } }, plan, {})
          : troubled(here, why);
      const end: StepEnd = { is: "exited", code: Number(code) };
      return concluded({ ...here, step: { ...step, end, doing: null } }, plan, told ?? {});
    },
  );
}
