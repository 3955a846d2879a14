// Which agents.toml is meant, and where its fleet keeps its state: found without the schema, because
// `status` must be quick, and must work while the file is broken.

import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parse } from "smol-toml";
import { type Call, type Outside, Refusal } from "./outside.ts";

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
    if (error instanceof Refusal && error.code === 4) return null;
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

export type Whereabouts = {
  readonly path: string;
  readonly projectDir: string;
  readonly logDir: string;
  readonly stateDir: string;
};

/** Null when the text says nothing of it, or is not TOML just now. */
export function whereabouts(outside: Outside, path: string): Whereabouts | null {
  const text = outside.text(path);
  if (text === null) return null;
  const defaults = defaultsOf(text);
  const logDir = defaults?.["log_dir"];
  if (typeof logDir !== "string") return null;
  const written = defaults?.["project_dir"];
  const projectDir = anchored(
    outside,
    dirname(resolve(path)),
    typeof written === "string" ? written : ".",
  );
  const logs = anchored(outside, projectDir, logDir);
  return { path, projectDir, logDir: logs, stateDir: join(logs, "state") };
}

function defaultsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const { defaults } = parse(text);
    return typeof defaults === "object" && !Array.isArray(defaults) && !(defaults instanceof Date)
      ? defaults
      : null;
  } catch {
    // Broken just now: the watchdog left a pointer for this moment.
    return null;
  }
}

function anchored(outside: Outside, base: string, path: string): string {
  const full = path === "~" || path.startsWith("~/") ? join(outside.home, path.slice(1)) : path;
  return isAbsolute(full) ? resolve(full) : resolve(base, full);
}

/** Where a running engine notes the state directory of a configuration file. */
export function pointerName(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 16);
}

/** The eight hex digits that stand for a project: in socket names, hooks and channels. */
export function hexOf(projectDir: string): string {
  return createHash("sha256").update(projectDir).digest("hex").slice(0, 8);
}
