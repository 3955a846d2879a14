// Letters on the disk: each is sent once where all goes well, and until somebody takes it where it does not; a sink
// that hangs holds nobody up, and a new process goes on where the last one stopped.

import { expect, test } from "vitest";
import type { Config } from "../config/config.ts";
import type { Notice } from "../core/notice.ts";
import { settingOf } from "../sim/scene.ts";
import { fakeDisk, put, textOf, type FakeDisk } from "./fake-disk.ts";
import { givenUpMs, layOut, lettersIn, openOutbox, outboxKept, type Sent } from "./outbox.ts";

const START = Date.UTC(2026, 2, 7, 18);
const { config } = settingOf(`
[[agent]]
name = "a"
env_file = "/a.env"
[[notify]]
to = "webhook"
name = "web"
url = "https://example.org/secret-hook"
[[notify]]
to = "telegram"
name = "phone"
token_env = "BOT"
chat = 5
quiet = { from = "22:00", to = "07:00", zone = "UTC" }
`);
const { stateDir } = config;
const TAKEN: Sent = { ok: true, value: "200" };
const REFUSED: Sent = { ok: false, failure: "no: https://example.org/secret-hook", waitMs: null };

type World = {
  now: number;
  answer: (sink: string) => Promise<Sent>;
  readonly fake: FakeDisk;
  readonly sent: { readonly at: number; readonly id: string; readonly to: string }[];
};

function world(): World {
  const made: World = {
    now: START,
    answer: () => Promise.resolve(TAKEN),
    fake: fakeDisk(() => made.now),
    sent: [],
  };
  return made;
}

const SOURCES = {
  env: { BOT: "123456:token-of-the-bot" },
  read: (path: string) => (path === "/a.env" ? { text: "KEY=planted-value\n" } : "missing"),
} as const;

function process(w: World) {
  return openOutbox({
    disk: w.fake.disk,
    stateDir,
    sources: SOURCES,
    now: () => w.now,
    wake: () => {},
    carry: (target, { id, sink }) => {
      w.sent.push({ at: w.now - START, id, to: target.token ?? target.url ?? "" });
      return w.answer(sink);
    },
  });
}

function notice(id: string, sink: string, text = "May I?"): Notice {
  const item = {
    event: "asking",
    subject: "a",
    title: "a asks",
    clock: "18:00",
    over: false,
  } as const;
  const items = [{ ...item, incident: id, text }];
  return { id, at: START, sink, kind: "first", level: "warning", fleet: "t", items, more: 0 };
}

const lay = (w: World, one: Notice) =>
  layOut({ disk: w.fake.disk, stateDir }, one, { config, sources: SOURCES });

async function tended(w: World, box: ReturnType<typeof process>, some: Config = config) {
  const look = () => box.tend({ config: some, at: w.now, zone: "UTC" });
  const before = look();
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  const after = look();
  const told = [...before.told, ...after.told];
  return {
    due: after.due ?? before.due,
    told: told.map(({ event, because }) => `${event}: ${because}`),
  };
}

test("what is laid out is sent once and leaves its id; laid out again it is not sent again", async () => {
  const w = world();
  const box = process(w);
  expect(lay(w, notice("n1", "web"))).toEqual({ ok: true, value: null });
  expect((await tended(w, box)).told).toEqual(['told: web was told "[t] a asks": 200']);
  lay(w, notice("n1", "web"));
  await tended(w, process(w));
  expect(w.sent).toEqual([{ at: 0, id: "n1", to: "https://example.org/secret-hook" }]);
  expect([...w.fake.files.keys()]).toEqual([`${stateDir}/outbox/sent/n1.json`]);
});

test("a sink that fails is tried again with longer waits, also by the next process, and told of once", async () => {
  const w = world();
  w.answer = () => Promise.resolve(REFUSED);
  lay(w, notice("n1", "web"));
  const told: string[] = [];
  for (let life = 0; life < 3; life += 1) {
    const box = process(w);
    for (let look = 0; look < 40; look += 1) {
      const { due, told: some } = await tended(w, box);
      told.push(...some);
      w.now = Math.min(due ?? Infinity, w.now + 30_000);
    }
  }
  const gaps = w.sent.map(({ at }, index) => (at - (w.sent[index - 1]?.at ?? 0)) / 1000);
  expect(gaps.slice(0, 8)).toEqual([0, 5, 10, 20, 40, 80, 160, 320]);
  expect(Math.max(...gaps)).toBe(900);
  expect(told).toEqual([
    'not-told: web could not be told "[t] a asks" and is tried again: no: [redacted]',
  ]);
  w.answer = () => Promise.resolve(TAKEN);
  w.now += 1_000_000;
  expect((await tended(w, process(w))).told).toEqual(['told: web was told "[t] a asks": 200']);
});

test("the other side's wish to wait is kept to, within reason", async () => {
  const w = world();
  w.answer = () => Promise.resolve({ ok: false, failure: "429", waitMs: 60_000 });
  lay(w, notice("n1", "web"));
  expect((await tended(w, process(w))).due).toBe(START + 60_000);
  w.answer = () => Promise.resolve({ ok: false, failure: "429", waitMs: 1e12 });
  w.now += 60_000;
  expect((await tended(w, process(w))).due).toBe(START + 960_000);
});

