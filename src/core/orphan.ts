// Agents that Memory knows and the file no longer names: they keep running, untouched, until a person
// says down.

import type { Config, Restart } from "../config/config.ts";
import { commandBackend, type Member } from "./member.ts";
import { taskAgents } from "./task-agents.ts";
import type { Memory } from "./types.ts";

const NEVER: Restart = {
  policy: "never",
  firstMs: 0,
  maxMs: 0,
  starts: 1,
  withinMs: 0,
  healthyMs: 0,
};
/** What no stop of ours takes along, whatever the file said once. */
const SPARE = ["tmux", "ssh-agent", "gpg-agent", "dockerd", "containerd"];

export function orphansOf(config: Config, memory: Memory): readonly Member[] {
  const declared = new Set(
    [...config.agents, ...config.services, ...taskAgents(config, memory)].map((one) => one.name),
  );
  return Object.entries(memory.agents).flatMap(([name, one]) =>
    declared.has(name)
      ? []
      : [
          {
            name,
            kind: "persistent" as const,
            session: one.session,
            dir: config.projectDir,
            enabled: true,
            watch: "none" as const,
            restart: NEVER,
            nudges: 0,
            spare: SPARE,
            needs: [],
            account: null,
            agent: null,
            service: null,
            backend: commandBackend(null),
          },
        ],
  );
}
