// Every file a decision may ask about, so that one look can bring them all.

import type { Agent, Config } from "../config/config.ts";
import { loopFiles } from "./loop.ts";
import { promptFiles } from "./prompt.ts";
import { remembering } from "./remembering.ts";
import { taskAgents } from "./task-agents.ts";
import type { Memory } from "./types.ts";

export function filesToRead(config: Config, memory: Pick<Memory, "tasks"> = {}): readonly string[] {
  const steps = taskAgents(config, memory);
  return reads(config, steps, () => pathsOf(config, steps));
}

const reads = remembering<readonly string[]>(() => true);

function pathsOf(config: Config, steps: readonly Agent[]): readonly string[] {
  const paths = [
    ...[...config.agents, ...steps].flatMap((agent) => [
      ...promptFiles(config, agent),
      ...(agent.wake === null ? [] : [agent.wake.file]),
      ...(agent.resume ? [`${config.stateDir}/${agent.name}.id`] : []),
    ]),
    ...config.loops.flatMap((loop) => loopFiles(config, loop)),
  ];
  return [...new Set(paths)];
}
