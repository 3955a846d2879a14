// Which conversation an agent is in: begun under an id of ours, taken up, or named by the program itself. What is
// known here is what the next start takes up.

import { newSay } from "./say.ts";
import { act, isAlive, stay, type Case, type Step } from "./step.ts";
import type { Action, AgentMemory, Conversation, Say } from "./types.ts";

export const HANDED_OVER =
  "watchdog: this is a new conversation, because the one before could not be taken up. See what is done already (files, git log) before you go on.";

/** The program names the conversation it is in; null where that is no news. */
export function learned(c: Case): Step | null {
  const { memory, member } = c;
  const { run } = memory;
  const id = isAlive(c.pane) ? (c.pane.signals?.id ?? null) : null;
  const takenUp = member.agent?.resume === true && member.backend.supportsResume;
  if (id === null || run === null || !takenUp) return null;
  const known = memory.conversation;
  if (known?.id === id && known.phase === run.phase) return null;
  const asked = run.conversation.is === "resumed" ? run.conversation.id : null;
  const other = act(c, {
    do: "note",
    event: "conversation",
    loud: false,
    because: `it is in another conversation (${id}) than the one it was to take up (${asked ?? ""})`,
  });
  const step = stay(c, { conversation: { id, phase: run.phase } });
  const strange = asked !== null && asked !== id && known?.id === asked;
  return { ...step, actions: [idFile(c, id), ...(strange ? [other] : [])] };
}

/** A conversation that began under our id is taken up by the next start. */
export function begun(c: Case): Step | null {
  const { run } = c.memory;
  if (run?.conversation.is !== "begun") return null;
  const { id } = run.conversation;
  return { ...stay(c, { conversation: { id, phase: run.phase } }), actions: [idFile(c, id)] };
}

/** The id file tells people, and a watchdog that lost its Memory. */
function idFile(c: Case, id: string): Action {
  const path = `${c.world.config.stateDir}/${c.member.name}.id`;
  return act(c, { do: "write", path, text: `${id}\n`, because: "its conversation has this id" });
}

/** What a start makes of it: a program that begins one of its own is in none that is known. */
export function atStart(
  { conversation }: AgentMemory,
  next: Conversation,
  phase: string | null,
): AgentMemory["conversation"] {
  return conversation === null || next.is !== "its own" ? conversation : { id: null, phase };
}

/** The one before ended its program as soon as it was taken up. */
export function isLost({ conversation }: AgentMemory, phase: string | null): boolean {
  return conversation?.lost === true && conversation.phase === phase;
}

export function handOver(at: number): Say {
  return newSay({ kind: "handover", text: HANDED_OVER, at, order: null });
}
