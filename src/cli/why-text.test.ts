// The page of `agents why`: what each source of the program said stands there, and for how long.

import { expect, test } from "vitest";
import type { Outside } from "./outside.ts";
import { whyText } from "./why-text.ts";
import type { Why } from "./why.ts";

const NOW = Date.parse("2026-03-07T12:00:00Z");
// Only the clock and the colours of the outside are asked for.
const outside = { now: () => NOW, stdout: { isTTY: false }, env: {} } as unknown as Outside;

const WHY: Why = {
  schema: "agents.why/1",
  at: "2026-03-07T12:00:00.000Z",
  name: "a",
  kind: "persistent",
  session: "t-a",
  watchdog: "running",
  seenAt: null,
  verdict: { is: "busy" },
  evidence: [{ from: "signal", rule: "json_file busy", line: "" }],
  quarantined: [],
  sources: [],
  life: "up",
  since: null,
  until: null,
  because: "",
  want: { is: "up", because: "the fleet is up" },
  way: null,
  paused: false,
  pending: null,
  messages: [],
  usage: null,
  metered: true,
  starts: 1,
  run: null,
  launch: { failure: "none" },
  events: [],
  evidenceFile: null,
};

function words(sources: Why["sources"]): readonly string[] {
  const rows = whyText({ ...WHY, sources }, outside).split("\n");
  const first = rows.findIndex((row) => row.startsWith("its words"));
  return first < 0 ? [] : rows.slice(first, first + sources.length).map((row) => row.slice(10));
}

test("each source is told with what it says and for how long, or why it says nothing", () => {
  const mute = { says: null, since: null, silent: false, line: "" } as const;
  const since = "2026-03-07T11:57:00.000Z";
  const line = "usage\u001b[2J limit";
  expect(
    words([
      { ...mute, from: "json_file", is: "stale" },
      { ...mute, from: "hook_file", is: "fresh", says: "limited", since, line },
      { ...mute, from: "jsonl_tail", is: "fresh", says: "busy", since, silent: true },
      { ...mute, from: "osc", is: "mute" },
      { ...mute, from: "http_json", is: "absent" },
    ]),
  ).toEqual([
    "json_file is stale: an earlier run said it",
    'hook_file says limited for 3m: "usage\\u001b[2J limit"',
    "jsonl_tail says busy for 3m, nothing new for long",
    "osc says nothing yet",
    "http_json is absent",
  ]);
  expect(words([])).toEqual([]);
});

test("who asks waits for an answer, and is told with the verb that gives it", () => {
  const asking: Why = { ...WHY, verdict: { is: "asking", what: "Yes?", text: "Yes?" } };
  const waits = (told: Why): string | undefined =>
    whyText(told, outside)
      .split("\n")
      .find((row) => row.startsWith("waits for"));
  expect([waits(asking), waits(WHY)]).toEqual([
    "waits for your answer: agents answer a",
    "waits for nothing",
  ]);
});

test("the agent of a routed step says where the route led, and why", () => {
  const way = { backend: "spare", model: "m", because: "in place of quick, at its usage limit" };
  expect(whyText({ ...WHY, way }, outside)).toContain(
    "route     spare: in place of quick, at its usage limit\n",
  );
});

test("what it used is told with its context, and who cannot tell it is unmetered, not free", () => {
  const of = (more: Partial<Why>) =>
    whyText({ ...WHY, ...more }, outside)
      .split("\n")
      .filter((row) => row.startsWith("used"))
      .map((row) => row.slice(10));
  const usage = {
    day: "2026-03-07",
    turns: 2,
    input: 3000,
    cached: 0,
    output: 40,
    usd: 1.5,
    unpriced: 0,
    context: 1500,
    window: 200_000,
    model: "big",
  };
  expect([of({ usage }), of({}), of({ metered: false }), of({ kind: "service" })]).toEqual([
    ["2 turns, 3,000 tokens in, 40 out, $1.50 today; its context holds 1,500 of 200,000 tokens"],
    ["nothing that was told yet"],
    ["unmetered: its program tells nothing of what it uses"],
    [],
  ]);
});
