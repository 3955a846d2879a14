// Every file a decision may ask about, so that one look can bring them all.

import type { Config } from "../config/config.ts";
import { loopFiles } from "./loop.ts";
import { promptFiles } from "./prompt.ts";
import { remembering } from "./remembering.ts";

export function filesToRead(config: Config): readonly string[] {
  return reads(config, [], () => pathsOf(config));
}

const reads = remembering<readonly string[]>(() => true);

function pathsOf(config: Config): readonly string[] {
  const paths = [
    ...config.agents.flatMap((agent) => [
      ...promptFiles(config, agent),
      ...(agent.wake === null ? [] : [agent.wake.file]),
      ...(agent.resume ? [`${config.stateDir}/${agent.name}.id`] : []),
    ]),
    ...config.loops.flatMap((loop) => loopFiles(config, loop)),
  ];
  return [...new Set(paths)];
}
