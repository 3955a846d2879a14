// Every pattern of a configuration, whoever wrote it, so that one place can ask something of all of them, and
// one can take some of them out.

import type { Backend, Cause, Config, Rule, ScreenRules } from "./config.ts";

export function rulesOf(config: Config): readonly Rule[] {
  const backends = Object.values(config.backends).flatMap((backend) => [
    ...screenRules(backend),
    ...titleRules(backend),
  ]);
  const services = config.services.flatMap(({ ready }) =>
    ready?.is === "pattern" ? [ready.rule] : [],
  );
  return [...backends, ...services, ...config.loops.flatMap(subjectRules)];
}

/** What is looked for on a screen. */
export function screenRules({ screen, ready, input }: Backend): readonly Rule[] {
  return [
    ...screen.busy,
    ...screen.idle,
    ...screen.asking,
    ...screen.limited,
    ...Object.values(screen.failed).flat(),
    ...[screen.prompt, ready, input].filter((rule) => rule !== null),
  ];
}

export function titleRules({ title }: Backend): readonly Rule[] {
  return [...title.busy, ...title.idle, ...title.asking];
}

/** What is looked for in the subject of a commit. */
export function subjectRules({ handoff }: Config["loops"][number]): readonly Rule[] {
  return (handoff?.rules ?? []).map(({ re }) => ({ re, flags: "i", rows: null }));
}

/** Without these nobody can tell work from rest, a dialog from an input line, a draft from an empty one. */
export function vitalRules({ screen, title, input }: Backend): readonly Rule[] {
  const lines = input === null ? [] : [input];
  return [...screen.busy, ...screen.asking, ...title.busy, ...title.asking, ...lines];
}

/** The same configuration, from which these are gone. */
export function without(config: Config, isGone: (rule: Rule) => boolean): Config {
  const left = (rules: readonly Rule[]): readonly Rule[] => rules.filter((rule) => !isGone(rule));
  const one = (rule: Rule | null): Rule | null => (rule === null || isGone(rule) ? null : rule);
  const screenOf = (screen: ScreenRules): ScreenRules => ({
    busy: left(screen.busy),
    idle: left(screen.idle),
    asking: left(screen.asking),
    limited: left(screen.limited),
    failed: mapped(screen.failed, left),
    prompt: one(screen.prompt),
  });
  const backends = Object.entries(config.backends).map(([name, backend]) => {
    const { screen, title, ready, input } = backend;
    const { busy, idle, asking } = title;
    const titles = { busy: left(busy), idle: left(idle), asking: left(asking) };
    const rules = { screen: screenOf(screen), title: titles, ready: one(ready), input: one(input) };
    return [name, { ...backend, ...rules }] as const;
  });
  const services = config.services.map((service) => {
    const gone = service.ready?.is === "pattern" && isGone(service.ready.rule);
    return gone ? { ...service, ready: null } : service;
  });
  const loops = config.loops.map((loop) => {
    if (loop.handoff === null) return loop;
    const rules = loop.handoff.rules.filter(({ re }) => !isGone({ re, flags: "i", rows: null }));
    return { ...loop, handoff: { ...loop.handoff, rules } };
  });
  return { ...config, backends: Object.fromEntries(backends), services, loops };
}

function mapped(
  failed: Readonly<Record<Cause, readonly Rule[]>>,
  left: (rules: readonly Rule[]) => readonly Rule[],
): Readonly<Record<Cause, readonly Rule[]>> {
  const { auth, credit, model, overloaded, context, fatal } = failed;
  return {
    auth: left(auth),
    credit: left(credit),
    model: left(model),
    overloaded: left(overloaded),
    context: left(context),
    fatal: left(fatal),
  };
}
