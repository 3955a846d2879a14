// The hooks that a launch brings along: a settings file of ours in the form that these programs share, in which
// each hook appends one line to a file of its session with nothing but sh, cat and date. Pure text.

import type { Backend, Signal } from "../config/config.ts";
import type { LaunchSignals } from "./signals.ts";
import { quoted } from "./words.ts";

type HookFile = Extract<Signal, { readonly reader: "hook_file" }>;

export function hookPath(stateDir: string, session: string): string {
  return `${stateDir}/signals/${session}.jsonl`;
}

/** What has to be there before the program starts; null where its backend asks for nothing. */
export function launchSignals(
  backend: Backend,
  at: { readonly stateDir: string; readonly session: string },
): LaunchSignals | null {
  if (backend.signals.length === 0) return null;
  const hooks = hooksOf(backend);
  return {
    hooks: hooks === null ? null : { ...settingsOf(hooks, at), env: hooks.env },
    port: backend.signals.some(({ reader }) => reader.startsWith("http_")),
    names: namesIn(backend.signals),
  };
}

export function hooksOf(backend: Backend): HookFile | null {
  return backend.signals.find((one) => one.reader === "hook_file") ?? null;
}

export function settingsPath(stateDir: string, session: string): string {
  return `${stateDir}/signals/${session}.hooks.json`;
}

type Place = { readonly stateDir: string; readonly session: string };

function settingsOf(source: HookFile, { stateDir, session }: Place) {
  const file = hookPath(stateDir, session);
  const entry = (name: string, keeps: boolean) =>
    [
      name,
      [{ hooks: [{ type: "command", command: commandOf(source, name, { file, keeps }) }] }],
    ] as const;
  const hooks = Object.fromEntries([
    ...source.marks.map((name) => entry(name, false)),
    ...source.events.map((name) => entry(name, true)),
  ]);
  return { path: settingsPath(stateDir, session), text: `${JSON.stringify({ hooks }, null, 1)}\n` };
}

/** One write for one line, so that two hooks at the same time do not mix. */
function commandOf(
  { reply }: HookFile,
  name: string,
  { file, keeps }: { readonly file: string; readonly keeps: boolean },
): string {
  const line = `'{"at":%s,"hook":"${name}","event":%s}\\n'`;
  const print = `printf ${line} "$(date +%s)" "\${e:-null}" >>${quoted(file)} 2>/dev/null`;
  const said = keeps ? "e=$(cat | tr -d '\\n')" : "cat >/dev/null; e=null";
  return `umask 077; ${said}; ${print}; ${reply === "" ? "exit 0" : `printf '%s\\n' ${quoted(reply)}`}`;
}

/** The variables that name places in the paths of its sources. */
function namesIn(signals: Backend["signals"]): readonly string[] {
  const paths = signals.flatMap((one) =>
    one.reader === "json_file" || one.reader === "jsonl_tail" ? one.path : [],
  );
  const named = paths.flatMap((path) => [...path.matchAll(/\{([A-Z][A-Z0-9_]*)\}/g)]);
  return [...new Set(["HOME", ...named.map(([, name = ""]) => name)])];
}
