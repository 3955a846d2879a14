// The first words an agent hears: the loop's template with this phase filled in, then the role's own
// text; or a plain prompt. Reads only through `read`; a file that is not there is a Failure, never a throw.

import type { Agent, Config, Loop, Phase } from "../config/config.ts";
import type { FileSeen } from "./types.ts";

export type Read = (path: string) => FileSeen;

export type Prompt =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly failure: string };

type Ask = {
  readonly config: Config;
  readonly agent: Agent;
  readonly phase: Phase | null;
  readonly read: Read;
};

export function promptOf({ config, agent, phase, read }: Ask): Prompt {
  if (agent.kind !== "loop") return plainPrompt(agent, read);
  const loop = config.loops.find(({ name }) => name === agent.loop);
  if (loop === undefined) return failed(`${agent.name} belongs to no loop of the config`);
  if (agent.role === null) {
    return failed(`${agent.name} is in the loop ${loop.name} but has no role; write role = "…"`);
  }
  const role = textOf(roleFile(loop, agent.role), `the role prompt of ${agent.name}`, read);
  if (!role.ok || loop.kickoffTemplate === null) return role;
  const template = textOf(loop.kickoffTemplate, `the kickoff template of ${loop.name}`, read);
  if (!template.ok) return template;
  const kickoff = filled(template.text, {
    phase_id: phase?.id ?? "",
    plan: phase?.plan ?? "",
    status: phase?.status ?? "",
    role: agent.role,
  });
  return { ok: true, text: kickoff + role.text };
}

/** The files promptOf reads for this agent, so that a look can bring them along. */
export function promptFiles(config: Config, agent: Agent): readonly string[] {
  if (agent.kind !== "loop") return "file" in agent.prompt ? [agent.prompt.file] : [];
  const loop = config.loops.find(({ name }) => name === agent.loop);
  if (loop === undefined || agent.role === null) return [];
  const role = roleFile(loop, agent.role);
  return loop.kickoffTemplate === null ? [role] : [loop.kickoffTemplate, role];
}

/**
 * Fills `{slot}`s in one pass: what is put in is never looked at again, and a slot nobody knows stays
 * as it was written.
 */
export function filled(template: string, slots: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{([a-z_]+)\}/g, (written, slot: string) =>
    Object.hasOwn(slots, slot) ? (slots[slot] ?? written) : written,
  );
}

/** What is typed, or passed, where the whole prompt cannot be: always one line. */
export function bootLine(kickoff: string): string {
  return `Your full kickoff prompt is in the file ${kickoff} . Read all of it now, then follow it exactly.`;
}

function roleFile(loop: Loop, role: string): string {
  return `${loop.rolesDir}/${role}.md`;
}

function plainPrompt(agent: Agent, read: Read): Prompt {
  if ("text" in agent.prompt) return { ok: true, text: agent.prompt.text };
  return textOf(agent.prompt.file, `the prompt of ${agent.name}`, read);
}

function textOf(path: string, what: string, read: Read): Prompt {
  const seen = read(path);
  if (seen === "missing") {
    return failed(`${what} is missing: ${path} (create it, or name another file in the config)`);
  }
  if (seen === "unseen") return failed(`${what} could not be read: ${path}`);
  return { ok: true, text: seen.text };
}

function failed(failure: string): Prompt {
  return { ok: false, failure };
}
