// A private tmux for the tests that need a real one: its own socket directory, ended with the test.
// Used by tests only; it never reaches the server of the person who runs them.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Result, StartSpec } from "../engine/ports.ts";
import { run } from "./exec.ts";
import { openLocalPlace, type Place, type PlaceSpec } from "./place.ts";

export type Lab = {
  /** A fresh directory, removed at the end. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Another program's view of the same tmux server. */
  readonly open: (change?: Partial<PlaceSpec>) => Place;
  readonly tmux: (...args: readonly string[]) => Promise<string>;
  readonly spec: (
    session: string,
    argv: readonly string[],
    change?: Partial<StartSpec>,
  ) => StartSpec;
  readonly end: () => Promise<void>;
};

const TMUX_MS = 5_000;

export const openLab = (parent: NodeJS.ProcessEnv): Lab => {
  const dir = mkdtempSync(join(tmpdir(), "agents-lab-"));
  const socket = `lab-${randomBytes(4).toString("hex")}`;
  const path = parent["PATH"] ?? "/usr/bin:/bin";
  const env = { PATH: path, HOME: dir, TERM: "xterm", TMUX_TMPDIR: dir };
  const sizes = { width: 200, height: 50, historyLimit: 500 };
  const places: Place[] = [];
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const argv = ["tmux", "-u", "-L", socket, ...args];
    const ran = await run({ argv, dir, env, limitMs: TMUX_MS });
    return ran.ok ? (ran.value.stdout + ran.value.stderr).trimEnd() : ran.failure;
  };
  return {
    dir,
    env,
    tmux,
    open: (change) => {
      const place = openLocalPlace({
        socket,
        own: true,
        hex: "00c0ffee",
        ...sizes,
        env,
        ...change,
      });
      places.push(place);
      return place;
    },
    spec: (session, argv, change) => {
      const named = { target: session, session, run: `run-${session}`, hash: "h1" };
      const log = join(dir, `${session}.log`);
      return { ...named, argv, dir, env: { PATH: path, HOME: dir }, log, ...change };
    },
    end: async () => {
      for (const { terminal } of places) await terminal.leave();
      await tmux("kill-server");
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

export const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.failure);
  return result.value;
};

/** The first value that is not null, or null when the time is over. */
export const eventually = async <T>(
  read: () => Promise<T | null>,
  limitMs = 5_000,
): Promise<T | null> => {
  const until = performance.now() + limitMs;
  for (;;) {
    const value = await read();
    if (value !== null || performance.now() > until) return value;
    await sleep(10);
  }
};
