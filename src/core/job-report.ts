// Jobs of the clock as a reader sees them: part of the document behind `agents status`, made from Memory alone.

import type { Config } from "../config/config.ts";
import { jobLog, type JobMemory, type Ran } from "./job.ts";
import type { Instant, Memory } from "./types.ts";

export type JobReport = {
  readonly name: string;
  /** As it was written: five fields, or "every 6h". */
  readonly when: string;
  readonly zone: string | null;
  readonly does: "command" | "text" | "task";
  /** The agent that is told; null where no agent is. */
  readonly agent: string | null;
  readonly state: "off" | "paused" | "running" | "waiting" | "scheduled";
  /** When it is due next, or was due while it waits. */
  readonly next: string | null;
  /** Since when it runs. */
  readonly since: string | null;
  /** What it waits for. */
  readonly because: string;
  readonly last: {
    readonly at: string;
    /** Null: a person asked. */
    readonly due: string | null;
    readonly came: Ran["came"];
    readonly because: string;
    readonly task: string | null;
  } | null;
  /** What its newest command printed. */
  readonly log: string | null;
};

export function jobReports(
  config: Config,
  { jobs = {}, fleet }: Memory,
  iso: (at: Instant) => string,
): readonly JobReport[] {
  return config.jobs.map(({ name, written, zone, does }): JobReport => {
    const one = jobs[name];
    const last = one?.last ?? null;
    const run = one?.doing?.does === "command" ? one.doing.id : (last?.run ?? null);
    return {
      name,
      when: written,
      zone,
      does: does.is,
      agent: does.is === "text" ? does.agent : null,
      state: stateOf(one, fleet.wanted),
      next: one === undefined || one.next === null ? null : iso(one.next),
      since: one?.doing === null || one === undefined ? null : iso(one.doing.at),
      because: one?.waits ?? "",
      last:
        last === null
          ? null
          : {
              at: iso(last.at),
              due: last.due === null ? null : iso(last.due),
              came: last.came,
              because: last.because,
              task: last.task,
            },
      log: run === null ? null : jobLog(config, name, run),
    };
  });
}

function stateOf(one: JobMemory | undefined, fleet: "up" | "down"): JobReport["state"] {
  if (one !== undefined && one.doing !== null) return "running";
  if (fleet === "down") return "off";
  if (one?.paused === true) return "paused";
  return one !== undefined && one.waits !== "" ? "waiting" : "scheduled";
}
