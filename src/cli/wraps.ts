// What a step's wrap needs and this machine lacks. A sandbox that is declared and not there is worse than none: who
// wrote it relies on it, so nothing begins before it is there.

import type { Config, Problem } from "../config/config.ts";
import { onPath } from "./on-path.ts";
import type { Outside } from "./outside.ts";

export async function wrapProblems(outside: Outside, config: Config): Promise<readonly Problem[]> {
  const wraps = (config.tasks?.pipelines ?? []).flatMap(({ name, steps }) =>
    steps.flatMap(({ id, does }) => {
      const program = does.kind === "agent" ? does.wrap[0] : undefined;
      return program === undefined ? [] : [{ step: `${name}.${id}`, program }];
    }),
  );
  const where = { path: outside.env["PATH"] ?? "", dir: config.projectDir };
  const found = wraps.map(async ({ step, program }) =>
    (await onPath(outside, program, where)) === null
      ? [problem(outside, config, { step, program })]
      : [],
  );
  return (await Promise.all(found)).flat();
}

function problem(
  outside: Outside,
  { path }: Config,
  { step, program }: { readonly step: string; readonly program: string },
): Problem {
  const rows = (outside.text(path) ?? "").split("\n");
  const at = rows.findIndex((row) => /\bwrap\s*=/.test(row) && row.includes(program));
  const message = `step ${step}: its wrap begins with ${program}, which cannot be run here; install it, or take the wrap out`;
  return { file: path, line: Math.max(1, at + 1), column: 1, message, frame: "" };
}
