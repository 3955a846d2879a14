// The loop itself: what is saved, begun and told, look after look.

import { expect, test } from "vitest";
import { order, settingOf } from "../sim/scene.ts";
import { fakeDisk, put, textOf, type FakeDisk } from "./fake-disk.ts";
import { fakePorts } from "./fake-ports.ts";
import { leave } from "./orders.ts";
import { run, type Engine } from "./run.ts";
import { openStore } from "./store.ts";

const setting = settingOf(`[[agent]]\nname = "a"\n`);
const { stateDir } = setting.config;
const HOUR = 3_600_000;

/** A fleet that was told to run; `before` each look says what happens to the disk. */
async function looks(
  count: number,
  before: (look: number, fake: FakeDisk) => void,
  more: Partial<Engine> = {},
) {
  let now = order("up").at;
  let look = 0;
  const started: number[] = [];
  const told: { readonly at: number; readonly unsaved: string | null }[] = [];
  const fake = fakeDisk(() => now);
  leave({ disk: fake.disk, stateDir }, { ...order("up"), expires: now + HOUR });
  const ports = fakePorts({
    start: () => {
      started.push(look);
      return Promise.resolve({ ok: true, value: { pane: "%1", pid: 1 } });
    },
  });
  before(look, fake);
  const store = openStore(fake.disk, stateDir, now);
  await run({
    ports: {
      ...ports,
      clock: {
        ...ports.clock,
        now: () => now,
        steady: () => now,
        until: async (at) => {
          await new Promise((resolve) => setImmediate(resolve));
          now = Math.max(now + 1, at);
          look += 1;
          before(look, fake);
        },
      },
    },
    disk: fake.disk,
    store,
    current: () => ({ setting, ok: true, problems: [], settlesIn: null }),
    ready: () => [],
    publish: (_memory, _current, seen) => void told.push(seen),
    goesOn: () => look < count,
    stillOurs: () => true,
    ...more,
  });
  return { started, told, fake };
}

test("while nothing can be saved nothing is begun, and whoever asks is told so", async () => {
  const { started, told } = await looks(3, (look, fake) => {
    fake.room = look < 2 ? 0 : Number.POSITIVE_INFINITY;
  });
  const unsaved = `nothing is done until it can be saved: cannot write ${stateDir}/memory.jsonl: no space left on device (ENOSPC)`;
  expect(told.map((one) => one.unsaved)).toEqual([unsaved, unsaved, null]);
  expect(started).toEqual([2]);
});

test("what was found damaged is said aloud", async () => {
  const { fake } = await looks(1, (look, disk) => {
    if (look === 0) put(disk, `${stateDir}/memory.jsonl`, "nothing but noise\n");
  });
  expect(textOf(fake, `${setting.config.logDir}/events.jsonl`)).toContain(
    "memory.jsonl is damaged",
  );
});

test("what came back for a decision that could not be saved comes back for the next one", async () => {
  const outcomes: (readonly string[])[] = [];
  await looks(
    3,
    (look, fake) => {
      fake.room = look === 1 ? 0 : Number.POSITIVE_INFINITY;
    },
    {
      witness: ({ seen }) =>
        void outcomes.push(seen.outcomes.map(({ id }) => id.split(".")[1] ?? "")),
    },
  );
  expect(outcomes).toEqual([[], ["heard", "start"], ["heard", "start"]]);
});

test("who is not the only writer any more does nothing", async () => {
  const { started } = await looks(2, () => {}, { stillOurs: () => false });
  expect(started).toEqual([]);
});
