// What must be so in the end: after the calm, everything that is wanted is there, or says why it is not.

import type { Agent, Config } from "../config/config.ts";
import { spentBudget } from "../core/budget.ts";
import type { Memory } from "../core/types.ts";
import type { TruthOf } from "./checks.ts";
import type { Repo } from "./repo.ts";
import type { Machine } from "./world.ts";

export type AtLast = {
  readonly config: Config;
  readonly memory: Memory;
  readonly repos: ReadonlyMap<string, Repo>;
  readonly machine: Machine;
  readonly truthOf: TruthOf;
  /** Started at some time, or forbidden by a person. */
  readonly ran: (name: string) => boolean;
};

export function brokenAtLast(last: AtLast): readonly string[] {
  const { config, memory, repos } = last;
  const loops = [...repos].flatMap(([name, repo]) => brokenLoop(last, name, repo));
  const agents = config.agents.flatMap((agent) => brokenAgent(last, agent));
  const holds = Object.keys(memory.holds).map((account) => `${account} is still held`);
  return [...loops, ...agents, ...holds].map((what) => `at last ${what}`);
}

function brokenLoop(last: AtLast, name: string, repo: Repo): readonly string[] {
  const { config, memory, ran } = last;
  const mine = config.agents.filter(({ loop }) => loop === name);
  const isHeard = mine.every(
    (one) => memory.agents[one.name]?.life.is === "up" && !isTypedAt(last, one.name),
  );
  const wrong = [...repo.overdue(), ...(isHeard ? repo.unheard() : [])];
  const end = config.loops.find((loop) => loop.name === name)?.onComplete?.run;
  if (end === undefined || ran(end) || memory.loops[name]?.complete !== true) return wrong;
  const agent = config.agents.find((one) => one.name === end);
  if (agent !== undefined && spentBudget(agent, memory) !== null) return wrong;
  return [...wrong, `${end} never ran though the loop is complete`];
}

function brokenAgent(last: AtLast, agent: Agent): readonly string[] {
  const { memory, truthOf } = last;
  const { name, watch } = agent;
  if (isExcused(agent, memory)) return [];
  const one = memory.agents[name];
  if (one === undefined) return [`${name} is unknown`];
  const { life, because } = one;
  const real = truthOf(name)?.truth ?? "dead";
  const isSilent = real === "wedged" || real === "dead";
  switch (life.is) {
    case "down":
      return [`${name} is down: ${because}`];
    case "parked":
      return because === "" ? [`${name} is parked without a word`] : [];
    case "held":
      return [`${name} is held (${life.why}) and really ${real}: ${because}`];
    case "up":
      return watch === "heal+stall" && isSilent && !isTypedAt(last, name)
        ? [`${name} is up and really ${real}: ${because}`]
        : [];
    default:
      return [];
  }
}

function isExcused(agent: Agent, memory: Memory): boolean {
  const { enabled, kind, loop, watch } = agent;
  const isOver = kind === "loop" && memory.loops[loop ?? ""]?.complete === true;
  return !enabled || watch === "none" || isOver || spentBudget(agent, memory) !== null;
}

/** A person's half-typed line stands there: nothing is typed over it, and nothing killed behind it. */
function isTypedAt({ machine }: AtLast, name: string): boolean {
  return [...machine.sessions.values()].some(
    ({ mark, actor }) => mark?.target === name && actor.draft()?.by === "person",
  );
}
