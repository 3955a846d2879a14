// Paths that a backend's table names, with what is known of one agent filled in. Looks only.

import type { Agent } from "../config/config.ts";
import { envLines } from "../engine/environment.ts";
import type { Outside } from "./outside.ts";

export type Slots = {
  readonly home: string;
  /** The agent's directory as a program in it sees it. */
  readonly dir: string;
  /** Of the conversation; null where nobody knows. */
  readonly id: string | null;
  /** The agent's environment. */
  readonly env: Readonly<Record<string, string>>;
};

/** {home}, {dir}, {dir_dashed}, {id} and {NAME} of a variable. Null where a variable is not set. */
export function filledPath(template: string, { home, dir, id, env }: Slots): string | null {
  let known = true;
  const path = template.replaceAll(/\{(\w+)\}/g, (_, slot: string) => {
    switch (slot) {
      case "home":
        return home;
      case "dir":
        return dir;
      case "dir_dashed":
        return dir.replaceAll(/[^A-Za-z0-9]/g, "-");
      case "id":
        return id ?? "*";
      default: {
        const value = env[slot] ?? "";
        known &&= value !== "";
        return value;
      }
    }
  });
  return known ? path : null;
}

/** Of an agent, what says where it lives. */
export type Tenant = Pick<Agent, "name" | "dir" | "env" | "envFile">;

export function slotsOf(outside: Outside, agent: Tenant, id: string | null): Slots {
  const file = agent.envFile === null ? "" : (outside.text(agent.envFile) ?? "");
  const env = { ...outside.env, ...envLines(file), ...agent.env };
  const dir = outside.exists(agent.dir) ? outside.realPath(agent.dir) : agent.dir;
  return { home: env["HOME"] ?? outside.home, dir, id, env };
}
