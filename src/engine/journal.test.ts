// The journal is bounded, printable and readable from its end; evidence is bounded and clean.

import fc from "fast-check";
import { expect, test } from "vitest";
import { evidenceBytes, evidenceKept, evidencePath, keepEvidence } from "./evidence.ts";
import { newEvents, parseEvent, readEvents, type Wanted } from "./events.ts";
import { fakeDisk, put, textOf, type FakeDisk } from "./fake-disk.ts";
import {
  fieldLength,
  fileBytes,
  filesKept,
  notesAnHour,
  openJournal,
  repeatMs,
  type Entry,
} from "./journal.ts";

const logDir = "/p/log";
const path = "/p/log/events.jsonl";
const t0 = Date.UTC(2026, 10, 20, 9, 0, 0);
const all: Wanted = { tail: 1000, since: null, agents: [] };

function entry(agent: string, because: string, at: number): Entry {
  return { at: t0 + at, agent, event: "start", because, seen: "gone", did: "start", id: "a1" };
}

function journalOn(fake: FakeDisk): ReturnType<typeof openJournal> {
  return openJournal({ disk: fake.disk, logDir, secrets: ["hunter22"] });
}

function reasons(fake: FakeDisk, wanted: Wanted): readonly string[] {
  const events = readEvents(fake.disk, logDir, wanted);
  return events.ok ? events.value.map((event) => event.because) : [events.failure];
}

test("a line says when, who, what, why, what was seen and what was done", () => {
  const fake = fakeDisk(() => t0);
  journalOn(fake).note([entry("builder", "its pane is gone", 0)]);
  expect(textOf(fake, path)).toBe(
    '{"at":"2026-11-20T09:00:00.000Z","agent":"builder","event":"start","because":"its pane is gone","seen":"gone","did":"start","id":"a1"}\n',
  );
});

test("the entries of one decision are one append", () => {
  const fake = fakeDisk(() => t0);
  journalOn(fake).note([entry("a", "x", 0), entry("b", "x", 0)]);
  expect(fake.writes).toBe(1);
});

test("no text of an agent puts a control byte, a secret or a long line into the file", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.nat({ max: 300 }),
      (text, times) => {
        const fake = fakeDisk(() => t0);
        journalOn(fake).note([entry("a", `${text}hunter22${text.repeat(times)}\u009b\u202e`, 0)]);
        const line = textOf(fake, path)!;
        expect(line).not.toMatch(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
        expect(line).not.toContain("hunter22");
        expect(line.length).toBeLessThan(8 * fieldLength);
        expect(parseEvent(line)).toMatchObject({ agent: "a", event: "start" });
      },
    ),
    { numRuns: 50 },
  );
});

test("an agent that says the same again is counted, and the count is written before its next line", () => {
  const fake = fakeDisk(() => t0);
  const journal = journalOn(fake);
  for (let second = 0; second < 5; second += 1) {
    journal.note([entry("a", "down again", second * 1000), entry("b", `try ${second}`, second)]);
  }
  journal.note([entry("a", "up", 6000)]);
  expect(reasons(fake, { ...all, agents: ["a"] })).toEqual([
    "down again",
    '4 suppressed: the same as the last "start"',
    "up",
  ]);
});

test("the same line is written again after a while, and closing writes what is only counted", () => {
  const fake = fakeDisk(() => t0);
  const journal = journalOn(fake);
  for (const at of [0, 1, repeatMs, repeatMs + 1]) journal.note([entry("a", "same", at)]);
  journal.close();
  expect(reasons(fake, all)).toEqual([
    "same",
    '1 suppressed: the same as the last "start"',
    "same",
    '1 suppressed: the same as the last "start"',
  ]);
});

test("an agent that flickers from one note to another is cut short each hour; its deeds are not", () => {
  const fake = fakeDisk(() => t0);
  const journal = journalOn(fake);
  const hour = 3_600_000;
  const flickers = (at: number): Entry => ({
    ...entry("a", `asks: ${at}`, at),
    event: "asking",
    did: "",
  });
  for (let at = 0; at < hour; at += 1_000) journal.note([flickers(at)]);
  journal.note([entry("a", "it ended", hour - 1), entry("b", "x", hour - 1)]);
  const said = reasons(fake, { ...all, agents: ["a"] });
  expect(said).toHaveLength(notesAnHour + 2);
  expect(said.slice(-3)).toEqual([
    `asks: ${(notesAnHour - 1) * 1_000}`,
    `${3600 - notesAnHour} suppressed: more than ${notesAnHour} lines in an hour`,
    "it ended",
  ]);
  journal.note([flickers(hour)]);
  expect(reasons(fake, all).at(-1)).toBe(`asks: ${hour}`);
});

