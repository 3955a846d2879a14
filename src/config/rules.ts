// Every pattern of a configuration, whoever wrote it, so that one place can ask something of all of them.

import type { Config, Rule } from "./config.ts";

export function rulesOf(config: Config): readonly Rule[] {
  const backends = Object.values(config.backends).flatMap(({ screen, title, ready, input }) => [
    ...screen.busy,
    ...screen.idle,
    ...screen.asking,
    ...screen.limited,
    ...Object.values(screen.failed).flat(),
    ...title.busy,
    ...title.idle,
    ...title.asking,
    ...[screen.prompt, ready, input].filter((rule) => rule !== null),
  ]);
  const services = config.services.flatMap(({ ready }) =>
    ready?.is === "pattern" ? [ready.rule] : [],
  );
  const subjects = config.loops.flatMap(({ handoff }) =>
    (handoff?.rules ?? []).map(({ re }) => ({ re, flags: "i", rows: null })),
  );
  return [...backends, ...services, ...subjects];
}
