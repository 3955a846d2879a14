// The one command list that puts an agent into a session: environment, argv, marker, log. Pure.
// Values of the environment travel over the control channel only, never in an argv that `ps` shows.

import type { StartSpec } from "../engine/ports.ts";
import { heldBy } from "./lifeline.ts";
import { markOf } from "./tmux-look.ts";
import { command, inFormat, inTimedFormat, list, shellWord } from "./tmux-quote.ts";
import { FIXED_SIZE, WINDOW_OPTIONS } from "./tmux-settings.ts";

export type LaunchPlan = {
  readonly spec: StartSpec;
  readonly hex: string;
  readonly own: boolean;
  readonly width: number;
  readonly height: number;
  /** Names that the server would hand down to the new process. */
  readonly inherited: readonly string[];
  /** What its first process holds open as long as it lives. */
  readonly lifeline: string | null;
};

/** What tmux itself says to the programs in its panes; the rest is the caller's alone. */
const TOLD_BY_TMUX = new Set([
  "TERM",
  "TERM_PROGRAM",
  "TERM_PROGRAM_VERSION",
  "TMUX",
  "TMUX_PANE",
  "SHELL",
  "PWD",
]);
const ANSWER = "#{pane_id} #{pane_pid}";
/** By its full path: the agent's own PATH has no say in how its environment is made. */
const ENV = "/usr/bin/env";

/** One list, so that the server reads nothing from the pane before the log is open: no first line is lost. */
export const createSession = (plan: LaunchPlan): string => {
  const { spec } = plan;
  const target = `=${spec.session}:`;
  return list(
    command(
      `new-session -d -E -P -x ${plan.width} -y ${plan.height} -F`,
      ANSWER,
      "-s",
      inFormat(spec.session),
      "-c",
      inFormat(spec.dir),
      ...program(plan),
    ),
    ...markCommands(plan, target),
    ...[...(plan.own ? [] : WINDOW_OPTIONS), FIXED_SIZE].map(([name, value]) =>
      command("set-option -w -t", target, name, value),
    ),
    openLog(target, spec.log),
  );
};

/** In place, so that whoever is attached stays. tmux refuses it while the pane's process lives. */
export const reviveSession = (plan: LaunchPlan, pane: string): string =>
  list(
    command("respawn-pane -t", pane, "-c", inFormat(plan.spec.dir), ...program(plan)),
    // The last words of the dead program must not be judged as the new one's.
    command("select-pane -t", pane, "-T", ""),
    command("clear-history -t", pane),
    ...markCommands(plan, pane),
    openLog(pane, plan.spec.log),
    command("display-message -p -t", pane, ANSWER),
  );

/** Closes the pane's log if it has one, and opens it anew. */
export const openLog = (target: string, log: string): string =>
  command("pipe-pane -t", target, inTimedFormat(`umask 077; exec cat >> ${shellWord(log)}`));

type Marked = {
  readonly spec: Pick<StartSpec, "run" | "hash" | "target" | "session">;
  readonly hex: string;
};

export const markCommands = ({ spec, hex }: Marked, target: string): readonly string[] => [
  ...Object.entries({
    "@agents_run": spec.run,
    "@agents_target": spec.target,
    "@agents_session": spec.session,
  }).map(([name, value]) => command("set-option -t", target, name, value)),
  command("set-option -F -t", target, "@agents_mark", markOf(hex, spec)),
];

const program = ({ spec, inherited, lifeline }: LaunchPlan): readonly string[] => {
  const given = Object.entries(spec.env).filter(([name]) => !TOLD_BY_TMUX.has(name));
  const names = new Set(given.map(([name]) => name));
  const absent = inherited.filter((name) => !names.has(name) && !TOLD_BY_TMUX.has(name));
  const shell = spec.env["SHELL"];
  return [
    ...given.flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    "--",
    ...heldBy(lifeline),
    ENV,
    ...absent.flatMap((name) => ["-u", name]),
    // tmux puts its default-shell over ours, so this one is set again behind it.
    ...(shell === undefined ? ["-u", "SHELL"] : [`SHELL=${shell}`]),
    // env would take a program whose path holds "=" for a variable.
    ...(spec.argv[0]?.includes("=") ? ["sh", "-c", 'exec "$@"', "sh"] : []),
    ...spec.argv,
  ];
};

/** Names from `show-environment -s`: only the end of a line that closes a value is read, never a value. */
export const environmentNames = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => /(?:^|[^\\])(?:\\\\)*"; export ([^;"]+);$/.exec(line)?.[1] ?? []);
