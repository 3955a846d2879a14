// What real programs wrote about what they used, read by the shipped tables; and logs that grow, tear and move.

import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import type { UsageRule } from "../config/usage.ts";
import type { UsageTold } from "../core/usage.ts";
import { openMeter, pieceBytes } from "./meter.ts";

const dir = mkdtempSync(join(tmpdir(), "meter-"));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const presets = readFileSync(new URL("../config/backends.toml", import.meta.url), "utf8");
const backends = presetBackends(presets, "/h");

function shipped(name: string): {
  readonly rules: readonly UsageRule[];
  readonly time: readonly string[];
} {
  const [source] = backends[name]!.signals.flatMap((one) =>
    "usage" in one && one.usage.length > 0 ? [one] : [],
  );
  if (source === undefined) throw new Error(`${name} tells nothing`);
  return { rules: source.usage, time: source.reader === "jsonl_tail" ? source.time : [] };
}

function toldIn(name: string, version: string): readonly UsageTold[] {
  const path = new URL(`../cli/fixtures/${name}-${version}.jsonl`, import.meta.url).pathname;
  const meter = openMeter({ ...shipped(name), since: 0, from: null });
  meter.read(path, true);
  return meter.told();
}

const brief = (told: readonly UsageTold[]): readonly string[] =>
  told.map(({ id, model, figures, window, turn }) =>
    turn !== null
      ? `turn ${turn}`
      : `${id} ${model} ${figures?.input}/${figures?.cached}/${figures?.output} of ${window} $${figures?.cost}`,
  );

test("each line of a message of claude names it, so that its blocks are one message", () => {
  expect(brief(toldIn("claude", "2.1.197"))).toEqual([
    "turn 25cea526-22d1-4f17-b74c-cd9c27bb86d7",
    "msg_fake4 claude-opus-4-8 1000/0/6 of null $null",
    "msg_fake4 claude-opus-4-8 1000/0/6 of null $null",
    "msg_fake7 claude-opus-4-8 1000/0/6 of null $null",
    "turn a934b6ee-a9e0-4aa5-9b18-27f91b19a09a",
  ]);
});

test("codex tells what each answer used, and how much its context holds", () => {
  expect(brief(toldIn("codex", "0.169.0"))).toEqual([
    "turn 01a1f956-5814-77a2-a46b-2d2234a0abea",
    "1009 null 1000/0/9 of 258400 $null",
    "2018 null 1000/0/9 of 258400 $null",
    "turn 01a1f956-5974-7f62-ac7b-ee8ebc899b1a",
  ]);
});

test("gemini names its model with each message", () => {
  expect(brief(toldIn("gemini", "0.61.0")).slice(-2)).toEqual([
    "9b23b0af-f95b-4d6e-a98e-a13d3a29099c gemini-3.1-pro-preview 1000/0/9 of null $null",
    "36472664-7997-403d-865b-d5519069beff gemini-3.1-pro-preview 1000/0/9 of null $null",
  ]);
});

test("opencode tells over its port what a message costs", () => {
  const meter = openMeter({ ...shipped("opencode"), since: 0, from: null });
  const tokens = { input: 900, output: 9, reasoning: 0, cache: { read: 100, write: 0 } };
  const info = { id: "m1", role: "assistant", modelID: "big", cost: 0.001, tokens };
  meter.hear({ type: "message.updated", properties: { info: { id: "u1", role: "user" } } }, 1);
  meter.hear({ type: "message.updated", properties: { info } }, 2);
  expect(brief(meter.told())).toEqual(["turn u1", "m1 big 1000/100/9 of null $0.001"]);
});

// ---- logs ----

const rules: readonly UsageRule[] = [
  {
    when: { type: ["use"] },
    id: ["id"],
    model: ["model"],
    input: ["in"],
    cached: [],
    written: [],
    output: ["out"],
    cost: [],
    window: [],
    turn: [],
  },
];

const line = (id: number, at = 5000): string =>
  `${JSON.stringify({ type: "use", id: `m${id}`, in: 10, out: 1, at })}\n`;
const spec = { rules, time: ["at"], since: 0, from: null };
const ids = (told: readonly UsageTold[]): readonly string[] => told.map(({ id }) => id);

test("a log is read on from where an earlier process stopped, and history of others is left out", () => {
  const path = join(dir, "on.jsonl");
  writeFileSync(path, line(1) + line(2));
  const first = openMeter(spec);
  first.read(path, true);
  expect(ids(first.told())).toEqual(["m1", "m2"]);
  appendFileSync(path, line(3, 10) + line(4).slice(0, 9));
  const second = openMeter({ ...spec, since: 9_000_000, from: first.stand() });
  second.read(path, true);
  expect(ids(second.told())).toEqual(["m3"]);
  const stranger = openMeter({ ...spec, since: 9_000_000 });
  stranger.read(path, true);
  expect(ids(stranger.told())).toEqual([]);
});

test("half a line is read when it is whole, and only where something moved", () => {
  const path = join(dir, "half.jsonl");
  writeFileSync(path, line(1) + line(2).slice(0, 12));
  const meter = openMeter(spec);
  meter.read(path, true);
  appendFileSync(path, line(2).slice(12));
  meter.read(path, false);
  expect(ids(meter.told())).toEqual(["m1"]);
  meter.read(path, true);
  expect(ids(meter.told())).toEqual(["m2"]);
  expect(meter.stand()?.offset).toBe(statSync(path).size);
});

test("a long backlog is read piece by piece, and a line longer than a piece is passed over", () => {
  const path = join(dir, "long.jsonl");
  const long = `${JSON.stringify({ text: "x".repeat(2 * pieceBytes) })}\n`;
  writeFileSync(path, line(1) + long + line(2));
  const meter = openMeter(spec);
  meter.read(path, true);
  for (let look = 0; look < 4; look += 1) meter.read(path, false);
  expect(ids(meter.told())).toEqual(["m1", "m2"]);
});

test("what a program wrote last is read when it has ended", () => {
  const path = join(dir, "last.jsonl");
  writeFileSync(path, line(1));
  const meter = openMeter(spec);
  meter.read(path, true);
  appendFileSync(path, line(2));
  meter.rest();
  expect(ids(meter.told())).toEqual(["m1", "m2"]);
});

test("another file under the same name is read from its beginning", () => {
  const path = join(dir, "swapped.jsonl");
  writeFileSync(path, line(1) + line(2));
  const meter = openMeter(spec);
  meter.read(path, true);
  meter.told();
  writeFileSync(path, line(3));
  meter.read(path, true);
  expect(ids(meter.told())).toEqual(["m3"]);
});

test("figures that are none are nothing, and nothing that breaks a sum is told", () => {
  const meter = openMeter(spec);
  meter.hear({ type: "use", id: "a", in: "many", out: -5 }, 1);
  meter.hear({ type: "use", id: "b", in: null, out: Number.NaN }, 1);
  meter.hear({ type: "use", id: "c", in: 3, out: "4" }, 1);
  expect(meter.told()).toEqual([
    {
      at: 1,
      id: "c",
      model: null,
      window: null,
      turn: null,
      figures: { input: 3, cached: 0, written: 0, output: 4, cost: null },
    },
  ]);
});
