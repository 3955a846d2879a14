// Where a sink sends to, with the values of the variables that the file only names; and every value of this fleet
// that is nobody's business. Values are looked up when they are needed, and kept nowhere.

import type { Config, Sink } from "../config/config.ts";
import type { FileSeen } from "../core/types.ts";
import { envLines } from "./environment.ts";
import { secretValues } from "./message.ts";
import type { Result } from "./ports.ts";
import { namesSecret } from "./redact.ts";

export type Target = Pick<Sink, "to" | "command" | "chat"> & {
  readonly url: string | null;
  readonly token: string | null;
  /** What the sink's own file of variables holds. */
  readonly env: Readonly<Record<string, string>>;
};

export type Sources = {
  readonly env: Readonly<Record<string, string>>;
  readonly read: (path: string) => FileSeen;
};

/** The failure names the variable that is not there. */
export function targetOf(sink: Sink, sources: Sources): Result<Target> {
  const env = fileValues(sink.envFile, sources);
  if (env === null) return { ok: false, failure: `its env_file cannot be read: ${sink.envFile}` };
  const value = (name: string): string | undefined => env[name] ?? sources.env[name];
  for (const name of [sink.urlEnv, sink.tokenEnv])
    if (name !== null && (value(name) ?? "") === "")
      return { ok: false, failure: `the variable ${name} is not set` };
  const url = sink.urlEnv === null ? sink.url : (value(sink.urlEnv) ?? null);
  const token = sink.tokenEnv === null ? null : (value(sink.tokenEnv) ?? null);
  return {
    ok: true,
    value: { to: sink.to, command: sink.command, chat: sink.chat, url, token, env },
  };
}

/** Everything in files of variables, what a name calls a secret, and the addresses and tokens of sinks. */
export function secretsOf(config: Config, sources: Sources): readonly string[] {
  const members = [...config.agents, ...config.services];
  const files = [...members, ...config.notify].map(({ envFile }) => envFile);
  const filed = [...new Set(files)].flatMap((file) =>
    Object.values(fileValues(file, sources) ?? {}),
  );
  const named = [sources.env, ...members.map(({ env }) => env)].flatMap((env) =>
    Object.entries(env).flatMap(([name, value]) => (namesSecret(name) ? [value] : [])),
  );
  const sinks = config.notify.flatMap((sink) => {
    const target = targetOf(sink, sources);
    return target.ok ? [target.value.url, target.value.token] : [];
  });
  const beat = config.heartbeat;
  const beats = [beat?.url, beat === null ? null : sources.env[beat.urlEnv ?? ""]];
  return secretValues([...filed, ...named, ...sinks, ...beats]);
}

function fileValues(
  path: string | null,
  { read }: Sources,
): Readonly<Record<string, string>> | null {
  if (path === null) return {};
  const file = read(path);
  return typeof file === "object" ? envLines(file.text) : null;
}
