// Our own mistakes, kept to one agent: a throw inside its step parks it, with what the step was decided from,
// and the others go on. It repairs nothing and hides nothing: the agent stays parked until a person's word.

import { patch, type Step } from "./step.ts";
import type { Action, AgentMemory, Instant, Pane } from "./types.ts";

/** Why an agent is parked whose step threw. */
const BUG = "bug";

type Berth = {
  readonly name: string;
  readonly at: Instant;
  readonly memory: AgentMemory;
  readonly pane: Pane | null;
};

export function confined(berth: Berth, step: () => Step): Step {
  try {
    return step();
  } catch (error) {
    return parked(berth, error instanceof Error ? error : new Error(String(error)));
  }
}

function parked({ name, at, memory, pane }: Berth, error: Error): Step {
  const because = `a bug of agents, left alone until \`agents restart ${name}\`: ${error.message}`;
  const told = memory.life.is === "parked" && memory.life.why === BUG;
  if (told) return { memory: patch(memory, { because }), actions: [], due: null };
  const of = (what: string): Pick<Action, "id" | "target"> => ({
    id: `${name}.${what}.${at.toString(36)}`,
    target: name,
  });
  const details = { error: error.stack ?? error.message, memory, pane };
  return {
    memory: patch(memory, { life: { is: "parked", since: at, why: BUG }, because, doing: null }),
    actions: [
      {
        ...of("evidence"),
        do: "evidence",
        session: memory.session,
        because: error.message,
        details,
      },
      { ...of("note"), do: "note", event: "parked", loud: true, because },
    ],
    due: null,
  };
}
