// Which agents.toml is meant. On the way to every `status`, so it loads next to nothing.

import { dirname, join, resolve } from "node:path";
import { hash } from "../core/hash.ts";
import { type Call, type Outside, isRefusal, Refusal } from "./outside.ts";

const NAME = "agents.toml";

/** --config, else agents.toml here or upward to the git root, else $AGENTS_CONFIG. */
export function findConfig({ outside, options }: Call): string {
  const given = options["config"];
  if (typeof given === "string") return resolve(outside.cwd, given);
  const found = upward(outside);
  if (found !== null) return found;
  const named = outside.env["AGENTS_CONFIG"];
  if (named !== undefined && named !== "") return resolve(outside.cwd, named);
  throw new Refusal(
    4,
    `no ${NAME} here or above, up to the git root. Make one with \`agents init\`, or name one with --config PATH.`,
  );
}

/** Null where none is near; a path that was given counts whether there is a file or not. */
export function findConfigIfAny(call: Call): string | null {
  try {
    return findConfig(call);
  } catch (error) {
    if (isRefusal(error) && error.code === 4) return null;
    throw error;
  }
}

function upward(outside: Outside): string | null {
  let dir = outside.cwd;
  while (true) {
    const path = join(dir, NAME);
    // A fleet that runs is found even while its file is gone.
    if (outside.exists(path) || outside.pointer(path) !== null) return path;
    const above = dirname(dir);
    if (outside.exists(join(dir, ".git")) || above === dir) return null;
    dir = above;
  }
}

/** Where a running engine notes the state directory of a configuration file. */
export function pointerName(path: string): string {
  return hash(path).slice(0, 16);
}
