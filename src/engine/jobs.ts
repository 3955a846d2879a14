// Jobs on this machine: what is begun and ended for them, and what is seen of their commands. When, and whether, the
// core has decided.

import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { jobDir, type JobSeen } from "../core/job.ts";
import type { Action, Memory } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { inheritedBy } from "./environment.ts";
import type { Ports, Result } from "./ports.ts";
import { dropTask, tasksDir } from "./tasks.ts";

type Doing = Extract<Action, { do: "job" }>;

/** Empty where no command was begun. */
export function jobsSeen(
  ports: Pick<Ports, "jobs">,
  config: Config,
  { jobs = {} }: Memory,
): { readonly jobs?: Readonly<Record<string, JobSeen>> } {
  const begun = Object.entries(jobs).flatMap(([name, { doing }]) =>
    doing?.does === "command" ? [[name, doing.id] as const] : [],
  );
  if (begun.length === 0) return {};
  const seen = begun.map(([name, run]) => {
    const home = jobDir(config, name);
    return [run, ports.jobs.seen({ run, home })] as const;
  });
  return { jobs: Object.fromEntries(seen) };
}

export async function job(
  { ports, disk }: { readonly ports: Ports; readonly disk: Disk },
  { target, run: asked }: Doing,
  config: Config,
): Promise<Result<null>> {
  const home = jobDir(config, target);
  switch (asked.is) {
    case "end":
      return ports.jobs.end({ run: asked.run, home });
    case "command": {
      const { run, command, dir } = asked;
      const made = disk.mkdir(join(config.stateDir, "jobs"));
      const stands = made.ok ? disk.mkdir(home) : made;
      if (!stands.ok) return stands;
      const env = { ...inheritedBy(ports.env), AGENTS_CONFIG: config.path, AGENTS_JOB: target };
      return ports.jobs.begin({ run, home, command, dir, env });
    }
    case "task": {
      const { stateDir } = config;
      const { id } = asked.task;
      const places = [join(tasksDir(stateDir), id, "task.json"), waitingAs(stateDir, id)];
      for (const path of places) {
        const known = disk.size(path);
        if (!known.ok || known.value !== null) return known.ok ? { ok: true, value: null } : known;
      }
      return dropTask({ disk, stateDir }, { ...asked.task, by: `job ${target}` });
    }
  }
}

function waitingAs(stateDir: string, id: string): string {
  return join(tasksDir(stateDir), "new", `${id}.json`);
}
