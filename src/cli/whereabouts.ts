// Where a fleet keeps its state, read from its file without the schema: for verbs that must work while the
// file is broken, and before anything ran that would have left a pointer.

import { dirname, isAbsolute, join, resolve } from "node:path";
import { parse } from "smol-toml";
import type { Outside } from "./outside.ts";

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