test("the journal never takes more than its files, and the newest lines stay", () => {
  const fake = fakeDisk(() => t0);
  const journal = journalOn(fake);
  const long = "x".repeat(fieldLength);
  const rounds = (fileBytes * (filesKept + 1)) / (fieldLength * 200);
  for (let round = 0; round < rounds; round += 1) {
    const lines = Array.from({ length: 100 }, (_, at) => ({
      ...entry("a", `${round}.${at}`, round),
      seen: long,
      did: long,
    }));
    journal.note(lines);
  }
  const files = [...fake.files.keys()].sort();
  expect(files).toEqual([path, `${path}.1`, `${path}.2`, `${path}.3`, `${path}.4`]);
  for (const file of files) {
    expect(fake.files.get(file)!.bytes.length).toBeLessThanOrEqual(fileBytes);
  }
  const last = Math.ceil(rounds) - 1;
  expect(reasons(fake, { ...all, tail: 2 })).toEqual([`${last}.98`, `${last}.99`]);
  expect(reasons(fake, { ...all, since: t0 + last }).length).toBe(100);
});

test("half a line left by a crash or a full disk spoils only itself", () => {
  const fake = fakeDisk(() => t0);
  put(fake, path, '{"at":"2026-11-20T08:59:00.000Z","agent":"a","becau');
  const journal = journalOn(fake);
  journal.note([entry("a", "one", 0)]);
  fake.room = 20;
  expect(journal.note([entry("a", "lost", 1)]).ok).toBe(false);
  fake.room = Number.POSITIVE_INFINITY;
  journal.note([entry("a", "two", 2)]);
  expect(reasons(fake, all)).toEqual(["one", "two"]);
});

test("reading backwards finds every line, wherever the pieces of the file are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 9000 }), { minLength: 1, maxLength: 40 }), (lengths) => {
      const fake = fakeDisk(() => t0);
      const lines = lengths.map((length, at) =>
        JSON.stringify({ at: new Date(t0 + at), because: `${at}ö${"ü".repeat(length)}` }),
      );
      put(fake, path, `${lines.join("\n")}\n`);
      const found = reasons(fake, all);
      expect(found).toEqual(lengths.map((length, at) => `${at}ö${"ü".repeat(length)}`));
    }),
    { numRuns: 40 },
  );
});

test("an empty journal has no events", () => {
  expect(readEvents(fakeDisk(() => t0).disk, logDir, all)).toEqual({ ok: true, value: [] });
});

test("following gives each line once, also over a rotation and never half a line", () => {
  const fake = fakeDisk(() => t0);
  const journal = journalOn(fake);
  const seen: string[] = [];
  const follow = (position: Parameters<typeof newEvents>[2]): Parameters<typeof newEvents>[2] => {
    const found = newEvents(fake.disk, logDir, position);
    if (!found.ok) throw new Error(found.failure);
    seen.push(...found.value.events.map((event) => event.because));
    return found.value.position;
  };
  journal.note([entry("a", "before", 0)]);
  let position = follow(null);
  journal.note([entry("a", "one", 1)]);
  position = follow(position);
  journal.note([entry("a", "two", 2)]);
  const bytes = fake.files.get(path)!.bytes;
  put(fake, `${path}.1`, bytes);
  put(fake, path, '{"at":"2026-11-20T09:00:03.000Z","because":"three"}\n{"at":"2026-11');
  position = follow(position);
  put(
    fake,
    path,
    '{"at":"2026-11-20T09:00:03.000Z","because":"three"}\n{"at":"2026-11-20T09:00:04.000Z","because":"four"}\n',
  );
  follow(position);
  expect(seen).toEqual(["one", "two", "three", "four"]);
});

const stateDir = "/p/state";

test("evidence holds what was seen, without what is secret", () => {
  const fake = fakeDisk(() => t0);
  const kept = keepEvidence({ disk: fake.disk, stateDir, secrets: ["hunter22"] }, "stall:a/1", {
    screen: "password is hunter22",
    api_key: "k",
    thresholds: { stallIdleMs: 300_000 },
  });
  expect(kept).toEqual({ ok: true, value: "/p/state/evidence/stall_a_1.json" });
  expect(JSON.parse(textOf(fake, evidencePath(stateDir, "stall:a/1"))!)).toEqual({
    v: 1,
    screen: "password is [redacted]",
    api_key: "[redacted]",
    thresholds: { stallIdleMs: 300_000 },
  });
});

test("evidence is bounded in size and in number, and the newest stays", () => {
  let now = t0;
  const fake = fakeDisk(() => (now += 1));
  const keeping = { disk: fake.disk, stateDir, secrets: [] };
  for (let count = 0; count < evidenceKept + 3; count += 1) keepEvidence(keeping, `${count}`, {});
  const rows = Array.from({ length: 9 }, (_, at) => `${at}`.repeat(100_000));
  keepEvidence(keeping, "big", { rows });
  expect(fake.files.size).toBe(evidenceKept);
  expect(textOf(fake, evidencePath(stateDir, "3"))).toBeNull();
  const big = textOf(fake, evidencePath(stateDir, "big"))!;
  expect(big.length).toBeLessThan(evidenceBytes);
  expect(JSON.parse(big)).toMatchObject({ v: 1 });
});
