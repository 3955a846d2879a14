// What a person may expect of notices, whatever happens in between: of every spell that an agent stands still they hear
// once, and once more; never in quiet hours; and in the end they were told of everything that stands.

import type { Config } from "../config/config.ts";
import type { Notice } from "../core/notice.ts";
import type { AgentMemory, Memory } from "../core/types.ts";
import { MINUTE } from "./chance.ts";
import type { Decided } from "./checks.ts";
import { isQuiet, type Ear } from "./ear.ts";

/** Long enough to be told, whatever the network does. */
const TOLD_WITHIN = 30 * MINUTE;

export type ToldChecks = {
  decided(one: Decided): void;
  /** What was decided last counts. */
  saved(): void;
  /** After the calm. */
  atLast(memory: Memory, config: Config): void;
};

export function openToldChecks(ear: Ear, wrong: (what: string) => void): ToldChecks {
  /** By sink, what it is about and how often: the notice that tells it. */
  const told = new Map<string, string>();
  /** How often an agent has begun to stand still. */
  const spells = new Map<string, number>();
  let fresh: readonly (readonly [string, string])[] = [];
  let at = 0;
  const once = (key: string, id: string, what: string): void => {
    const before = told.get(key);
    if (before !== undefined && before !== id) wrong(`${what} is told twice: ${before} and ${id}`);
    fresh = [...fresh, [key, id]];
  };
  const tell = ({ id, sink, items }: Notice): void => {
    for (const { incident, title, subject, event } of items) {
      const again = title.startsWith("still: ") ? "again" : "first";
      once(`${sink} ${incident} ${again}`, id, `${sink}: ${title}`);
      if (event === "parked")
        once(`${sink} ${subject} ${spells.get(subject) ?? 0} ${again}`, id, `${sink}: ${title}`);
    }
  };
  return {
    decided: ({ before, seen, setting, decision }) => {
      fresh = [];
      at = seen.at;
      const { agents } = decision.memory;
      for (const [name, { life }] of Object.entries(agents))
        if (life.is === "parked" && before.agents[name]?.life.is !== "parked")
          spells.set(name, (spells.get(name) ?? 0) + 1);
      for (const [name, { last }] of Object.entries(decision.memory.jobs ?? {}))
        if (last?.came === "failed" && before.jobs?.[name]?.last?.came !== "failed")
          spells.set(`job ${name}`, (spells.get(`job ${name}`) ?? 0) + 1);
      for (const action of decision.actions) {
        if (action.do !== "notify") continue;
        const { notice } = action;
        const sink = setting.config.notify.find(({ name }) => name === notice.sink);
        const isFresh = notice.at === seen.at;
        if (isFresh && isQuiet(sink, seen.at)) wrong(`${notice.sink} is told in its quiet hours`);
        tell(notice);
      }
    },
    saved: () => {
      for (const [key, id] of fresh) told.set(key, id);
      fresh = [];
    },
    atLast: (memory, config) => {
      for (const [name, agent] of Object.entries(memory.agents)) {
        if (!standsStill(agent, at)) continue;
        const account = config.agents.find((one) => one.name === name)?.account;
        for (const sink of config.notify) {
          if (isQuiet(sink, at) || memory.notices?.sinks[sink.name]?.holding === true) continue;
          const incidents = Object.values(memory.notices?.incidents ?? {}).filter(
            ({ subject, over }) => (subject === name || subject === account) && over === null,
          );
          if (incidents.every(({ id }) => !ear.heard(sink.name, id)))
            wrong(`at last ${sink.name} never heard that ${name} stands still: ${agent.because}`);
        }
      }
    },
  };
}

function standsStill({ life, verdict }: AgentMemory, at: number): boolean {
  if (life.is === "parked") return at - life.since > TOLD_WITHIN;
  return life.is === "up" && verdict.is === "asking" && at - life.since > TOLD_WITHIN;
}
