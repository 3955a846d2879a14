// The way that a task's steps would go if they began now: for who adds it, plans it or asks. It starts nothing, asks
// no classifier, and says where one would be asked.

import type { Config } from "../config/config.ts";
import { pipelineOf } from "../core/pipeline.ts";
import { isAsked, wayOf, type Roads, type Way } from "../core/route.ts";
import type { TaskMemory } from "../core/types.ts";
import type { Outside } from "./outside.ts";
import { readStanding } from "./standing.ts";
import { publishedTasks } from "./task-board.ts";

export type Foreseen = Way & { readonly step: string };

export function foreseen(outside: Outside, config: Config, task: TaskMemory): readonly Foreseen[] {
  const known = publishedTasks(outside, config.stateDir)?.tasks ?? [];
  const tasks = Object.fromEntries(known.map((one) => [one.id, one] as const));
  const roads: Roads = { config, holds: holdsIn(outside, config), tasks, at: outside.now() };
  const first = isAsked(config, task) ? "the classifier is asked first; without its word: " : "";
  return (pipelineOf(config, task)?.steps ?? []).flatMap(({ id, does }) => {
    if (does.kind !== "agent") return [];
    const { way } = wayOf(roads, task, { id, does });
    return [{ step: id, ...way, because: first + way.because }];
  });
}

export function wayText({ step, backend, model, because }: Foreseen): string {
  return `${step} goes to ${model === "" ? backend : `${backend} (${model})`}: ${because}`;
}

function holdsIn(outside: Outside, { stateDir }: Config): Roads["holds"] {
  const holds = readStanding(outside, stateDir)?.holds ?? [];
  return Object.fromEntries(
    holds.map(({ account, until, sure, why }) => [
      account,
      {
        until: until === null ? Infinity : Date.parse(until),
        sure,
        ...(why === "login" && { why }),
      },
    ]),
  );
}
