// Who does a step's work: the model that a person asked for, the rule that fits the task, one rung higher after each
// failure, somebody else while an account waits. It chooses; nothing here starts, stops or counts anything.

import type { Config } from "../config/config.ts";
import type { Route, RouteRule, Target } from "../config/route.ts";
import type { AgentStep, PipelineStep } from "../config/tasks.ts";
import type { Hold, Instant, TaskMemory } from "./types.ts";

/** How often one visit of a step may move to another backend; then it waits where it is. */
export const MOVES_MAX = 8;
/** What stands for "as the step says" where a target names no model. */
const ITS_OWN = "";

/** Where a step goes, and why. */
export type Way = {
  readonly backend: string;
  readonly model: string;
  readonly because: string;
};

/** What is remembered of a task's route. */
export type RouteMemory = {
  /** What the classifier said; null where it said nothing of use. */
  readonly complexity: string | null;
  /** What became of asking it; "" where nobody was asked. */
  readonly said: string;
  /** Of rules with several targets: which one this task got, by rule. */
  readonly picks: Readonly<Record<string, Pick<Way, "backend" | "model">>>;
};

export type Roads = {
  readonly config: Config;
  readonly holds: Readonly<Record<string, Pick<Hold, "until" | "sure" | "why">>>;
  readonly tasks: Readonly<Record<string, TaskMemory>>;
  readonly at: Instant;
};

type Doing = Pick<PipelineStep, "id"> & { readonly does: AgentStep };
type Found = { readonly way: Way; readonly route: RouteMemory };

export const NO_ROUTE: RouteMemory = { complexity: null, said: "", picks: {} };

/** Its way as things are now, with what is to be remembered of it. */
export function wayOf(roads: Roads, task: TaskMemory, step: Doing): Found {
  const route = roads.config.tasks?.route ?? null;
  const known = task.route ?? NO_ROUTE;
  const own = ownWay(task, step.does);
  if (route === null) return { way: own, route: known };
  const chosen = isFixed(task, step.does)
    ? { way: own, route: known }
    : byRule(roads, { route, task, step, known });
  return { ...chosen, way: freeWay(roads, route, chosen.way) };
}

/** Another backend for a step whose account has to wait; null: there is none that is free, or the wait is short. */
export function elsewhere(
  roads: Roads,
  task: TaskMemory,
  { now, ...step }: Doing & { readonly now: string },
): Way | null {
  const route = roads.config.tasks?.route ?? null;
  if (route === null || !waits(roads, route, now)) return null;
  const { way } = wayOf(roads, task, step);
  return way.backend === now || roads.holds[way.backend] !== undefined ? null : way;
}

/** Whether the classifier is to be asked before a task begins. */
export function isAsked({ tasks }: Pick<Config, "tasks">, task: TaskMemory): boolean {
  const route = tasks?.route ?? null;
  if (route === null || route.classifier === null || task.route !== undefined) return false;
  const named = task.complexity !== undefined && task.complexity !== null;
  // Where a label decides already, or nothing hangs on the answer, nobody is asked.
  const first = route.rules.find((rule) => rule.complexity !== null || fits(rule, task));
  return !named && first?.complexity !== undefined && first.complexity !== null;
}

/** What the classifier printed, as a word of the file or as none. */
export function classified(route: Route, told: { readonly said: string } | string): RouteMemory {
  if (typeof told === "string")
    return { ...NO_ROUTE, said: `the classifier failed, the default it is: ${told}` };
  const word = told.said.trim();
  return route.complexities.includes(word)
    ? { ...NO_ROUTE, complexity: word, said: `complexity ${word}, says the classifier` }
    : { ...NO_ROUTE, said: `the classifier said none of ${route.complexities.join(", ")}` };
}

/** Every backend whose holds count although nobody of it may be at work just now. */
export function routedBackends({ tasks }: Pick<Config, "tasks">): readonly string[] {
  const route = tasks?.route ?? null;
  if (tasks === null || route === null || route.fallback.length === 0) return NOBODY;
  const steps = tasks.pipelines.flatMap((one) => one.steps);
  const own = steps.flatMap(({ does }) => (does.kind === "agent" ? [does.backend] : []));
  const led = [...route.rules.flatMap(({ to }) => to), ...route.fallback, ...route.escalate];
  return [...new Set([...own, ...led.flatMap(({ backend }) => backend ?? [])])];
}

const NOBODY: readonly string[] = [];

function ownWay({ model }: TaskMemory, does: AgentStep): Way {
  if (model !== null) return { backend: does.backend, model, because: "the model asked for" };
  return { backend: does.backend, model: does.model, because: "its pipeline" };
}

/** A person's word and a step's own stand. */
function isFixed({ model }: TaskMemory, { own }: AgentStep): boolean {
  return own || model !== null;
}

