// A lifeline is an empty file that an agent's whole tree holds open and nobody can find: the kernel tells when the
// last of them lets go, a millisecond after an end. A hint and no more: who closed it, or keeps it for long, is
// looked after as if there were none. It outlives the watchdog, which finds it again by the agent's number. Linux only.

import { mkdirSync, readdirSync, readlinkSync, rmSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";
import { privateHome } from "./alias.ts";

/** The highest that every shell can name, out of the way of what programs count on. */
const DESCRIPTOR = 9;
/** A process takes its lifeline a moment after it is seen first, or never. */
const TRIES = 10;
/** As the kernel shows a file without a name. */
const NAMELESS = " (deleted)";

/** The process of an agent's pane. */
export type Living = { readonly pid: number };

export type Lifelines = {
  /** Where the next launch of this name should hold its own; null where it cannot be had. */
  place(name: string): string | null;
  /** Listens to these and no others; answers whether every one of them can be heard. */
  follow(living: readonly Living[]): boolean;
  close(): void;
};

export const lifelineHome = (uid: number): string => `/tmp/agents-${uid}`;

/** The words before a program's own that make it hold on; it starts all the same where it cannot. */
export const heldBy = (lifeline: string | null): readonly string[] =>
  lifeline === null
    ? []
    : ["/bin/sh", "-c", `{ command exec ${DESCRIPTOR}>"$0"; } 2>/dev/null; exec "$@"`, lifeline];

export const openLifelines = (home: string, uid: number, onEnd: () => void): Lifelines => {
  const dir = join(home, "alive");
  const heard = new Map<number, FSWatcher>();
  /** How often a process was found without one. */
  const unheard = new Map<number, number>();

  let swept = false;

  const drop = (pid: number): void => {
    heard.get(pid)?.close();
    heard.delete(pid);
  };
  const listen = (pid: number): void => {
    const tries = unheard.get(pid) ?? 0;
    if (tries >= TRIES) return;
    unheard.set(pid, tries + 1);
    const held = `/proc/${pid}/fd/${DESCRIPTOR}`;
    try {
      const file = readlinkSync(held);
      if (dirname(file) !== dir) return;
      const watcher = watch(held, { persistent: false }, (event) => {
        if (event !== "rename") return;
        drop(pid);
        onEnd();
      });
      watcher.on("error", () => drop(pid));
      heard.set(pid, watcher);
      // Only without a name does it end with those who hold it.
      if (!file.endsWith(NAMELESS)) rmSync(join(dir, basename(file)), { force: true });
    } catch {
      // It has none, has ended, or is only about to take it.
    }
  };

  return {
    place: (name) => {
      try {
        if (!privateHome(home, uid).ok) return null;
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        // Left by who ended before anybody listened; a file in use needs no name.
        if (!swept) for (const each of readdirSync(dir)) rmSync(join(dir, each), { force: true });
        swept = true;
        return join(dir, name);
      } catch {
        return null;
      }
    },
    follow: (living) => {
      const pids = new Set(living.map(({ pid }) => pid));
      for (const pid of heard.keys()) if (!pids.has(pid)) drop(pid);
      for (const pid of unheard.keys()) if (!pids.has(pid)) unheard.delete(pid);
      for (const pid of pids) if (!heard.has(pid)) listen(pid);
      return living.every(({ pid }) => heard.has(pid));
    },
    close: () => {
      for (const pid of heard.keys()) drop(pid);
    },
  };
};
