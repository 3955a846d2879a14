// How the watchdog ends decides whether its keeper starts it again: 0 and 6 are for ever, all else is an accident.

import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import type { Call, Held, Holder, Site } from "./outside.ts";
import { watchdog } from "./watchdog.ts";

const { config } = settingOf(`[[agent]]\nname = "a"\n`);
const held: Held = { stillOurs: () => true, release: async () => undefined };
const verb: Holder = { pid: 7, since: 0, verb: "pause" };
const dog: Holder = { pid: 8, since: 0, verb: "watchdog" };

type World = {
  /** What each try for the lock brings. */
  readonly locks?: readonly (Held | Holder | null)[];
  /** What happens while it watches. */
  readonly watching?: (stop: AbortController) => void;
};

async function ends({ locks = [held], watching = () => undefined }: World) {
  const stop = new AbortController();
  const said: string[] = [];
  let tries = 0;
  const site = {
    config,
    acquire: async () => locks[Math.min(tries++, locks.length - 1)] ?? null,
    run: async () => watching(stop),
    close: async () => undefined,
  } as unknown as Site;
  const outside = {
    env: { AGENTS_CONFIG: config.path },
    cwd: "/",
    now: () => 0,
    pause: async () => undefined,
    stop: stop.signal,
    stdout: { write: (text: string) => void said.push(text) },
    load: async () => ({ is: "config", config, warnings: [] }),
    open: async () => site,
    exists: () => true,
    realPath: (path: string) => path,
  };
  const call = { outside, args: [], options: { config: config.path } } as unknown as Call;
  const code = await watchdog(call).catch(
    (error: { readonly code?: number }) => error.code ?? error,
  );
  return { code, tries, said: said.join("") };
}

test("a watchdog that a person ended stays ended; one that a stray TERM ended is started again", async () => {
  expect((await ends({ watching: (stop) => stop.abort(130) })).code).toBe(0);
  expect((await ends({ watching: (stop) => stop.abort(143) })).code).toBe(143);
});

test("a watchdog that lost its lock is started again, and finds out who has it", async () => {
  const lost = await ends({});
  expect([lost.code, lost.said]).toEqual([
    1,
    expect.stringContaining("another process has its lock"),
  ]);
});

test("a verb that is the engine for a moment does not end the watchdog for ever", async () => {
  const waited = await ends({ locks: [verb, verb, held], watching: (stop) => stop.abort(130) });
  expect([waited.code, waited.tries]).toEqual([0, 3]);
});

test("beside another watchdog there is nothing to do; a lock that cannot be had is an accident", async () => {
  expect((await ends({ locks: [dog] })).code).toBe(6);
  expect((await ends({ locks: [null] })).code).toBe(1);
});

test("its own log says what it died of", async () => {
  const died = await ends({
    watching: () => {
      throw new TypeError("nobody thought of this");
    },
  });
  expect(died.said).toMatch(/watchdog ends: TypeError: nobody thought of this\n\s+at /);
});
