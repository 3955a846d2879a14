// The cure for exits that tmux itself misses: where libutempter is loaded, SIGCHLD is switched off for some
// milliseconds whenever a pane opens or closes. One more of them, sent to the server, makes it ask for its children.

import { readFileSync } from "node:fs";
import { poke } from "./tmux-server.ts";

export type Nudges = {
  /** Whether this server may miss an exit at all. */
  needed(pid: number): boolean;
  /** From now on this often; null: nobody is there who could end. */
  pace(pid: number, everyMs: number | null): void;
  /** Somebody has just ended: a few times, until the server must have noticed. */
  hurry(): void;
  /** The server is gone. */
  stop(): void;
};

/**
 * The server needs a moment to see an end, and for each of many a few milliseconds more. Not at once: it closes a
 * terminal whose program it knows to be gone, and the kernel may still be carrying the last words to it.
 */
const HURRY_MS = { first: 12, last: 768 } as const;

export const openNudges = (): Nudges => {
  let server: { readonly pid: number; readonly loses: boolean } | null = null;
  let pace: { readonly everyMs: number; readonly timer: NodeJS.Timeout } | null = null;
  let soon: { readonly inMs: number; readonly timer: NodeJS.Timeout } | null = null;

  const nudge = (): void => {
    if (server !== null) poke(server.pid, "SIGCHLD");
  };
  const rest = (): void => {
    clearInterval(pace?.timer);
    pace = null;
  };
  const hurry = (inMs: number): void => {
    clearTimeout(soon?.timer);
    const timer = setTimeout(() => {
      soon = null;
      nudge();
      if (inMs < HURRY_MS.last) hurry(inMs * 2);
    }, inMs);
    soon = { inMs, timer: timer.unref() };
  };
  const stop = (): void => {
    rest();
    clearTimeout(soon?.timer);
    [server, soon] = [null, null];
  };
  const needed = (pid: number): boolean => {
    if (server?.pid !== pid) {
      stop();
      server = { pid, loses: losesExits(pid) };
    }
    return server.loses;
  };

  return {
    needed,
    pace: (pid, wanted) => {
      const everyMs = needed(pid) ? wanted : null;
      if (everyMs === (pace?.everyMs ?? null)) return;
      rest();
      if (everyMs !== null) pace = { everyMs, timer: setInterval(nudge, everyMs).unref() };
    },
    hurry: () => {
      // A first one that is still to come is for this end too.
      if (soon?.inMs !== HURRY_MS.first) hurry(HURRY_MS.first);
    },
    stop,
  };
};

const losesExits = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/maps`, "utf8").includes("libutempter");
  } catch {
    return false;
  }
};
