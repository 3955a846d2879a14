// The shell around the pure parts: the terminal is given back whatever happens, and keys become orders.

import { expect, test, vi } from "vitest";
import { fakeDisk } from "../../engine/fake-disk.ts";
import { type Call, type News, Refusal } from "../outside.ts";
import { STANDING } from "./scene.ts";
import { top } from "./top.ts";

/** A busy machine may take it. */
const PATIENT = { timeout: 10_000 };

function world(env: Readonly<Record<string, string>> = {}) {
  const { disk } = fakeDisk(() => Date.now());
  const stop = new AbortController();
  const did: string[] = [];
  let hear: (news: News) => void = () => undefined;
  let size = { rows: 24, columns: 80 };
  let written = "";
  const config = {
    path: "/f/agents.toml",
    stateDir: "/f/log/state",
    tmux: { height: 50, width: 200 },
  };
  const outside = {
    disk,
    env: { TERM: "xterm", ...env },
    cwd: "/f",
    stdout: { isTTY: true, columns: 80, write: (text: string) => (written += text) },
    stderr: { isTTY: true, columns: 80, write: () => undefined },
    now: () => Date.now(),
    pause: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
    stop: stop.signal,
    pointer: () => "/f/log/state",
    exists: () => true,
    text: () => JSON.stringify(STANDING),
    modified: () => Date.now(),
    startOf: () => "x",
    load: async () => ({
      is: "config",
      config: { ...config, agents: [], services: [] },
      warnings: [],
    }),
    open: async () => {
      throw new Refusal(7, "tmux does\u001B[2J not answer");
    },
    screen: async (told: typeof hear) => {
      hear = told;
      did.push("taken");
      return {
        size: () => {
          if (size.rows < 0) throw new Error("no size");
          return size;
        },
        write: (text: string) => (written += text),
        lend: () => did.push("lent"),
        take: () => did.push("taken"),
        suspend: () => did.push("suspended"),
        close: () => did.push("closed"),
      };
    },
  };
  return {
    call: { outside, args: [], options: {} } as unknown as Call,
    did,
    stop,
    written: () => written,
    types: (text: string) => hear({ is: "typed", text }),
    hangsUp: () => hear({ is: "gone" }),
    breaks: () => {
      size = { rows: -1, columns: 80 };
    },
  };
}

const drawn = (one: ReturnType<typeof world>): Promise<void> =>
  vi.waitFor(() => expect(one.written()).toContain("quit"), PATIENT);

test.each(["q", "\u0003"])("%j gives the terminal back and is 0", async (key) => {
  const one = world();
  const ended = top(one.call);
  await drawn(one);
  one.types(key);
  expect(await ended).toBe(0);
  expect(one.did[0]).toBe("taken");
  expect(one.did).toContain("closed");
});

test("who hangs up, or is ended by a signal, ends it as well", async () => {
  const gone = world();
  const ended = top(gone.call);
  await drawn(gone);
  gone.hangsUp();
  expect(await ended).toBe(0);
  const killed = world();
  const end = top(killed.call);
  await drawn(killed);
  killed.stop.abort(143);
  expect(await end).toBe(143);
  const early = world();
  early.stop.abort(130);
  expect(await top(early.call)).toBe(130);
  expect([gone.did.at(-1), killed.did.at(-1), early.did.at(-1)]).toEqual([
    "closed",
    "closed",
    "closed",
  ]);
});

test("a throw, in a key or in between, gives the terminal back before it is told", async () => {
  const pressed = world();
  const ended = top(pressed.call);
  await drawn(pressed);
  pressed.breaks();
  pressed.types("j");
  await expect(ended).rejects.toThrow("no size");
  const quiet = world();
  const end = top(quiet.call);
  await drawn(quiet);
  quiet.breaks();
  await expect(end).rejects.toThrow("no size");
  expect([pressed.did.at(-1), quiet.did.at(-1)]).toEqual(["closed", "closed"]);
});

test("a verb that refuses says so on the screen, and Ctrl-Z suspends", async () => {
  const one = world();
  const ended = top(one.call);
  await drawn(one);
  one.types("p");
  await vi.waitFor(() => expect(one.written()).toMatch(/pause: tmux does not answer/), PATIENT);
  one.types("\r");
  await vi.waitFor(() => expect(one.written()).toMatch(/attach: tmux does not answer/), PATIENT);
  expect(one.did).toEqual(["taken", "lent", "taken"]);
  one.types("\u001A");
  expect(one.did.at(-1)).toBe("suspended");
  one.types("q");
  await ended;
});

test.each([
  [{ TERM: "dumb" }, {}],
  [{}, { plain: true }],
])("with %j and %j it speaks in sentences and takes no terminal", async (env, options) => {
  const one = world(env);
  const ended = top({ ...one.call, options });
  await vi.waitFor(() => expect(one.written()).toContain("The watchdog is running."), PATIENT);
  one.stop.abort(130);
  expect(await ended).toBe(130);
  expect(one.did).toEqual([]);
});
