// Prompts in files that are too long to be an argument: not wrong, but their agents are told to read the
// file instead, and a person should know. The loader sees only prompts that stand in agents.toml itself.

import type { Config, Problem } from "../config/config.ts";
import { ARGUMENT_BYTES_MAX } from "../core/launch.ts";
import { promptFiles } from "../core/prompt.ts";
import type { Outside } from "./outside.ts";

export function longPrompts(outside: Outside, config: Config): readonly Problem[] {
  const byArgument = config.agents.filter(
    (agent) => config.backends[agent.backend]?.delivery === "arg",
  );
  return byArgument.flatMap((agent) => {
    const files = promptFiles(config, agent);
    const bytes = files.reduce((sum, file) => sum + Buffer.byteLength(outside.text(file) ?? ""), 0);
    if (bytes <= ARGUMENT_BYTES_MAX) return [];
    const message = `agent "${agent.name}": its prompt is longer than the ${ARGUMENT_BYTES_MAX} bytes that an argument can have; the program is told to read a file instead`;
    return [{ file: files.at(-1) ?? config.path, line: 1, column: 1, message, frame: "" }];
  });
}
