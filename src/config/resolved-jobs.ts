// Jobs in the words of agents.toml, with everything filled in, as resolved.ts does it for the rest.

import type { Millis } from "./config.ts";
import { writeDuration } from "./durations.ts";
import type { Job } from "./jobs.ts";
import type { Table, Value } from "./toml-text.ts";

export function jobTable(job: Job, quiet: Table | undefined): Table {
  const { name, written, when, zone, missed, does } = job;
  const common = {
    name,
    ...(when.is === "every" ? { every: duration(when.everyMs) } : { cron: written }),
    zone: zone ?? undefined,
    missed,
    quiet,
  };
  switch (does.is) {
    case "command":
      return {
        ...common,
        command: does.command,
        dir: does.dir,
        timeout: duration(does.timeoutMs),
      };
    case "text":
      return { ...common, agent: does.agent, text: does.text };
    case "task": {
      const { title, body, labels, files, model, pipeline } = does;
      const named = pipeline === "" ? undefined : pipeline;
      const task = { title, body, labels, files, model: model ?? undefined, pipeline: named };
      return { ...common, task };
    }
  }
}

function duration(ms: Millis): Value {
  return ms % 1000 === 0 ? writeDuration(ms) : ms / 1000;
}
