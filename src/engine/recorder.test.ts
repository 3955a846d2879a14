// What is recorded of a night is decided again to the byte; it is bounded, and holds no secret.

import { expect, test } from "vitest";
import { simulate } from "../sim/run.ts";
import { look, order, running, settingOf, SCREENS } from "../sim/scene.ts";
import { decide } from "../core/decide.ts";
import { FRESH } from "../core/fresh.ts";
import type { Seen } from "../core/types.ts";
import { fakeDisk, textOf } from "./fake-disk.ts";
import { framesIn, type Frame } from "./recorded.ts";
import { openRecorder } from "./recorder.ts";
import { replay } from "./replay.ts";

test("every decision of a wild night is made again, to the byte", async () => {
  const fake = fakeDisk(() => 0);
  const record = openRecorder(fake.disk, "/r", "one");
  let decisions = 0;
  await simulate(7, 1, {
    tell: (one) => {
      decisions += 1;
      record(one);
    },
  });
  const played = replay(framesIn(textOf(fake, "/r") ?? ""), null);
  expect(played).toMatchObject({ decisions, same: decisions, differences: [], more: 0 });
  expect(decisions).toBeGreaterThan(100);
});

const seen: Seen = {
  at: 1_000_000,
  zone: "UTC",
  since: null,
  stateWritable: true,
  server: "none",
  panes: {},
  files: {},
  repos: {},
  ready: [],
  orders: [],
  outcomes: [],
};

const TOKEN = "hunter2-hunter2";
const secret = settingOf(`[[agent]]
name = "a"
prompt = "the token is ${TOKEN}"
env = { API_TOKEN = "${TOKEN}" }
`);

function frames(...orders: readonly Seen["orders"][]): readonly Frame[] {
  let before = FRESH;
  return orders.map((given, at) => {
    const now = { ...seen, at: seen.at + at * 1000, orders: given };
    const decision = decide(secret, before, now);
    const frame = { setting: secret, before, seen: now, decision };
    before = decision.memory;
    return frame;
  });
}

test("a secret of the file is not kept, and what is kept is decided the same all the same", () => {
  const fake = fakeDisk(() => 0);
  const record = openRecorder(fake.disk, "/r", "one");
  const up = { ...order("up"), expires: seen.at + 1e9 };
  frames([up], [up], []).forEach(record);
  const text = textOf(fake, "/r") ?? "";
  expect(text).not.toContain(TOKEN);
  const kept = [...framesIn(text)];
  expect(kept.map(({ decision }) => decision.actions.map((one) => one.do))).toEqual(
    frames([up], [up], []).map(({ decision }) => decision.actions.map((one) => one.do)),
  );
  expect(replay(kept, null)).toMatchObject({ decisions: 3, same: 3 });
});

test("after a torn line it begins anew, and what was whole is still read", () => {
  const fake = fakeDisk(() => 0);
  const record = openRecorder(fake.disk, "/r", "one");
  const [one, two, three] = frames([], [], []);
  record(one!);
  fake.room = 40;
  record(two!);
  fake.room = Number.POSITIVE_INFINITY;
  record(three!);
  const kept = [...framesIn(textOf(fake, "/r") ?? "")];
  expect(kept.map((frame) => frame.seen.at)).toEqual([one!.seen.at, three!.seen.at]);
});

test("two recorders of one file do not mix", () => {
  const fake = fakeDisk(() => 0);
  const [first, second] = ["one", "two"].map((by) => openRecorder(fake.disk, "/r", by));
  const [one, two, three] = frames([], [], []);
  first!(one!);
  second!(two!);
  first!(three!);
  const kept = [...framesIn(textOf(fake, "/r") ?? "")];
  expect(kept.map((frame) => frame.seen.at)).toEqual(
    [one, two, three].map((frame) => frame!.seen.at),
  );
});

test("where another configuration would have decided otherwise, it is told with both", () => {
  const before = running(`[[agent]]\nname = "a"\n`);
  const asks = look(before, 1000, { screens: { a: SCREENS.limited }, orders: [] });
  const { setting, memory } = before;
  const now: Seen = { ...seen, at: asks.at, since: { wall: 1000, steady: 1000 } };
  const shown: Seen = { ...now, server: { pid: 1, started: "s" }, panes: asks.panes };
  const decision = decide(setting, memory, shown);
  const other = settingOf(`[[agent]]\nname = "a"\nwatch = "none"\n`).config;
  const played = replay([{ setting, before: memory, seen: shown, decision }], other);
  expect(played).toMatchObject({ decisions: 1, same: 0 });
  expect(played.differences.find(({ who }) => who === "a")).toMatchObject({
    was: expect.arrayContaining([expect.stringMatching(/^is held, seen to be limited/)]),
    now: expect.arrayContaining([expect.stringMatching(/^is up, seen to be limited/)]),
  });
});
