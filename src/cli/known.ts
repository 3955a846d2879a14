// Which backends there are, for verbs that need no configuration: the file's where one is found, and the
// built-in ones behind them. A file that nobody named and that is broken is said aloud and left out.

import type { Backend, Config } from "../config/config.ts";
import { presetBackends } from "../config/backends.ts";
import { type Stanza, stanzasOf } from "../config/stanzas.ts";
import { didYouMean, nearest } from "../config/suggest.ts";
import { findConfigIfAny } from "./find.ts";
import { problemsText } from "./fleet.ts";
import { type Call, Refusal } from "./outside.ts";

export type Known = {
  /** Null where there is no file, or a broken one. */
  readonly config: Config | null;
  readonly backends: Readonly<Record<string, Backend>>;
  readonly stanzas: readonly Stanza[];
};

export async function knownBackends(call: Call): Promise<Known> {
  const { presets } = await call.outside.shipped();
  const config = await configIfAny(call);
  const text = config === null ? "" : (call.outside.text(config.path) ?? "");
  return {
    config,
    backends: { ...presetBackends(presets, call.outside.home), ...config?.backends },
    stanzas: stanzasOf(presets, text),
  };
}

/** The backend of that name, or a Refusal with what was probably meant. */
export function backendNamed({ backends }: Known, name: string): Backend {
  const found = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(backends);
  const hint =
    nearest(name, known) === null ? `. There are: ${known.join(", ")}.` : didYouMean(name, known);
  throw new Refusal(4, `no backend is called ${JSON.stringify(name)}${hint}`);
}

async function configIfAny(call: Call): Promise<Config | null> {
  const named = call.options["config"] !== undefined;
  const path = findConfigIfAny(call);
  if (path === null) return null;
  const read = await call.outside.load(path, false);
  if (read.is === "config") return read.config;
  const words = read.is === "missing" ? read.failure : problemsText(read.problems);
  if (named) throw new Refusal(read.is === "missing" ? 4 : 5, words);
  call.outside.stderr.write(`${words}\nagents: only the built-in backends are used\n`);
  return null;
}
