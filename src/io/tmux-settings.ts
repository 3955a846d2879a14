// What we say to a tmux when we connect to it or start it: arguments, environment, options. Pure.
// The options are for a server of our own; of somebody else's only our own windows are changed.

import type { ServerSpec } from "./tmux-server.ts";
import { command } from "./tmux-quote.ts";

/** The session our clients live in: output and sizes of the agents' sessions stay out of their way. */
export const HIDDEN = "_agents";

/** A server that we start gets these and nothing else: no key of one project may reach the next. */
const SERVER_ENV = ["PATH", "HOME", "USER", "SHELL", "LANG", "TERM", "TMUX_TMPDIR"];
/** Attaches to the hidden session, or makes it: long asleep, silent, and of no say in any size. */
const ATTACH = `-C new-session -A -E -s ${HIDDEN} -x 80 -y 24 -f no-output,ignore-size -- sleep 2147483`;

export const clientArgv = (spec: ServerSpec, start: boolean): readonly [string, ...string[]] => [
  "tmux",
  ...(start ? [] : ["-N"]),
  // Without -u every non-ASCII character of a name or title would come back as an underscore.
  "-u",
  ...(spec.own ? ["-f", "/dev/null"] : []),
  "-L",
  spec.socket,
  ...ATTACH.split(" "),
];

export const clientEnv = (spec: ServerSpec): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SERVER_ENV.flatMap((name) => {
      const value = spec.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** What a window of ours needs so that its last screen and its exit code stay readable. */
export const WINDOW_OPTIONS = [
  ["remain-on-exit", "on"],
  // Else "Pane is dead" is written over the last line.
  ["remain-on-exit-format", ""],
  ["automatic-rename", "off"],
  ["allow-rename", "off"],
] as const;

/** Never set globally: with it, new-session makes tmux 3.3a crash. */
export const FIXED_SIZE = ["window-size", "manual"] as const;

/** An older or newer tmux may refuse one of them without harm. */
export const ownOptions = ({ historyLimit, width, height }: ServerSpec): readonly string[] => [
  // Known to every terminal library, unlike tmux-256color.
  command("set-option -s default-terminal", "screen-256color"),
  command("set-option -s escape-time", "10"),
  // With it on, a dead pane can crash tmux before 3.5.
  command("set-option -s focus-events", "off"),
  command("set-option -g history-limit", String(historyLimit)),
  command("set-option -g default-size", `${width}x${height}`),
  command("set-option -g update-environment", ""),
  command("set-option -g set-titles", "off"),
  // Who attaches reads the agent's name there, and nothing that a program wrote.
  command("set-option -g status-left-length", "100"),
  command("set-option -g status-left", " #{@agents_target} "),
  command("set-option -g status-right", " #{session_name} "),
  command("set-option -gw window-status-format", ""),
  command("set-option -gw window-status-current-format", ""),
  ...WINDOW_OPTIONS.map(([name, value]) => command("set-option -gw", name, value)),
];
