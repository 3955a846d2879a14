// Every order is answered once, whatever is in its file and wherever a process dies.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Order } from "../core/types.ts";
import { fakeDisk, put, type FakeDisk } from "./fake-disk.ts";
import { orderBytes, orderId, parseOrder } from "./order-text.ts";
import {
  answer,
  answersKept,
  heardAtOnce,
  leave,
  readAnswer,
  take,
  waitingAtMost,
} from "./orders.ts";

const stateDir = "/p/state";
const now = Date.UTC(2026, 10, 20, 9, 0, 0);

function order(id: string): Order {
  return { v: 1, id, at: now, by: "cli", verb: "up", names: ["a"], args: {}, expires: now + 1000 };
}

function place(): FakeDisk & { readonly stateDir: string } {
  return Object.assign(
    fakeDisk(() => now),
    { stateDir },
  );
}

function answerTo(fake: FakeDisk, id: string): unknown {
  const found = readAnswer({ disk: fake.disk, stateDir }, id);
  return found.ok ? found.value : found.failure;
}

test("orders are taken in the order of their ids, until they are answered", () => {
  const box = place();
  const ids = [orderId(now + 1, "00000000"), orderId(now, "ffffffff"), orderId(now, "0000000a")];
  for (const id of ids) expect(leave(box, order(id)).ok).toBe(true);
  const expected = [order(ids[2]!), order(ids[1]!), order(ids[0]!)];
  expect(take(box, now, {})).toEqual({ ok: true, value: expected });
  expect(take(box, now, {})).toEqual({ ok: true, value: expected });
  const done = { state: "done", because: "all are up", outcomes: { a: "up" } } as const;
  for (const { id } of expected) answer(box, id, done);
  expect(take(box, now, {})).toEqual({ ok: true, value: [] });
  expect(answerTo(box, ids[0]!)).toEqual({ v: 1, id: ids[0], ...done });
});

test("nothing is left in tmp, and there is no answer before one is given", () => {
  const box = place();
  leave(box, order("x"));
  expect([...box.files.keys()]).toEqual(["/p/state/orders/new/x.json"]);
  expect(answerTo(box, "x")).toBeNull();
});

test.each([
  ["{", "it is not a JSON object"],
  ["[]", "it is not a JSON object"],
  [JSON.stringify({ ...order("x"), v: 2 }), "it has version 2; this watchdog knows version 1"],
  [JSON.stringify({ ...order("y") }), "its id is not the name of its file"],
  [JSON.stringify({ ...order("x"), verb: "explode" }), 'its verb "explode" is none of up, down, '],
  [
    JSON.stringify({ ...order("x"), at: "now" }),
    '"at" and "expires" must be milliseconds since 1970',
  ],
  [JSON.stringify({ ...order("x"), by: null }), '"by" must be text'],
  [JSON.stringify({ ...order("x"), names: [1] }), '"names" must be a list of at most 1000 names'],
  [JSON.stringify({ ...order("x"), args: { a: 1 } }), '"args" must be an object of texts'],
])("%j is refused with its reason", (text, why) => {
  const box = place();
  put(box, "/p/state/orders/new/x.json", text);
  expect(take(box, now, {})).toEqual({ ok: true, value: [] });
  expect(answerTo(box, "x")).toEqual({
    v: 1,
    id: "x",
    state: "refused",
    because: expect.stringContaining(`This order cannot be understood: ${why}`),
    outcomes: {},
  });
  expect(box.files.has("/p/state/orders/new/x.json")).toBe(false);
});

test("an order that is too long is refused unread", () => {
  const box = place();
  put(box, "/p/state/orders/new/x.json", new Uint8Array(orderBytes + 1));
  take(box, now, {});
  expect(answerTo(box, "x")).toMatchObject({ state: "refused" });
  const long = { ...order("y"), args: { text: "x".repeat(orderBytes) } };
  expect(leave(box, long).ok).toBe(false);
});

test("a file that cannot be an order is put away, and does not hold up the others", () => {
  const box = place();
  put(box, "/p/state/orders/new/!.json", "{}");
  put(box, "/p/state/orders/new/notes.txt", "hello");
  leave(box, order("x"));
  expect(take(box, now, {})).toEqual({ ok: true, value: [order("x")] });
  expect([...box.files.keys()].sort()).toEqual([
    "/p/state/orders/done/!.json",
    "/p/state/orders/done/notes.txt",
    "/p/state/orders/new/x.json",
  ]);
});

