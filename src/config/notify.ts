// [[notify]] and the heartbeat of [watchdog] with every default filled in, and what each kind of sink needs.

import type { Heartbeat, Sink } from "./config.ts";
import { FILLED } from "./defaults.ts";
import { type Ground, at } from "./ground.ts";
import type { Piece } from "./pieces.ts";
import type { RawNotify, RawWatchdog } from "./schema.ts";

export function sinksOf(pieces: readonly Piece<RawNotify>[], ground: Ground): readonly Sink[] {
  const sinks = pieces.map(({ value }) => sinkOf(value, ground));
  for (const [index, { path, value }] of pieces.entries()) {
    const { name } = sinkOf(value, ground);
    const complain = (key: string, words: string): void =>
      ground.complain([...path, key], `notify "${name}": ${words}`);
    for (const [key, words] of lacking(value)) complain(key, words);
    if (sinks.slice(0, index).some((earlier) => earlier.name === name))
      complain("name", "there is a sink of this name already; give this one a name of its own");
  }
  return sinks;
}

function sinkOf(raw: RawNotify, ground: Ground): Sink {
  const said = { ...FILLED.notify, ...raw };
  const { quiet, env_file: file } = raw;
  return {
    name: raw.name ?? raw.to,
    to: raw.to,
    command: raw.command ?? null,
    url: raw.url ?? null,
    urlEnv: raw.url_env ?? null,
    tokenEnv: raw.token_env ?? null,
    envFile: file === undefined ? null : at(ground, file),
    chat: raw.chat ?? null,
    level: said.level,
    events: said.events,
    quiet:
      quiet === undefined ? null : { fromMs: quiet.from, toMs: quiet.to, zone: quiet.zone ?? null },
    rate: said.rate,
    remindMs: said.remind,
  };
}

/** Keys without which this kind of sink can tell nobody. */
function lacking(raw: RawNotify): readonly (readonly [string, string])[] {
  const addressed = raw.url !== undefined || raw.url_env !== undefined;
  switch (raw.to) {
    case "command":
      return raw.command === undefined
        ? [["command", 'to = "command" needs command, the shell text to run']]
        : [];
    case "webhook":
    case "ntfy":
    case "slack":
    case "discord":
      return addressed
        ? []
        : [["url", `to = "${raw.to}" needs url, or url_env with the variable that holds it`]];
    case "telegram":
      return [
        ...(raw.token_env === undefined
          ? [
              [
                "token_env",
                'to = "telegram" needs token_env, the variable of the bot\'s token',
              ] as const,
            ]
          : []),
        ...(raw.chat === undefined
          ? [["chat", 'to = "telegram" needs chat, the number of the chat'] as const]
          : []),
      ];
    case "desktop":
    case "bell":
      return [];
  }
}

export function heartbeatOf(raw: RawWatchdog, ground: Ground): Heartbeat | null {
  const { heartbeat_url: url, heartbeat_url_env: urlEnv, heartbeat_file: file } = raw;
  if (url === undefined && urlEnv === undefined && file === undefined) return null;
  return {
    url: url ?? null,
    urlEnv: urlEnv ?? null,
    file: file === undefined ? null : at(ground, file),
    everyMs: raw.heartbeat_interval ?? FILLED.watchdog.heartbeat_interval,
  };
}
