// The program on one screen: orders → loops → wants → one step for every agent → holds → tasks → jobs → answers → notices.
// Pure: the same arguments always give the same decision, and `due` lies in the future or is null.

import type { Config, Loop } from "../config/config.ts";
import { step } from "./agent.ts";
import { answerOrders } from "./answers.ts";
import { confined } from "./bulkhead.ts";
import { stepChoices } from "./choosing.ts";
import { stepBudgets } from "./budget.ts";
import { caseOf, type Setting } from "./case.ts";
import { ceasefire, recovered, stepFleet } from "./fleet.ts";
import { freshAgent } from "./fresh.ts";
import { stepHolds } from "./hold.ts";
import { completionWrites, freshLoop, indexFile, loopStep, type LoopStep } from "./loop.ts";
import { membersOf, type Member } from "./member.ts";
import { stepNotices } from "./notice.ts";
import { takeOrders } from "./orders.ts";
import { orphansOf } from "./orphan.ts";
import { rewound } from "./rewound.ts";
import { routedBackends } from "./route.ts";
import { stepJobs } from "./schedule.ts";
import { newSay, queued } from "./say.ts";
import { patch, same, soonest, type World } from "./step.ts";
import { taskAgents } from "./task-agents.ts";
import { stepTasks } from "./tasks.ts";
import { wake } from "./wake.ts";
import { forgiven } from "./ending.ts";
import type { Action, AgentMemory, Decision, Instant, LoopMemory, Memory, Seen } from "./types.ts";

export function decide(setting: Setting, before: Memory, seen: Seen): Decision {
  const { config } = setting;
  const known = recovered(rewound(before, seen.at), seen);
  const taken = takeOrders(config, withLoops(config, known, seen), seen);
  const fleet = stepFleet(config, taken.memory, seen);
  const budgets = stepBudgets(config, fleet.memory, seen);
  const loops = stepLoops(config, budgets.memory, seen);
  const agents = stepAgents(setting, { memory: loops.memory, seen, serverLost: fleet.serverLost });
  const { holds } = agents.memory;
  const held = stepHolds(
    {
      config,
      members: membersOf(config, agents.memory),
      at: seen.at,
      routed: routedBackends(config),
    },
    holds,
    agents.memory.agents,
  );
  const after: Memory = {
    ...agents.memory,
    holds: same(holds, held.holds) ? holds : held.holds,
    agents: held.agents,
  };
  const tasks = stepTasks(config, after, seen);
  const jobs = stepJobs(config, tasks.memory, seen);
  const chosen = stepChoices(config, jobs.memory, seen);
  const actions = [
    ...taken.actions,
    ...fleet.actions,
    ...budgets.actions,
    ...loops.actions,
    ...agents.actions,
    ...held.notes.map((one) => note(seen.at, one.account, one)),
    ...tasks.actions,
    ...jobs.actions,
    ...chosen.actions,
  ];
  const answers = answerOrders(chosen.memory, seen, actions);
  const noticed = stepNotices(config, answers.memory, seen);
  return {
    memory: settled(before, noticed.memory),
    actions: [...actions, ...answers.actions, ...noticed.actions],
    due: future(
      soonest(
        agents.due,
        held.due,
        tasks.due,
        jobs.due,
        chosen.due,
        ordersDue(noticed.memory),
        noticed.due,
      ),
      seen.at,
    ),
  };
}

/** Loops are known before anybody orders them about. */
function withLoops(config: Config, memory: Memory, seen: Seen): Memory {
  const fresh = config.loops.flatMap((loop) => {
    const known = memory.loops[loop.name] === undefined ? imported(config, loop, seen) : null;
    return known === null ? [] : [[loop.name, known] as const];
  });
  return fresh.length === 0
    ? memory
    : { ...memory, loops: { ...memory.loops, ...Object.fromEntries(fresh) } };
}

type Part = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly due: Instant | null;
};

