// The user's file from text to Config, with this machine's answers: what exists, what the presets say, and
// whether a pattern can be trusted with a screen. Loads the schema, so others import it when they need it.

import type { Config, Problem, Rule } from "./config/config.ts";
import { load, type Loaded } from "./config/load.ts";
import presets from "./config/backends.toml";
import { presetBackends } from "./config/backends.ts";
import { problemAt } from "./config/problem.ts";
import { rulesOf, screenRules, titleRules } from "./config/rules.ts";
import { whereabouts } from "./cli/whereabouts.ts";
import type { Outside, Read } from "./cli/outside.ts";
import { slowRules } from "./io/redos.ts";
import { lookOf, textFile } from "./io/text-file.ts";

export function readConfig(outside: Outside, path: string, overrides: boolean): Read {
  const text = textFile(path);
  if (text === null)
    return { is: "missing", failure: `no configuration at ${path}; \`agents init\` makes one` };
  const read = parsed(outside, path, { text, env: overrides ? outside.env : {} });
  const loaded = overrides ? probed(read, { path, text }) : read;
  return loaded.ok
    ? { is: "config", config: loaded.config, warnings: loaded.warnings }
    : { is: "wrong", problems: loaded.problems };
}

/** As if this text stood there: nothing of the environment counts. */
export function checkText(outside: Outside, path: string, text: string): Read {
  const loaded = probed(parsed(outside, path, { text, env: {} }), { path, text });
  return loaded.ok
    ? { is: "config", config: loaded.config, warnings: loaded.warnings }
    : { is: "wrong", problems: loaded.problems };
}

export function readLastGood(outside: Outside, path: string): Config | null {
  const stateDir = whereabouts(outside, path)?.stateDir ?? outside.pointer(path);
  const text = stateDir === null ? null : textFile(`${stateDir}/config.good.toml`);
  if (text === null) return null;
  const loaded = parsed(outside, path, { text, env: {} });
  return loaded.ok ? loaded.config : null;
}

export function parsed(
  outside: Outside,
  path: string,
  what: { readonly text: string; readonly env: Outside["env"] },
): Loaded {
  return load({ path, text: what.text, home: outside.home, env: what.env, look: lookOf, presets });
}

/** What will run is tried first: no match can be interrupted later, and a watchdog that matches does not watch. */
export function probed(
  loaded: Loaded,
  { path, text }: { readonly path: string; readonly text: string },
): Loaded {
  if (!loaded.ok) return loaded;
  const slow = slowRules(rulesOf(loaded.config));
  if (slow.length === 0) return loaded;
  return { ok: false, problems: slow.map((rule) => slowProblem(rule, path, text)) };
}

/** Patterns that come with the program: tests try them on every screen we know. */
export function isPreset({ home }: Outside): (rule: Rule) => boolean {
  const known = new Set(
    Object.values(presetBackends(presets, home))
      .flatMap((backend) => [...screenRules(backend), ...titleRules(backend)])
      .map(({ flags, re }) => `${flags} ${re}`),
  );
  return ({ flags, re }) => known.has(`${flags} ${re}`);
}

function slowProblem({ re }: Rule, path: string, text: string): Problem {
  const at = [re, JSON.stringify(re).slice(1, -1)]
    .map((words) => text.indexOf(words))
    .find((found) => found >= 0);
  const before = text.slice(0, at ?? 0).split("\n");
  const message = `this pattern can take for ever on an unlucky screen: ${re} — repeat less inside a repetition`;
  return problemAt(
    { path, text },
    { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
    message,
  );
}
