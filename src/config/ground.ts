// What every piece of the file is built on: where paths begin, what exists, whom to tell.

import type { Agent, Config, Problem, Restart } from "./config.ts";
import { FILLED } from "./defaults.ts";
import { anchor } from "./paths.ts";
import type { RawDefaults, RawRestart } from "./schema.ts";
import type { Path } from "./where.ts";

export type Source = {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly home: string;
  /** AGENT_MODEL_<name> and AGENT_BACKEND_<name> are taken from here; the watchdog gives none. */
  readonly env: Readonly<Record<string, string>>;
  readonly look: (path: string) => "file" | "dir" | null;
  /** The text of backends.toml. */
  readonly presets: string;
};

export type Loaded =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type Ground = {
  readonly source: Source;
  readonly defaults: RawDefaults;
  readonly projectDir: string;
  readonly logDir: string;
  readonly complain: (path: Path, message: string) => void;
  /** The schema has refused what stands there. */
  readonly isFaulty: (path: Path) => boolean;
  readonly warn: (path: Path, message: string) => void;
};

/** The absolute path of what the user wrote, from project_dir on. */
export function at(ground: Ground, written: string): string {
  return anchor(ground.projectDir, written, ground.source.home);
}

/** Tells when a file is missing; `needed` is false where the fleet can start without it. */
export function expectFile(
  ground: Ground,
  file: {
    readonly path: Path;
    readonly at: string;
    readonly what: string;
    readonly needed: boolean;
  },
): void {
  const found = ground.source.look(file.at);
  if (found === "file") return;
  const tell = file.needed ? ground.complain : ground.warn;
  tell(
    file.path,
    `${file.what} ${file.at} ${found === "dir" ? "is a directory" : "does not exist"}`,
  );
}

/** Where a key of an agent or service was written: in its own table, under [defaults], or nowhere. */
export function keyPath(
  own: object,
  path: Path,
  where: { readonly ground: Ground; readonly key: string },
): Path {
  const { ground, key } = where;
  if (Object.hasOwn(own, key)) return [...path, key];
  return Object.hasOwn(ground.defaults, key) ? ["defaults", key] : [...path, key];
}

export function restartOf(
  ground: Ground,
  own: RawRestart | undefined,
  policy: Restart["policy"],
): Restart {
  const said = { policy, ...FILLED.restart, ...ground.defaults.restart, ...own };
  return {
    policy: said.policy,
    firstMs: said.first,
    maxMs: said.max,
    starts: said.starts,
    withinMs: said.within,
    healthyMs: said.healthy,
  };
}

export function environmentOf(
  ground: Ground,
  own: { readonly env?: Agent["env"]; readonly env_file?: string },
): Pick<Agent, "env" | "envFile"> {
  const file = own.env_file ?? ground.defaults.env_file ?? "";
  return {
    env: { ...ground.defaults.env, ...own.env },
    envFile: file === "" ? null : at(ground, file),
  };
}