/** Phases move, handoffs are announced, a completed loop wants its agents down. */
function stepLoops(config: Config, before: Memory, seen: Seen): Omit<Part, "due"> {
  let memory = before;
  const actions: Action[] = [];
  for (const loop of config.loops) {
    if (!isLoopWanted(config, memory, loop)) continue;
    const known = memory.loops[loop.name];
    if (known === undefined) continue;
    const files = (path: string) => seen.files[path] ?? "unseen";
    const repo = seen.repos[loop.name] ?? "unseen";
    const one = loopStep({ config, loop, memory: known, repo, files, at: seen.at });
    memory = told({ ...memory, loops: { ...memory.loops, [loop.name]: one.memory } }, one, {
      config,
      at: seen.at,
    });
    actions.push(
      ...one.writes.map((write, at) => ({
        do: "write" as const,
        id: `${loop.name}.write${at}.${seen.at.toString(36)}`,
        target: loop.name,
        because: one.because === "" ? "keeps the phase on disk" : one.because,
        ...write,
      })),
    );
    if (one.because !== "")
      actions.push(
        note(seen.at, loop.name, {
          event: "loop",
          because: one.because,
          loud: one.memory.missing !== "",
        }),
      );
  }
  const marks = completionWrites(config, memory.loops, (path) => seen.files[path] ?? "unseen");
  actions.push(
    ...marks.map((mark, at) => ({
      do: "write" as const,
      id: `complete${at}.${seen.at.toString(36)}`,
      target: "fleet",
      because: "the loops are complete, or no longer",
      ...mark,
    })),
  );
  return { memory, actions };
}

function isLoopWanted(config: Config, memory: Memory, loop: Loop): boolean {
  const mine = config.agents.filter((one) => one.loop === loop.name);
  return mine.some((one) => {
    const wanted = memory.agents[one.name]?.wanted ?? null;
    return wanted === "up" || (wanted === null && memory.fleet.wanted === "up" && one.enabled);
  });
}

/** What the reference left in its state directory counts; until that was seen, the loop has not begun. */
function imported(config: Config, loop: Loop, seen: Seen): LoopMemory | null {
  const index = seen.files[indexFile(config, loop)] ?? "unseen";
  const mark = seen.files[`${config.logDir}/SEQUENCE-COMPLETE`] ?? "unseen";
  if (index === "unseen" || mark === "unseen") return null;
  const stateFileText = index === "missing" ? null : index.text;
  return freshLoop(loop, { stateFileText, sequenceComplete: mark !== "missing" });
}

/** What a loop says lands in its agents' queues; what it runs at its end is wanted as by a person. */
function told(
  memory: Memory,
  one: LoopStep,
  at: { readonly config: Config; readonly at: Instant },
): Memory {
  const agents: Record<string, AgentMemory> = { ...memory.agents };
  for (const tell of one.says) {
    const named = at.config.agents.find((agent) => agent.name === tell.to);
    // News may name an agent that came into the file with this very look.
    const listener = agents[tell.to] ?? (named && freshAgent(named.session));
    if (listener === undefined) continue;
    const say = newSay({ kind: tell.kind, text: tell.text, at: at.at, order: null });
    agents[tell.to] = patch(listener, { says: queued(listener.says, say) });
  }
  const run = at.config.agents.find((agent) => agent.name === one.runOnComplete);
  // What a person stopped stays stopped: the end of a loop is no person's word.
  if (run !== undefined && agents[run.name]?.wanted !== "down") {
    const known = agents[run.name] ?? freshAgent(run.session);
    agents[run.name] = patch(forgiven(known, at.at), { wanted: "up" });
  }
  return one.says.length === 0 && run === undefined ? memory : { ...memory, agents };
}

type Stepping = { readonly memory: Memory; readonly seen: Seen; readonly serverLost: boolean };

