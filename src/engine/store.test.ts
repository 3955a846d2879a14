// What is promised of memory.jsonl: whatever happens to its bytes, some saved state comes back or a sentence does.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Memory, OpenOrder } from "../core/types.ts";
import { fakeDisk, put, textOf, type FakeDisk } from "./fake-disk.ts";
import { snapshotLine } from "./memory-line.ts";
import { migrate, migrations, version } from "./memory-version.ts";
import { compactAt, corruptKept, openStore, readMemory } from "./store.ts";

const dir = "/p/state";
const path = "/p/state/memory.jsonl";
const now = Date.UTC(2026, 10, 20, 9, 0, 0);
const empty: Memory = {
  v: 1,
  fleet: { wanted: "up", server: null, resumedAt: null, brakeAt: null },
  agents: {},
  loops: {},
  holds: {},
  orders: {},
};

function order(id: string, since = 0): OpenOrder {
  return { id, verb: "up", names: ["höhle"], since, until: since + 1 };
}

function withOrder(memory: Memory, id: string, since = 0): Memory {
  return { ...memory, orders: { ...memory.orders, [id]: order(id, since) } };
}

function without(memory: Memory, id: string): Memory {
  const { [id]: _, ...orders } = memory.orders;
  return { ...memory, orders };
}

/** A life of one store: states in the order in which they were saved, the first one a snapshot. */
const lives = fc
  .array(fc.tuple(fc.constantFrom("add", "remove", "fleet"), fc.constantFrom("a", "b", "c")), {
    minLength: 1,
    maxLength: 8,
  })
  .map((steps) => {
    const states: Memory[] = [empty];
    for (const [index, [step, id]] of steps.entries()) {
      const last = states.at(-1)!;
      if (step === "add") states.push(withOrder(last, id, index));
      else if (step === "remove") states.push(without(last, id));
      else states.push({ ...last, fleet: { ...last.fleet, resumedAt: index } });
    }
    return states;
  });

function saved(states: readonly Memory[]): FakeDisk {
  const fake = fakeDisk(() => now);
  const store = openStore(fake.disk, dir, now);
  for (const state of states) expect(store.save(state)).toEqual({ ok: true, value: null });
  return fake;
}

function recovered(bytes: Uint8Array): { memory: Memory | null; problems: readonly string[] } {
  const fake = fakeDisk(() => now);
  put(fake, path, bytes);
  const { memory, problems } = openStore(fake.disk, dir, now);
  return { memory, problems };
}