test("an order whose time is over expires, unless it is being carried out", () => {
  const box = place();
  leave(box, order("late"));
  leave(box, order("open"));
  expect(take(box, now + 1000, { open: {} })).toEqual({ ok: true, value: [order("open")] });
  expect(answerTo(box, "late")).toMatchObject({ state: "expired" });
});

test("an order that was answered before the crash is not taken again", () => {
  const box = place();
  leave(box, order("x"));
  const left = box.files.get("/p/state/orders/new/x.json")!.bytes;
  answer(box, "x", { state: "done", because: "", outcomes: {} });
  put(box, "/p/state/orders/new/x.json", left);
  expect(take(box, now, {})).toEqual({ ok: true, value: [] });
  expect(box.files.has("/p/state/orders/new/x.json")).toBe(false);
});

test("on a full disk an order stays unanswered, and is taken again", () => {
  const box = place();
  leave(box, order("x"));
  box.room = 0;
  expect(answer(box, "x", { state: "done", because: "", outcomes: {} }).ok).toBe(false);
  expect(take(box, now, {})).toEqual({ ok: true, value: [order("x")] });
});

test("no more orders wait than the limit, and the sentence says where to look", () => {
  const box = place();
  for (let at = 0; at < waitingAtMost; at += 1) put(box, `/p/state/orders/new/${at}.json`, "{}");
  expect(leave(box, order("x"))).toEqual({
    ok: false,
    failure:
      "1000 orders wait in /p/state/orders/new and nobody answers; look at the watchdog with `agents status`",
  });
});

test("ten thousand orders are heard by and by: every look takes its share and no more", () => {
  const box = place();
  for (let at = 0; at < 10_000; at += 1) {
    const id = `o${at}`;
    const text = at % 2 === 0 ? JSON.stringify(order(id)) : "junk";
    put(box, `/p/state/orders/new/${id}.json`, text);
  }
  const waiting = () => [...box.files.keys()].filter((path) => path.includes("/new/")).length;
  for (let looks = 0; looks < 10; looks += 1) {
    const before = waiting();
    const heard = take(box, now, {});
    const orders = heard.ok ? heard.value : [];
    for (const { id } of orders) answer(box, id, { state: "done", because: "", outcomes: {} });
    expect(before - waiting()).toBe(heardAtOnce);
    expect(box.files.size - waiting()).toBeLessThanOrEqual(answersKept + heardAtOnce);
  }
});

test("what is being carried out is among the orders, however many others wait", () => {
  const box = place();
  for (let at = 0; at < 200; at += 1) leave(box, order(`a${at}`));
  leave(box, order("z"));
  const open = { z: {} };
  const [first, ...others] = [...(taken(box, open) ?? [])].toReversed();
  expect([first, others.length]).toEqual(["z", heardAtOnce]);
  const full = Object.fromEntries(Array.from({ length: waitingAtMost }, (_, at) => [`o${at}`, {}]));
  expect(taken(box, full)).toEqual([]);
});

function taken(box: ReturnType<typeof place>, open: Readonly<Record<string, unknown>>) {
  const found = take(box, now, open);
  return found.ok ? found.value.map(({ id }) => id) : null;
}

test("only the newest answers are kept", () => {
  const box = place();
  let clock = now;
  const fake = fakeDisk(() => (clock += 1));
  const late = { disk: fake.disk, stateDir };
  for (let at = 0; at <= answersKept; at += 1) {
    answer(late, `o${at}`, { state: "done", because: "", outcomes: {} });
  }
  put(fake, "/p/state/orders/new/x.json", "{}");
  take(late, now, {});
  fake.files.delete("/p/state/orders/done/x.json");
  expect(fake.files.size).toBe(answersKept);
  expect(answerTo(fake, "o0")).toBeNull();
  expect(answerTo(fake, `o${answersKept}`)).not.toBeNull();
  expect(box.files.size).toBe(0);
});

test("a draft of a verb that died is swept after a day", () => {
  const box = place();
  put(box, "/p/state/orders/tmp/x.json", "{");
  take(box, now + 3_600_000, {});
  expect(box.files.size).toBe(1);
  take(box, now + 25 * 3_600_000, {});
  expect(box.files.size).toBe(0);
});

test("any text is an order or is refused, never a throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseOrder(text, "x").ok).toBe(false);
    }),
  );
});