type Ruling = {
  readonly route: Route;
  readonly task: TaskMemory;
  readonly step: Doing;
  readonly known: RouteMemory;
};

function byRule(roads: Roads, { route, task, step, known }: Ruling): Found {
  const rule = route.rules.find(
    (one) => fits(one, task) && (one.steps === null || one.steps.includes(step.id)),
  );
  const base = rule === undefined ? null : picked(roads, { route, task, step, known }, rule);
  const own = ownWay(task, step.does);
  const from: Way =
    rule === undefined || base === null
      ? { ...own, because: known.said === "" ? own.because : `${own.because} (${known.said})` }
      : { ...base, because: reasonOf(rule, known) };
  const way = climbed(rule?.escalate ?? route.escalate, task, from);
  if (base === null || rule === undefined || rule.to.length < 2) return { way, route: known };
  return { way, route: { ...known, picks: { ...known.picks, [keyOf(rule)]: base } } };
}

function fits({ label, complexity }: RouteRule, task: TaskMemory): boolean {
  const isOf = task.complexity ?? task.route?.complexity ?? null;
  return (
    (label === null || task.labels.includes(label)) && (complexity === null || complexity === isOf)
  );
}

function reasonOf({ label, complexity }: RouteRule, { said }: RouteMemory): string {
  const told = complexity === null || said === "" ? complexity : null;
  const words = [
    ...(label === null ? [] : [`label ${label}`]),
    ...(complexity === null ? [] : [told === null ? said : `complexity ${complexity}`]),
  ];
  return words.length > 0 ? words.join(", ") : "the rule for all others";
}

function keyOf({ label, complexity, steps }: RouteRule): string {
  return [label ?? "*", complexity ?? "*", ...(steps ?? ["*"])].join("/");
}

type Base = Pick<Way, "backend" | "model">;

/** Of several the one that is furthest behind its share; once chosen it is kept as long as the file has it. */
function picked(roads: Roads, { task, step, known }: Ruling, rule: RouteRule): Base | null {
  const all = rule.to.map((target) => ({ ...meant(target, step.does), weight: target.weight }));
  const key = keyOf(rule);
  const mine = all.find((one) => isSame(one, known.picks[key]));
  if (mine !== undefined) return { backend: mine.backend, model: mine.model };
  const free = all.filter(({ backend }) => roads.holds[backend] === undefined);
  const others = Object.values(roads.tasks).filter(({ id }) => id !== task.id);
  const behind = (one: (typeof all)[number]): number =>
    others.filter(({ route }) => isSame(one, route?.picks[key])).length / one.weight;
  const [next] = (free.length > 0 ? free : all).toSorted((a, b) => behind(a) - behind(b));
  return next === undefined ? null : { backend: next.backend, model: next.model };
}

function isSame(one: Base, other: Base | undefined): boolean {
  return one.backend === other?.backend && one.model === other.model;
}

function meant({ backend, model }: Target, does: AgentStep): Base {
  const same = backend === null || backend === does.backend;
  return {
    backend: backend ?? does.backend,
    model: model === ITS_OWN && same ? does.model : model,
  };
}

/** Only what failed climbs: limits and lost logins leave no trace in the trail. */
function climbed(ladder: readonly Target[], { trail }: TaskMemory, from: Way): Way {
  const failures = trail.filter(({ came }) => came === "failed").length;
  const rung = ladder[Math.min(failures, ladder.length) - 1];
  if (rung === undefined) return from;
  const times = failures === 1 ? "one failure" : `${failures} failures`;
  return {
    backend: rung.backend ?? from.backend,
    model: rung.model === ITS_OWN ? from.model : rung.model,
    because: `after ${times}; ${from.because}`,
  };
}

/** Somebody else while its own account waits; where nobody is free it waits as well. */
function freeWay(roads: Roads, route: Route, way: Way): Way {
  if (!waits(roads, route, way.backend)) return way;
  const { holds } = roads;
  const next = route.fallback.find(
    ({ backend }) => backend !== null && backend !== way.backend && holds[backend] === undefined,
  );
  if (next === undefined || next.backend === null) return way;
  const why = holds[way.backend]?.why === "login" ? "which lost its login" : "at its usage limit";
  const because = `in place of ${way.backend}, ${why}; ${way.because}`;
  return { backend: next.backend, model: next.model, because };
}

/** Longer than somebody would rather wait. Where no end was named, nobody knows how long. */
function waits({ holds, at }: Roads, { fallbackAfterMs }: Route, account: string): boolean {
  const hold = holds[account];
  if (hold === undefined) return false;
  return hold.why === "login" || !hold.sure || hold.until - at > fallbackAfterMs;
}
