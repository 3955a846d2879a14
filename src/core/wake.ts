// A scheduled word to an agent: due every so often, said when it is idle, never queued twice.

import { newSay, queued } from "./say.ts";
import { act, patch, soonest, type Case, type Step } from "./step.ts";
import type { Instant } from "./types.ts";

export function wake(c: Case, step: Step, read: (path: string) => string | null): Step {
  const schedule = c.member.agent?.wake ?? null;
  const { life, verdict, wakeAt, says } = step.memory;
  if (schedule === null || life.is !== "up" || c.world.complete) return step;
  const next = c.at + schedule.everyMs;
  // Further away than its interval: the interval was shortened, or the clock was set back.
  if (wakeAt === null || wakeAt > next) return waits(step, next);
  if (c.at < wakeAt) return { ...step, due: soonest(step.due, wakeAt) };
  const ready = verdict.is === "idle" || verdict.is === "waiting";
  if (!ready || says.some((say) => say.kind === "wake")) return step;
  const text = (read(schedule.file) ?? "").split(/\s+/).filter(Boolean).join(" ");
  const waiting = waits(step, next);
  if (text === "") {
    const because = `its wake prompt is missing or empty: ${schedule.file}`;
    return {
      ...waiting,
      actions: [...waiting.actions, act(c, { do: "note", event: "no-wake", loud: true, because })],
    };
  }
  const say = newSay({ kind: "wake", text, at: c.at, order: null });
  const memory = patch(waiting.memory, { says: queued(waiting.memory.says, say) });
  const because = "its wake is due";
  return {
    memory,
    actions: [...waiting.actions, act(c, { do: "note", event: "wake", loud: false, because })],
    due: soonest(waiting.due, c.at + 1),
  };
}

function waits(step: Step, at: Instant): Step {
  return { ...step, memory: patch(step.memory, { wakeAt: at }), due: soonest(step.due, at) };
}
