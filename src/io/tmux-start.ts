// Brings a session up: makes it, revives a dead one of ours in place, or says who stands in the way.
// Repeating a start that succeeded changes nothing and answers the same.

import { open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Result, StartSpec } from "../engine/ports.ts";
import { failed, fine, NAME, type Asking } from "./tmux-ask.ts";
import { createSession, environmentNames, reviveSession } from "./tmux-launch.ts";
import type { PaneRow } from "./tmux-look.ts";
import { command } from "./tmux-quote.ts";
import type { Up } from "./tmux-server.ts";

export type Started = { readonly pane: string; readonly pid: number };

/** Right after a server ended, the next one may fail to come up. */
const REACH_TRIES = 3;
const REACH_PAUSE_MS = 300;
/** The longest single word, or NAME=value, that Linux lets through to a program. */
const WORD_BYTES = 128 * 1024 - 1;

export const start = async (
  asking: Asking,
  what: StartSpec,
  lifelineOn: (up: Up) => string | null,
): Promise<Result<Started>> => {
  const wrong = await unfit(what);
  if (wrong !== null) return failed(wrong);
  let reached = await asking.link.reach(true);
  for (let tries = 1; reached.is !== "up" && tries < REACH_TRIES; tries++) {
    await sleep(REACH_PAUSE_MS);
    reached = await asking.link.reach(true);
  }
  switch (reached.is) {
    case "none":
      return failed("There is no tmux server, and none could be started.");
    case "failed":
      return failed(reached.failure);
    case "up":
      return launch(asking, reached, { what, lifeline: lifelineOn(reached) });
  }
};

type Launching = { readonly what: StartSpec; readonly lifeline: string | null };

const launch = async (
  asking: Asking,
  up: Up,
  { what, lifeline }: Launching,
): Promise<Result<Started>> => {
  const standing = await standingOn(asking, up, what.session);
  if (!standing.ok) return standing;
  const row = standing.value;
  if (row !== null) {
    if (row.mark === null) {
      return failed(`A session ${what.session} that is not ours stands there already.`);
    }
    if (row.mark.run === what.run && row.pid !== null)
      return fine({ pane: row.pane, pid: row.pid });
    if (row.dead === null) return failed(`${what.session} is still there, as another run.`);
  }
  const scopes = row === null ? [["-g"]] : [["-g"], ["-t", row.pane]];
  const environment = await asking.ask(
    up,
    scopes.map((scope) => command("show-environment -s", ...scope)),
  );
  if (!environment.ok) return environment;
  const { hex, own, width, height } = asking.spec;
  const inherited = [...new Set(environmentNames(environment.value))];
  const plan = { spec: what, hex, own, width, height, inherited, lifeline };
  const answer = await asking.ask(up, [
    row === null ? createSession(plan) : reviveSession(plan, row.pane),
  ]);
  if (!answer.ok) return answer;
  const told = /^(%\d+) (\d+)$/.exec(answer.value.at(-1) ?? "");
  if (told === null) return failed(`tmux did not say where it put ${what.session}.`);
  return fine({ pane: told[1] ?? "", pid: Number(told[2]) });
};

/** Ours wins, under whatever name a person gave it meanwhile. */
const standingOn = async (
  asking: Asking,
  up: Up,
  session: string,
): Promise<Result<PaneRow | null>> => {
  const either = `#{||:#{==:#{@agents_session},${session}},#{==:#{session_name},${session}}}`;
  const rows = await asking.panes(up, { only: either, commands: false });
  if (!rows.ok) return rows;
  const ours = rows.value.find((row) => row.mark !== null && row.session === session);
  return fine(ours ?? rows.value.find((row) => row.sessionName === session) ?? null);
};

const unfit = async (what: StartSpec): Promise<string | null> => {
  const { session, run, hash, target, argv, dir, env, log } = what;
  const name = [session, run, hash, target].find((each) => !NAME.test(each));
  if (name !== undefined) return `tmux cannot hold the name ${JSON.stringify(name)}.`;
  const words = [...argv, ...Object.entries(env).map(([key, value]) => `${key}=${value}`)];
  if (argv[0] === undefined) return `There is no command to start in ${session}.`;
  if ([...words, dir, log].some((word) => word.includes("\0"))) {
    return `A word of the command or the environment of ${session} holds a NUL.`;
  }
  const long = words.find((word) => Buffer.byteLength(word) > WORD_BYTES);
  if (long !== undefined) {
    return `A word of the command or the environment of ${session} is longer than ${WORD_BYTES} bytes.`;
  }
  // tmux itself would quietly fall back to the home directory.
  const found = await stat(dir).catch(() => null);
  if (found === null || !found.isDirectory()) return `${dir} is not a directory.`;
  return makePrivate(log);
};

/** Makes the log before the pane's writer does, so that it is never readable by others. */
export const makePrivate = async (log: string): Promise<string | null> => {
  try {
    const file = await open(log, "a", 0o600);
    await file.close();
    return null;
  } catch (error) {
    return `The log could not be opened: ${String(error)}`;
  }
};
