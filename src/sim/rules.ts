// What every single decision must keep, whatever the truth is: read from Memory before and after it and from what
// it begins. It knows the rules in other words than the decision does, and nothing of how they are kept.

import { membersOf, type Member } from "../core/member.ts";
import type { Action, AgentMemory, Instant } from "../core/types.ts";
import { MINUTE } from "./chance.ts";
import type { Decided } from "./checks.ts";

/** After a suspend nothing is killed for this long. */
const GRACE = 2 * MINUTE;

type Turn = {
  readonly at: Instant;
  readonly member: Member;
  readonly before: AgentMemory;
  readonly after: AgentMemory;
  readonly actions: readonly Action[];
  /** A person said something: what was under way may lead elsewhere. */
  readonly asked: boolean;
  /** Why nobody may be killed; null when it is allowed. */
  readonly truce: string | null;
};

/** A sentence for each rule that this decision breaks. */
export function brokenRules({ setting, before, seen, decision }: Decided): readonly string[] {
  const { resumedAt } = decision.memory.fleet;
  const woken = resumedAt !== null && seen.at >= resumedAt && seen.at - resumedAt < GRACE;
  const truce = !seen.stateWritable ? "nothing can be saved" : woken ? "it has just woken" : null;
  const asked = seen.orders.length > 0;
  return membersOf(setting.config, before).flatMap((member) => {
    const was = before.agents[member.name];
    const after = decision.memory.agents[member.name];
    if (was === undefined || after === undefined) return [];
    const actions = decision.actions.filter((one) => one.target === member.name);
    const turn: Turn = { at: seen.at, member, before: was, after, actions, asked, truce };
    return [...ofEnds(turn), ...ofStarts(turn), ...ofTexts(turn)].map(
      (what) => `${member.name}: ${what}`,
    );
  });
}

function ofEnds({ at, before, after, actions, asked, truce }: Turn): readonly string[] {
  const broken: string[] = [];
  const killed =
    before.life.is === "up" && after.life.is === "stopping" && after.life.next === "charged";
  const lived = after.verdict.is !== "exited" && after.verdict.is !== "gone";
  if (killed && lived && truce !== null) broken.push(`is killed though ${truce}`);
  if (killed && lived && actions.every((one) => one.do !== "evidence"))
    broken.push("is killed, and what it showed is not kept");
  const owed = before.life.is === "stopping" && before.life.next === "charged";
  if (owed && !asked && after.run === null && after.charged.at(-1) !== at)
    broken.push("an unexpected end is not charged");
  return broken;
}

function ofStarts({ at, member, before, after, actions }: Turn): readonly string[] {
  if (actions.every((one) => one.do !== "start")) return [];
  const { starts, withinMs } = member.restart;
  const recent = after.charged.filter((when) => at - when <= withinMs).length;
  const { life } = before;
  return [
    ...(recent >= starts ? [`is started after ${recent} unexpected ends`] : []),
    ...(life.is === "backoff" && at < life.until && at >= life.since && after.charged.length > 0
      ? ["is started before its wait is over"]
      : []),
  ];
}

function ofTexts({ before, after, actions }: Turn): readonly string[] {
  const said = after.says.find(({ state }) => state !== "queued");
  return actions.flatMap((one) => {
    const enters = one.do === "press" && after.life.is !== "stopping";
    if (one.do !== "type" && !enters) return [];
    const into = after.verdict.is === "asking" ? ["a dialog gets text or Enter"] : [];
    const paused = one.do === "type" && before.paused && after.paused && said?.kind !== "person";
    return paused ? [...into, `is paused and hears: ${said?.kind ?? "?"}`] : into;
  });
}