function stepAgents(setting: Setting, { memory, seen, serverLost }: Stepping): Part {
  const { config } = setting;
  const world: World = {
    config,
    at: seen.at,
    first: seen.since === null,
    stateWritable: seen.stateWritable,
    serverLost,
    ceasefire: ceasefire(memory, seen),
    resumedAt: memory.fleet.resumedAt,
    holds: memory.holds,
    budgets: memory.budgets,
    zone: seen.zone,
    complete:
      config.loops.length > 0 &&
      config.loops.every((loop) => memory.loops[loop.name]?.complete === true),
  };
  const agents: Record<string, AgentMemory> = { ...memory.agents };
  const actions: Action[] = [];
  let due: Instant | null = null;
  for (const member of inOrder(config, memory)) {
    const known = agents[member.name] ?? freshAgent(member.session);
    const pane = seen.panes[member.session] ?? null;
    const one = confined({ name: member.name, at: seen.at, memory: known, pane }, () => {
      const c = caseOf(setting, { member, known, memory: { ...memory, agents }, seen, world });
      return wake(c, step(c), (path) => textOf(seen, path));
    });
    agents[member.name] = one.memory;
    actions.push(...one.actions);
    due = soonest(due, one.due);
  }
  const left = Object.fromEntries(
    Object.entries(agents).filter(([name, one]) => !isForgotten({ config, memory }, name, one)),
  );
  return { memory: { ...memory, agents: left }, actions, due };
}

/** Services begin first and end last. */
function inOrder(config: Config, memory: Memory): readonly Member[] {
  const all = [...membersOf(config, memory), ...orphansOf(config, memory)];
  return memory.fleet.wanted === "down" ? all.toReversed() : all;
}

function textOf(seen: Seen, path: string): string | null {
  const file = seen.files[path];
  return typeof file === "object" ? file.text : null;
}

type Fleet = { readonly config: Config; readonly memory: Memory };

/** An agent that is gone from the file and from the world. */
function isForgotten({ config, memory }: Fleet, name: string, one: AgentMemory): boolean {
  if (one.run !== null || (one.life.is !== "down" && one.life.is !== "ended")) return false;
  const steps = taskAgents(config, memory);
  return ![...config.agents, ...config.services, ...steps].some(
    (declared) => declared.name === name,
  );
}

function note(
  at: Instant,
  target: string,
  what: { readonly event: string; readonly because: string; readonly loud: boolean },
): Action {
  return {
    do: "note",
    id: `${target}.${what.event}.${at.toString(36)}`,
    target,
    event: what.event,
    because: what.because,
    loud: what.loud,
  };
}

function ordersDue(memory: Memory): Instant | null {
  const open = Object.values(memory.orders).filter(({ answer }) => answer === undefined);
  return soonest(...open.map(({ until }) => until));
}

function future(due: Instant | null, at: Instant): Instant | null {
  return due === null ? null : Math.max(due, at + 1);
}

const NONE: Readonly<Record<string, never>> = {};

/** Parts that did not change are the same objects as before, and so is the whole. */
function settled(before: Memory, after: Memory): Memory {
  const agents = shared(before.agents, after.agents);
  const loops = shared(before.loops, after.loops);
  const holds = shared(before.holds, after.holds);
  const orders = shared(before.orders, after.orders);
  const fleet = same(before.fleet, after.fleet) ? before.fleet : after.fleet;
  const notices = same(before.notices, after.notices) ? before.notices : after.notices;
  const budgets = after.budgets && shared(before.budgets ?? NONE, after.budgets);
  const tasks = after.tasks && shared(before.tasks ?? NONE, after.tasks);
  const jobs = after.jobs && shared(before.jobs ?? NONE, after.jobs);
  const next: Memory = {
    v: 1,
    fleet,
    agents,
    loops,
    holds,
    orders,
    ...(budgets !== undefined && budgets !== NONE && { budgets }),
    ...(notices !== undefined && { notices }),
    ...(tasks !== undefined && tasks !== NONE && { tasks }),
    ...(jobs !== undefined && jobs !== NONE && { jobs }),
  };
  const unchanged =
    notices === before.notices &&
    next.tasks === before.tasks &&
    next.budgets === before.budgets &&
    next.jobs === before.jobs &&
    fleet === before.fleet &&
    agents === before.agents &&
    loops === before.loops &&
    holds === before.holds &&
    orders === before.orders;
  return unchanged ? before : next;
}

function shared<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  if (before === after) return before;
  const names = Object.keys(after);
  const kept = names.every((name) => before[name] === after[name]);
  return kept && names.length === Object.keys(before).length ? before : after;
}
