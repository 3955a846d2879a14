// What people say about jobs: run one now, leave its times out for a while, or no longer. An order that does not fit
// is refused with the reason.

import type { Config } from "../config/config.ts";
import type { Job } from "../config/jobs.ts";
import { answer, type Taken } from "./answers.ts";
import { nextTime } from "./calendar.ts";
import type { JobMemory } from "./job.ts";
import { obstacle, reckoned } from "./schedule.ts";
import type { Memory, Order, Seen } from "./types.ts";

type Place = {
  readonly config: Config;
  readonly memory: Memory;
  readonly seen: Pick<Seen, "at" | "zone">;
};
type Said = { readonly job: JobMemory; readonly because: string } | { readonly refused: string };

export function takeJobOrder(place: Place, order: Order): Taken {
  const { config, memory } = place;
  const names = order.names.length > 0 ? order.names : config.jobs.map(({ name }) => name);
  const jobs: Record<string, JobMemory> = { ...memory.jobs };
  const outcomes: Record<string, string> = {};
  for (const name of names) {
    const job = config.jobs.find((one) => one.name === name);
    const said =
      job === undefined ? { refused: `there is no job ${name}` } : heard(place, job, order);
    if ("refused" in said) return answered(memory, order, { refused: said.refused });
    jobs[name] = said.job;
    outcomes[name] = said.because;
  }
  return answered({ ...memory, jobs }, order, { outcomes });
}

function heard({ memory, seen }: Place, job: Job, { args }: Order): Said {
  const { at } = seen;
  const here = { job, memory, seen, at };
  const one = reckoned(here, memory.jobs?.[job.name]);
  switch (args["what"]) {
    case "pause":
      return { job: { ...one, paused: true }, because: "paused" };
    case "resume": {
      const next = one.paused ? nextTime(job.when, at, one.zone) : one.next;
      const from = one.paused ? at : one.from;
      return { job: { ...one, paused: false, from, next }, because: "resumed" };
    }
    case "run": {
      if (memory.fleet.wanted !== "up")
        return { refused: "the fleet is down, and nobody would look after it: `agents up` first" };
      const why = obstacle(here, one, false);
      if (one.doing !== null) return { refused: `${job.name} still runs` };
      return { job: { ...one, asked: at }, because: why === null ? "begins" : `waits: ${why}` };
    }
    default:
      return { refused: `${args["what"] ?? "nothing"} is nothing that can be said about a job` };
  }
}

function answered(
  memory: Memory,
  { id }: Order,
  said: { readonly refused?: string; readonly outcomes?: Readonly<Record<string, string>> },
): Taken {
  const { refused, outcomes = {} } = said;
  const state = refused === undefined ? "done" : "refused";
  return { memory, actions: [answer(id, state, { because: refused ?? "", outcomes })] };
}
