// What one look says of what it could not see.

import { expect, test } from "vitest";
import { FRESH } from "../core/fresh.ts";
import { settingOf } from "../sim/scene.ts";
import { fakePorts } from "./fake-ports.ts";
import { openObserver } from "./observe.ts";
import type { Row, Terminal } from "./ports.ts";

const { config } = settingOf(`[[agent]]\nname = "a"\n`);
const news = { orders: [], outcomes: [], ready: [], stateWritable: true };
const row: Row = {
  session: "t-a",
  pane: "%1",
  pid: 7,
  mark: { run: "r", hash: "h", target: "a" },
  dead: null,
  command: "node",
  title: "",
  inMode: false,
  attached: true,
  outputAt: 0,
  key: "",
  piped: true,
};

async function pane(humans: Terminal["humans"]) {
  const server = { pid: 1, started: "s" };
  const { clock, ...ports } = fakePorts({
    humans,
    look: () => Promise.resolve({ ok: true, value: { server, rows: [row] } }),
  });
  const observer = openObserver({ ...ports, clock: { ...clock, now: () => 90_000 } }, () => null);
  return (await observer.look(config, FRESH, news)).panes["t-a"];
}

test("where nobody can say when a key was pressed last, it was just now", async () => {
  const unknown = await pane(() => Promise.resolve({ ok: false, failure: "no answer" }));
  const known = await pane(() => Promise.resolve({ ok: true, value: { "t-a": 5_000 } }));
  const reading = await pane(() => Promise.resolve({ ok: true, value: {} }));
  expect([unknown, known, reading].map((one) => one?.humanAt)).toEqual([90_000, 5_000, null]);
});
