// Rules of looking and doing that every other test would let pass if they were broken (npm run mutate).

import { expect, test } from "vitest";
import { FRESH } from "../core/fresh.ts";
import type { Action } from "../core/types.ts";
import { settingOf } from "../sim/scene.ts";
import { openActor } from "./act.ts";
import { fakeDisk } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";
import { openObserver } from "./observe.ts";
import type { Result, Row, Terminal } from "./ports.ts";

const setting = settingOf(`[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`);
const acting = { setting, memory: FRESH, screens: {} };
const disk = fakeDisk(() => 0).disk;
const news = { orders: [], outcomes: [], ready: [], stateWritable: true };

function typing(target: string, id: string): Action {
  const because = "it is due";
  return { do: "type", id, target, because, session: target, run: "r", text: id };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what is done to one agent is done in its order, and nobody else waits for it", async () => {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ports = fakePorts({
    type: (_session, _run, text) => {
      begun.push(text);
      return new Promise<Result<null>>((resolve) => {
        ends.push(() => resolve({ ok: true, value: null }));
      });
    },
  });
  const actor = openActor(ports, disk);
  actor.begin([typing("a", "a1"), typing("a", "a2"), typing("b", "b1")], acting);
  await settle();
  expect(begun).toEqual(["a1", "b1"]);
  for (const end of ends) end();
  await settle();
  expect(begun).toEqual(["a1", "b1", "a2"]);
});

test("counting who is left signals nobody", async () => {
  const signals: string[] = [];
  const ports = fakePorts({});
  const processes = {
    ...ports.processes,
    members: () => ({ ok: true as const, value: [{ pid: 7, name: "x", started: "s" }] }),
    signal: (_members: unknown, signal: string) => void signals.push(signal),
  };
  const actor = openActor({ ...ports, processes }, disk);
  const sweep = { do: "sweep", target: "a", because: "", session: "a", run: "r" } as const;
  const more = { root: null, spare: [] };
  actor.begin(
    [
      { ...sweep, ...more, id: "1", signal: null },
      { ...sweep, ...more, id: "2", signal: "TERM" },
    ],
    acting,
  );
  await actor.idle();
  expect([signals, actor.outcomes().map(({ left }) => left.length)]).toEqual([["TERM"], [1, 1]]);
});

/** One pane that wrote at that time and looks the same ever since; looks at these times. */
async function looks(
  outputAt: number,
  times: readonly number[],
  terminal: Partial<Terminal> = {},
): Promise<readonly string[]> {
  let now = 0;
  const told: string[] = [];
  const row: Row = {
    session: "t-a",
    pane: "%1",
    pid: 1,
    mark: { run: "r", hash: "h", target: "a" },
    dead: null,
    command: "node",
    title: "",
    inMode: false,
    attached: false,
    outputAt,
    key: "same",
    piped: true,
  };
  const ports = fakePorts({
    look: () => Promise.resolve({ ok: true, value: { server: "none", rows: [row] } }),
    capture: () => {
      told.push(`read at ${now}`);
      return Promise.resolve({ ok: true, value: { "%1": "text" } });
    },
    ...terminal,
  });
  const observer = openObserver(
    { ...ports, clock: { ...ports.clock, now: () => now } },
    () => null,
  );
  for (const at of times) {
    now = at;
    const seen = await observer.look(setting.config, FRESH, news);
    const screen = seen.panes["t-a"]?.screen?.text ?? "no screen";
    told.push(`${seen.server === "unseen" ? "unseen" : "seen"}, ${screen}`);
  }
  return told;
}

test("a screen that was read in the second of its output is read once more, and then no more", async () => {
  expect(await looks(5000, [5400, 6000, 9000])).toEqual([
    "read at 5400",
    "seen, text",
    "read at 6000",
    "seen, text",
    "seen, text",
  ]);
});

test("a look that failed saw no server, and not that there is none", async () => {
  const look = () => Promise.resolve({ ok: false as const, failure: "tmux did not answer" });
  expect(await looks(0, [1000], { look })).toEqual(["unseen, no screen"]);
});

test("a screen that could not be read is none, whatever stood there before", async () => {
  let reads = 0;
  const capture = () => {
    reads += 1;
    return Promise.resolve({ ok: true as const, value: reads === 1 ? { "%1": "text" } : {} });
  };
  expect(await looks(5000, [5100, 5200], { capture })).toEqual(["seen, text", "seen, no screen"]);
});
