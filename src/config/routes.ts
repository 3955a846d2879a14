// [route] with every default filled in: each target with a backend that there is, each rule with steps and words
// that there are. It only says who may do what; core/route.ts decides who does.

import type { Backend } from "./config.ts";
import { FILLED } from "./defaults.ts";
import type { Ground } from "./ground.ts";
import type { Pieces } from "./pieces.ts";
import type { Route, RouteRule, Target } from "./route.ts";
import type { RawRoute } from "./schema.ts";
import { didYouMean } from "./suggest.ts";
import type { Pipeline } from "./tasks.ts";
import type { Path } from "./where.ts";

type Around = {
  readonly ground: Ground;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly pipelines: readonly Pipeline[];
};

type RawTarget = NonNullable<RawRoute["fallback"]>[number];
type RawRule = NonNullable<RawRoute["rule"]>[number];

/** Null where the file has no such table: then every step goes its pipeline's way. */
export function routeOf(pieces: Pick<Pieces, "route">, around: Around): Route | null {
  const [own] = pieces.route;
  if (own === undefined) return null;
  const raw = own.value;
  const said = { ...FILLED.route, ...raw };
  const fallback = targetsOf(raw.fallback ?? [], ["route", "fallback"], around);
  for (const [index, { backend }] of fallback.entries())
    if (backend === null)
      around.ground.complain(
        ["route", "fallback", index],
        "a fallback must name a backend: another one than that of the step",
      );
  return {
    complexities: said.complexities,
    classifier: raw.classifier ?? null,
    classifierMs: said.classifier_timeout,
    escalate: targetsOf(raw.escalate ?? [], ["route", "escalate"], around),
    fallback,
    fallbackAfterMs: said.fallback_after,
    rules: (raw.rule ?? []).map((rule, index) =>
      ruleOf(rule, { ...around, path: ["route", "rule", index], known: said.complexities }),
    ),
  };
}

/** Every backend that it may lead to. */
export function backendsIn(route: Route | null): readonly string[] {
  if (route === null) return [];
  const { rules, fallback, escalate } = route;
  const all = [
    ...rules.flatMap((one) => [...one.to, ...(one.escalate ?? [])]),
    ...fallback,
    ...escalate,
  ];
  return [...new Set(all.flatMap(({ backend }) => (backend === null ? [] : [backend])))];
}

function ruleOf(
  raw: RawRule,
  around: Around & { readonly path: Path; readonly known: readonly string[] },
): RouteRule {
  const { ground, path, known, pipelines } = around;
  const { complexity = null, steps = null } = raw;
  if (complexity !== null && !known.includes(complexity))
    ground.complain([...path, "complexity"], unknown("complexity", complexity, known));
  const ids = pipelines.flatMap((one) => one.steps.map(({ id }) => id));
  for (const [index, id] of (steps ?? []).entries())
    if (!ids.includes(id)) ground.complain([...path, "steps", index], unknown("step", id, ids));
  return {
    label: raw.label ?? null,
    complexity,
    steps,
    to: targetsOf(raw.to, [...path, "to"], around),
    escalate:
      raw.escalate === undefined ? null : targetsOf(raw.escalate, [...path, "escalate"], around),
  };
}

function targetsOf(
  raw: readonly RawTarget[],
  path: Path,
  { ground, backends }: Around,
): readonly Target[] {
  return raw.map(({ backend = null, model = "", weight = 1 }, index) => {
    if (backend !== null && !backends.has(backend))
      ground.complain(
        [...path, index, "backend"],
        unknown("backend", backend, [...backends.keys()]),
      );
    return { backend, model, weight };
  });
}

function unknown(what: string, word: string, known: readonly string[]): string {
  const all = [...new Set(known)];
  return `unknown ${what} "${word}"${didYouMean(word, all) || `; known are ${all.join(", ")}`}`;
}
