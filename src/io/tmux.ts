// Terminal on a real tmux: sessions are known by our marker and addressed by pane id.
// It waits for no program, decides nothing, and touches no session without our marker.

import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../core/types.ts";
import type { Look, Result, Terminal } from "../engine/ports.ts";
import type { Adopter } from "../engine/adopting.ts";
import { actsOn } from "./tmux-act.ts";
import { adoptsOn } from "./tmux-adopt.ts";
import type { Living } from "./lifeline.ts";
import { openRows } from "./tmux-rows.ts";
import { failed, fine, openAsking, type Asking, type TerminalSpec } from "./tmux-ask.ts";
import { openBell, type Bell } from "./tmux-bell.ts";
import type { PaneRow } from "./tmux-look.ts";
import { command } from "./tmux-quote.ts";
import { openServerLink, poke, type ServerLink, type Up } from "./tmux-server.ts";
import { HIDDEN } from "./tmux-settings.ts";
import { start } from "./tmux-start.ts";

/** How long a look waits for the exit code of a pane that is dead already. */
const EXPLAIN_MS = 200;
const EXPLAIN_STEP_MS = 20;
const SERVER_END_MS = 2_000;

export const openTerminal = (spec: TerminalSpec): Terminal & Adopter => {
  const bell = openBell(spec, (hear) => link.dial(hear));
  const link: ServerLink = openServerLink(
    spec,
    (line) => bell.hear(line),
    (up) => bell.hang(up),
  );
  const asking = openAsking(spec, link);
  const explain = openExplaining(asking);

  const look = (tries: number): Promise<Result<Look>> =>
    asking.there<Look>({ server: "none", rows: [] }, async (up) => {
      const rows = await explain(up);
      // A client that died under the question says nothing yet about the server; a fresh one does.
      if (!rows.ok) return tries > 1 ? look(tries - 1) : rows;
      bell.tend(up, rows.value.flatMap(livingOf));
      return fine({ server: up.server, rows: rows.value });
    });

  return {
    ...actsOn(asking),
    ...adoptsOn(asking),
    look: () => look(2),
    capture: (panes) => capture(asking, panes),
    humans: () => humans(asking),
    start: (what) => start(asking, what, (up) => bell.lifeline(up, what.run)),
    onRing: (ring) => bell.onRing(ring),
    leave: async (how) => {
      const end = how?.end === true ? await unmoor(asking, bell) : null;
      await bell.close();
      await link.close();
      if (end !== null) await end();
    },
  };
};

const livingOf = ({ mark, dead, pid }: PaneRow): readonly Living[] =>
  mark === null || dead !== null || pid === null ? [] : [{ pid }];

/** tmux may know of a death before its reason; asking it about its children brings that out. */
const openExplaining = (asking: Asking): ((up: Up) => Promise<Result<readonly PaneRow[]>>) => {
  const rowsOf = openRows(asking);
  /** Dead panes that never got their reason: waited for once. */
  const given = new Set<string>();
  return async (up) => {
    const until = asking.spec.steady() + EXPLAIN_MS;
    for (;;) {
      const rows = await rowsOf(up);
      if (!rows.ok) return rows;
      const open = rows.value.filter(({ mark, unexplained }) => mark !== null && unexplained);
      const keys = open.map(({ mark, pane }) => `${up.server.pid} ${pane} ${mark?.run}`);
      if (keys.every((key) => given.has(key))) return rows;
      if (asking.spec.steady() >= until) keys.forEach((key) => given.add(key));
      poke(up.server.pid, "SIGCHLD");
      await sleep(EXPLAIN_STEP_MS);
    }
  };
};

const capture = (
  asking: Asking,
  panes: readonly string[],
): Promise<Result<Readonly<Record<string, string>>>> =>
  asking.there({}, async (up) => {
    const blocks = await up.client.ask(panes.map((pane) => command("capture-pane -p -J -t", pane)));
    if (!blocks.ok) return blocks;
    if (blocks.value.length !== panes.length) return failed("tmux answered another question.");
    const screens = panes.flatMap((pane, index): readonly [string, string][] => {
      const block = blocks.value[index];
      return block === undefined || block.error ? [] : [[pane, screenText(block.lines)]];
    });
    return fine(Object.fromEntries(screens));
  });

/** Joined rows keep their padding: it goes, and so do the blank rows below the last word. */
const screenText = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();

const humans = (asking: Asking): Promise<Result<Readonly<Record<string, Instant>>>> =>
  asking.there<Readonly<Record<string, Instant>>>({}, async (up) => {
    const session = "#{?@agents_session,#{@agents_session},#{session_name}}";
    const format = `#{client_control_mode} #{client_activity} ${session}`;
    const lines = await asking.ask(up, [command("list-clients -F", format)]);
    if (!lines.ok) return lines;
    const last = new Map<string, Instant>();
    for (const line of lines.value) {
      const [control, seconds, ...name] = line.split(" ");
      if (control !== "0") continue;
      const known = last.get(name.join(" ")) ?? 0;
      last.set(name.join(" "), Math.max(known, Number(seconds) * 1000));
    }
    return fine(Object.fromEntries(last));
  });

/** Takes what is ours out of the server; answers how to see it off once our clients have left, or null. */
const unmoor = async (asking: Asking, bell: Bell): Promise<(() => Promise<void>) | null> => {
  const { link, spec } = asking;
  const up = await link.reach(false);
  if (up.is !== "up") return null;
  await bell.unhook(up);
  const sessions = await asking.ask(up, [command("list-sessions -F", "#{session_name}")]);
  const clients = await asking.ask(up, [
    command("list-clients -t", `=${HIDDEN}`, "-F", "#{client_pid}"),
  ]);
  if (!sessions.ok || !clients.ok) return null;
  const ours = new Set([up.client.pid, bell.pid()].map(String));
  // On a shared server another project's clients may live in the hidden session.
  if (!spec.own && clients.value.some((pid) => !ours.has(pid))) return null;
  await asking.ask(up, [command("kill-session -t", `=${HIDDEN}`)]);
  const alone = sessions.value.every((name) => name === HIDDEN);
  return spec.own && alone ? () => seeOff(asking, up) : null;
};

/** Now and then an emptied server stays on without a socket; nothing lives in it, so it may be killed. */
const seeOff = async ({ spec }: Asking, { server }: Up): Promise<void> => {
  const until = spec.steady() + SERVER_END_MS;
  const lives = (): boolean => {
    const started = spec.processes.started(server.pid);
    return started.ok && started.value === server.started;
  };
  while (lives() && spec.steady() < until) await sleep(EXPLAIN_STEP_MS);
  if (lives()) poke(server.pid, "SIGKILL");
};
