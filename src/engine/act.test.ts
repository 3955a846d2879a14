// What is begun and not awaited: nothing of it may end the engine, or the actions after it.

import { expect, test } from "vitest";
import type { Action } from "../core/types.ts";
import { FRESH } from "../core/fresh.ts";
import { settingOf } from "../sim/scene.ts";
import { openActor } from "./act.ts";
import { fakeDisk } from "./fake-disk.ts";
import type { Ports, Terminal } from "./ports.ts";

const setting = settingOf(`[[agent]]\nname = "a"\n`);
const acting = { setting, memory: FRESH, screens: {} };

function terminal(more: Partial<Terminal>): Terminal {
  const nothing = () => Promise.resolve({ ok: true as const, value: null });
  return {
    look: () => Promise.resolve({ ok: true, value: { server: "none", rows: [] } }),
    capture: () => Promise.resolve({ ok: true, value: {} }),
    humans: () => Promise.resolve({ ok: true, value: {} }),
    start: () => Promise.resolve({ ok: true, value: { pane: "%1", pid: 1 } }),
    close: nothing,
    type: nothing,
    press: nothing,
    pipe: nothing,
    onRing: () => {},
    leave: () => Promise.resolve(),
    ...more,
  };
}

function ports(more: Partial<Terminal>): Ports {
  return {
    terminal: terminal(more),
    processes: {
      started: () => ({ ok: true, value: null }),
      members: () => ({ ok: true, value: [] }),
      signal: () => {},
      weigh: () => ({ ok: false, failure: "" }),
      childless: () => null,
    },
    files: {
      read: () => "missing",
      write: () => ({ ok: true, value: null }),
      signal: () => null,
    },
    repos: { seen: () => ({}), onRing: () => {}, close: () => {} },
    clock: {
      now: () => 0,
      steady: () => 0,
      zone: () => "UTC",
      until: () => Promise.resolve(),
      wake: () => {},
    },
    env: {},
  };
}

function press(id: string): Action {
  return { do: "press", id, target: "a", because: "", session: "t-a", run: "r", keys: ["Enter"] };
}

test("a port that throws is an outcome like any other failure, and the next action has its turn", async () => {
  const pressed: string[] = [];
  const actor = openActor(
    ports({
      press: (session) => {
        pressed.push(session);
        if (pressed.length === 1) throw new TypeError("nobody thought of this");
        return Promise.resolve({ ok: true, value: null });
      },
    }),
    fakeDisk(() => 0).disk,
  );
  actor.begin([press("one"), press("two")], acting);
  await actor.idle();
  expect(actor.outcomes().map(({ id, ok, failure }) => [id, ok, failure])).toEqual([
    ["one", false, "a bug of agents: TypeError: nobody thought of this"],
    ["two", true, ""],
  ]);
  expect(pressed).toEqual(["t-a", "t-a"]);
});