test("after a day without success it is given up, aloud", async () => {
  const w = world();
  w.answer = () => Promise.resolve(REFUSED);
  lay(w, notice("n1", "web"));
  await tended(w, process(w));
  w.now += givenUpMs;
  expect((await tended(w, process(w))).told).toEqual([
    'given-up: web is not told "[t] a asks": it could not be sent for a day; the last time: no: [redacted]',
  ]);
  expect(lettersIn({ disk: w.fake.disk, stateDir })).toEqual([]);
});

test("a sink that hangs holds up neither the look nor another sink", async () => {
  const w = world();
  w.answer = (sink) => (sink === "web" ? new Promise(() => {}) : Promise.resolve(TAKEN));
  for (const [id, sink] of [
    ["n1", "web"],
    ["n2", "web"],
    ["n3", "phone"],
  ] as const)
    lay(w, notice(id, sink));
  const box = process(w);
  await tended(w, box);
  await tended(w, box);
  expect(w.sent.map(({ id }) => id)).toEqual(["n1", "n3"]);
});

test("whoever dies while it is sent leaves it to the next process, under the same id", async () => {
  const w = world();
  w.answer = () => new Promise(() => {});
  lay(w, notice("n1", "web"));
  await tended(w, process(w));
  w.answer = () => Promise.resolve(TAKEN);
  await tended(w, process(w));
  expect(w.sent.map(({ id }) => id)).toEqual(["n1", "n1"]);
  await tended(w, process(w));
  expect(w.sent.length).toBe(2);
});

test("what failed before the quiet hours is not tried again in them", async () => {
  const w = world();
  w.answer = () => Promise.resolve(REFUSED);
  w.now = START + 4 * 3_600_000 - 1;
  lay(w, notice("n1", "phone"));
  const box = process(w);
  await tended(w, box);
  w.answer = () => Promise.resolve(TAKEN);
  w.now += 60_000;
  expect(await tended(w, box)).toEqual({ due: START + 13 * 3_600_000, told: [] });
  w.now = START + 13 * 3_600_000;
  await tended(w, box);
  expect(w.sent.length).toBe(2);
});

test("a variable that is not set and a sink that left the file are said by name", async () => {
  const w = world();
  lay(w, notice("n1", "phone"));
  lay(w, notice("n2", "gone"));
  const box = openOutbox({
    disk: w.fake.disk,
    stateDir,
    sources: { ...SOURCES, env: {} },
    now: () => w.now,
    wake: () => {},
    carry: () => Promise.resolve(TAKEN),
  });
  expect((await tended(w, box)).told).toEqual([
    'not-told: phone could not be told "[t] a asks" and is tried again: the variable BOT is not set',
    'given-up: gone is not told "[t] a asks": no sink of that name is left in the file',
  ]);
});

test("the outbox has an end, and the oldest go first", async () => {
  const w = world();
  for (let at = 0; at < outboxKept + 2; at += 1)
    lay(w, { ...notice(`n${String(at).padStart(4, "0")}`, "web"), at: START + at });
  w.answer = () => new Promise(() => {});
  expect((await tended(w, process(w))).told.length).toBe(2);
  expect(lettersIn({ disk: w.fake.disk, stateDir })[0]?.id).toBe("n0002");
});

test("a full disk sends nothing twice", async () => {
  const w = world();
  lay(w, notice("n1", "web"));
  const box = process(w);
  w.fake.broken = "no space left";
  await tended(w, box);
  w.fake.broken = null;
  const first = await tended(w, box);
  w.fake.room = 0;
  w.answer = () => Promise.resolve(REFUSED);
  expect(first.told).toEqual(['told: web was told "[t] a asks": 200']);
  w.fake.room = Number.POSITIVE_INFINITY;
  lay(w, notice("n2", "web"));
  w.fake.room = 0;
  await tended(w, box);
  await tended(w, box);
  expect(w.sent.map(({ id }) => id)).toEqual(["n1", "n2"]);
});

test("no secret of the screen lies in the outbox, and what is no letter is passed over", async () => {
  const w = world();
  const planted = "may I run X with planted-value and 123456:token-of-the-bot?";
  lay(w, notice("n1", "web", planted));
  put(w.fake, `${stateDir}/outbox/n0.json`, "nothing but noise");
  expect(lettersIn({ disk: w.fake.disk, stateDir }).map(({ id }) => id)).toEqual(["n1"]);
  const text = textOf(w.fake, `${stateDir}/outbox/n1.json`) ?? "";
  expect(text).toContain("may I run X with [redacted] and [redacted]?");
});

test("an engine without a voice leaves everything where it is", async () => {
  const w = world();
  lay(w, notice("n1", "gone"));
  const still = openOutbox({
    disk: w.fake.disk,
    stateDir,
    sources: SOURCES,
    now: () => w.now + 2 * givenUpMs,
    wake: () => {},
    carry: null,
  });
  expect(still.tend({ config, at: w.now, zone: "UTC" })).toEqual({ told: [], due: null });
  expect(lettersIn({ disk: w.fake.disk, stateDir }).length).toBe(1);
});

test("a carrier that throws is our mistake: it is told, and the next letter goes all the same", async () => {
  const w = world();
  lay(w, notice("n1", "web"));
  lay(w, notice("n2", "phone"));
  w.answer = (sink) =>
    sink === "web"
      ? Promise.reject(new TypeError("nobody thought of this"))
      : Promise.resolve(TAKEN);
  const { told, due } = await tended(w, process(w));
  expect(told).toEqual([
    'told: phone was told "[t] a asks": 200',
    "not-told: a bug of agents: TypeError: nobody thought of this",
  ]);
  expect(due).toBe(START + 900_000);
});
