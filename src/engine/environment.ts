// What a new process finds in its environment: the shell that started the watchdog, less what belongs to
// tmux and to us, plus what the file says, plus who it is. Values never reach a disk or an argv.

import type { Launch } from "../core/types.ts";

type Env = Readonly<Record<string, string>>;

const OURS =
  /^(TMUX.*|AGENTS_.*|AGENT_MODEL_.*|AGENT_BACKEND_.*|TERM|TERM_PROGRAM.*|COLUMNS|LINES|SHLVL|_|OLDPWD|PWD|npm_.*|INIT_CWD)$/;

export type Identity = {
  readonly name: string;
  readonly run: string;
  readonly config: string;
  readonly kickoff: string;
};

export function environmentOf(
  base: Env,
  launch: Launch,
  at: { readonly envText: string; readonly identity: Identity },
): Env {
  const inherited = Object.fromEntries(
    Object.entries(base).filter(
      ([name]) => !OURS.test(name) && (launch.only?.includes(name) ?? true),
    ),
  );
  const { name, run, config, kickoff } = at.identity;
  return {
    ...inherited,
    ...envLines(at.envText),
    ...launch.env,
    PWD: launch.dir,
    AGENTS_NAME: name,
    AGENTS_RUN_ID: run,
    AGENTS_CONFIG: config,
    AGENTS_KICKOFF: kickoff,
  };
}

/** For what is run for a task and is no agent. */
export function inheritedBy(base: Env): Env {
  return Object.fromEntries(Object.entries(base).filter(([name]) => !OURS.test(name)));
}

/** NAME=value, one a line; `export`, quotes around the value, blank lines and # comments are allowed. */
export function envLines(text: string): Env {
  const pairs = text.split("\n").flatMap((line) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line);
    return found === null ? [] : [[found[1] ?? "", unquoted(found[2] ?? "")] as const];
  });
  return Object.fromEntries(pairs);
}

function unquoted(value: string): string {
  return (
    /^"(.*)"$|^'(.*)'$/s
      .exec(value)
      ?.slice(1)
      .find((one) => one !== undefined) ?? value
  );
}
