// Starting and ending the watchdog from outside, over what may be left of an earlier one.

import { expect, test } from "vitest";
import { fakePorts } from "../engine/fake-ports.ts";
import type { Row } from "../engine/ports.ts";
import { settingOf } from "../sim/scene.ts";
import { ensureWatchdog } from "./keeper.ts";
import type { Call, Holder, Site } from "./outside.ts";

const { config } = settingOf(`[[agent]]\nname = "a"\n`);
const dog: Holder = { pid: 8, since: 0, verb: "watchdog" };

const keeper: Row = {
  session: `${config.prefix}watchdog`,
  pane: "%0",
  pid: 5,
  mark: { run: "old", hash: "watchdog", target: "watchdog" },
  dead: null,
  command: "sh",
  title: "",
  inMode: false,
  attached: false,
  outputAt: 0,
  key: "",
  piped: true,
};

/** A keeper stands there; `wakesAfter` says when it starts its watchdog again by itself. */
async function ensured(wakesAfter: number) {
  let now = 0;
  let rows: readonly Row[] = [keeper];
  let holder: Holder | null = null;
  const did: string[] = [];
  const { terminal, ...ports } = fakePorts({
    look: () => Promise.resolve({ ok: true, value: { server: { pid: 1, started: "s" }, rows } }),
    close: (_session, run) => {
      did.push(`close ${run}`);
      rows = [];
      return Promise.resolve({ ok: true, value: null });
    },
    start: () => {
      did.push("start");
      if (rows.length > 0)
        return Promise.resolve({ ok: false, failure: "it is still there, as another run." });
      holder = dog;
      return Promise.resolve({ ok: true, value: { pane: "%1", pid: 9 } });
    },
  });
  const pause = async (ms: number): Promise<void> => {
    now += ms;
    if (now >= wakesAfter) holder = dog;
  };
  const outside = { env: {}, program: ["node", "agents"], now: () => now, pause };
  const site = { config, ports, watchdogs: terminal, holder: async () => holder };
  const call = { outside } as unknown as Call;
  const started = await ensureWatchdog(call, site as unknown as Site);
  return { started, did };
}

test("a keeper that pauses after an accident is replaced, so that the watchdog starts now", async () => {
  expect(await ensured(25_000)).toEqual({ started: true, did: ["close old", "start"] });
});

test("a keeper that is about to start its watchdog is left to it", async () => {
  expect(await ensured(1_000)).toEqual({ started: false, did: [] });
});