describe("memory.jsonl", () => {
  test("a first start has no memory and no problem, and writes nothing", () => {
    const fake = fakeDisk(() => now);
    const { memory, problems, refusal } = openStore(fake.disk, dir, now);
    expect({ memory, problems, refusal, writes: fake.writes }).toEqual({
      memory: null,
      problems: [],
      refusal: null,
      writes: 0,
    });
  });

  test("the last saved state comes back whole", () => {
    fc.assert(
      fc.property(lives, (states) => {
        const { memory, problems } = openStore(saved(states).disk, dir, now);
        expect({ memory, problems }).toEqual({ memory: states.at(-1), problems: [] });
      }),
    );
  });

  test("a decision appends only the parts that changed", () => {
    const before = withOrder(withOrder(empty, "a"), "b");
    const fake = saved([before, withOrder(without(before, "a"), "c")]);
    const [, line, rest] = textOf(fake, path)!.split("\n");
    expect(JSON.parse(line!)).toEqual({
      sum: expect.stringMatching(/^[0-9a-f]{8}$/),
      set: { "orders/c": order("c") },
      gone: ["orders/a"],
    });
    expect(rest).toBe("");
  });

  test("the same value is written once", () => {
    const fake = saved([empty, empty, { ...empty }]);
    expect(fake.writes).toBe(1);
  });

  test("a file cut off at any byte gives one of the saved states, or none when not even the first is whole", () => {
    fc.assert(
      fc.property(lives, fc.nat(), (states, seed) => {
        const bytes = saved(states).files.get(path)!.bytes;
        const cut = bytes.slice(0, seed % (bytes.length + 1));
        const { memory, problems } = recovered(cut);
        const firstLine = bytes.indexOf(10) + 1;
        if (cut.length < firstLine) expect(memory).toBeNull();
        else expect(states).toContainEqual(memory);
        const atALineEnd = cut.at(-1) === 10;
        expect(problems.length).toBe(atALineEnd ? 0 : 1);
      }),
    );
  });

  test("a flipped byte never throws and never gives a state that was not saved", () => {
    fc.assert(
      fc.property(lives, fc.nat(), fc.integer({ min: 1, max: 255 }), (states, seed, mask) => {
        const bytes = saved(states).files.get(path)!.bytes.slice();
        const at = seed % bytes.length;
        bytes[at] = bytes[at]! ^ mask;
        const { memory, problems } = recovered(bytes);
        if (memory !== null) expect(states).toContainEqual(memory);
        expect(problems.length).toBe(1);
      }),
    );
  });

  test("arbitrary bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(recovered(bytes).memory).toBeNull();
      }),
    );
  });

  test("after a torn line the next save writes everything, so nothing is ever appended to half a line", () => {
    const fake = saved([empty, withOrder(empty, "a")]);
    put(fake, path, fake.files.get(path)!.bytes.slice(0, -5));
    const store = openStore(fake.disk, dir, now);
    expect(store.memory).toEqual(empty);
    expect(store.problems).toEqual([`The last line of ${path} was cut off and is left out.`]);
    store.save(withOrder(empty, "b"));
    expect(textOf(fake, path)).toBe(snapshotLine(withOrder(empty, "b")));
  });

  test("a damaged middle line keeps the file for a person and goes on from what stands before it", () => {
    const states = [empty, withOrder(empty, "a"), withOrder(withOrder(empty, "a"), "b")];
    const fake = saved(states);
    const damaged = textOf(fake, path)!.replace('"orders/a"', '"orders/x"');
    put(fake, path, damaged);
    const store = openStore(fake.disk, dir, now);
    const aside = "/p/state/memory.corrupt-2026-11-20T090000.000Z";
    expect(store.memory).toEqual(empty);
    expect(store.problems).toEqual([
      `${path} is damaged after line 1. Everything before that was recovered. The damaged file is kept as ${aside}.`,
    ]);
    expect(textOf(fake, aside)).toBe(damaged);
    expect(openStore(fake.disk, dir, now).memory).toEqual(empty);
  });

  test("only the newest damaged files are kept", () => {
    const fake = fakeDisk(() => now);
    for (let hour = 0; hour < corruptKept + 3; hour += 1) {
      put(fake, path, "garbage\n");
      openStore(fake.disk, dir, now + hour * 3_600_000);
    }
    expect([...fake.files.keys()].map((file) => file.slice(-22, -9)).sort()).toEqual([
      "2026-11-20T12",
      "2026-11-20T13",
      "2026-11-20T14",
      "2026-11-20T15",
      "2026-11-20T16",
    ]);
  });

  test("a memory of a newer version is neither used nor written over", () => {
    const fake = fakeDisk(() => now);
    const newer = { ...empty, v: 2, agents: "in another shape" };
    // @ts-expect-error a version that does not exist yet
    const line = snapshotLine(newer);
    put(fake, path, line);
    const store = openStore(fake.disk, dir, now);
    const sentence = `${path} was written by a newer version of agents (this one knows version 1). Install that one again, or move the file away to start without its memory.`;
    expect(store.memory).toBeNull();
    expect(store.refusal).toBe(sentence);
    expect(store.save(empty)).toEqual({ ok: false, failure: sentence });
    expect(textOf(fake, path)).toBe(line);
  });

  test("a memory that cannot be read is not taken for one that is not there", () => {
    const fake = saved([empty]);
    fake.broken = "cannot read it: permission denied (EACCES)";
    const store = openStore(fake.disk, dir, now);
    fake.broken = null;
    expect(store.save(withOrder(empty, "a")).ok).toBe(false);
    expect(openStore(fake.disk, dir, now).memory).toEqual(empty);
  });

  test("on a full disk the old state stays readable, and the first save with room writes everything", () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), (room) => {
        const fake = saved([empty]);
        const store = openStore(fake.disk, dir, now);
        fake.room = Math.min(room, 90);
        const grown = withOrder(withOrder(empty, "a"), "b");
        expect(store.save(grown)).toEqual({
          ok: false,
          failure: `cannot write ${path}: no space left on device (ENOSPC)`,
        });
        expect(store.save(grown).ok).toBe(false);
        expect(openStore(fake.disk, dir, now).memory).toEqual(empty);
        fake.room = Number.POSITIVE_INFINITY;
        expect(store.save(grown).ok).toBe(true);
        expect(textOf(fake, path)).toBe(snapshotLine(grown));
      }),
    );
  });

  test("the file is compacted before it weighs twice its limit, and loses nothing by it", () => {
    const fake = saved([empty]);
    const store = openStore(fake.disk, dir, now);
    let memory = empty;
    let most = 0;
    let sizes = 0;
    const names = ["x".repeat(20_000)];
    for (let turn = 0; turn < 120; turn += 1) {
      memory = { ...memory, orders: { [`o${turn % 3}`]: { ...order("o", turn), names } } };
      store.save(memory);
      const size = fake.files.get(path)!.bytes.length;
      if (size < most) sizes += 1;
      most = Math.max(most, size);
    }
    expect(most).toBeLessThan(2 * compactAt);
    expect(sizes).toBeGreaterThan(0);
    expect(openStore(fake.disk, dir, now).memory).toEqual(memory);
  });

  test("what a crash left of a temporary file is swept when the store is opened", () => {
    const fake = saved([empty]);
    put(fake, "/p/state/.memory.jsonl.12.1.tmp", "half");
    openStore(fake.disk, dir, now);
    expect([...fake.files.keys()]).toEqual([path]);
  });
});

describe("versions", () => {
  test("every version ever written has a step to the next", () => {
    const steps = Array.from({ length: version - 1 }, (_, index) => migrations[index + 1]);
    expect(steps.filter((step) => step === undefined)).toEqual([]);
  });

  test("an older memory goes through every step in order", () => {
    const steps = {
      1: (older: object) => ({ ...older, one: true }),
      2: (older: object) => ({ ...older, two: "one" in older }),
    };
    expect(migrate({ v: 1, kept: 1 }, steps, 3)).toEqual({
      ok: true,
      value: { v: 3, kept: 1, one: true, two: true },
    });
  });

  test("whatever stands in a file migrates or is refused with a sentence", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("v", "fleet"), fc.jsonValue()), (raw) => {
        const result = migrate(raw, { 1: (older) => older }, 2);
        expect(result.ok ? result.value["v"] : result.failure).toSatisfy(
          (value: unknown) => value === 2 || (typeof value === "string" && value.length > 10),
        );
      }),
    );
  });
});

test("who only looks sees the last whole state, and leaves a torn file as it is", () => {
  const fake = saved([empty, withOrder(empty, "a")]);
  put(fake, path, `${textOf(fake, path)}{"sum":"00`);
  const before = textOf(fake, path);
  expect(readMemory(fake.disk, dir)).toEqual(withOrder(empty, "a"));
  expect(readMemory(fake.disk, "/nowhere")).toBeNull();
  expect(textOf(fake, path)).toBe(before);
});
