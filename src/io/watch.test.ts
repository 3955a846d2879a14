// The watch makes looks earlier; the answer of an order comes as soon as it is there.

import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { answer, leave, makeOrders } from "../engine/orders.ts";
import { awaitAnswer } from "./await-answer.ts";
import { realDisk } from "./disk.ts";
import { openWatch } from "./watch.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "watch-")));

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

test("it rings for its file, also when an editor replaces it, and not for another", async () => {
  const dir = join(home, "a");
  mkdirSync(dir);
  let rings = 0;
  const watch = openWatch([{ dir, file: "agents.toml" }], () => (rings += 1));
  writeFileSync(join(dir, "other"), "x");
  writeFileSync(join(dir, "other2"), "x");
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(rings).toBe(0);
  writeFileSync(join(dir, "agents.toml"), "x");
  await vi.waitFor(() => expect(rings).toBeGreaterThan(0));
  rings = 0;
  renameSync(join(dir, "other"), join(dir, "agents.toml"));
  await vi.waitFor(() => expect(rings).toBeGreaterThan(0));
  watch.close();
});

test("a directory that was removed and made again rings after it was rearmed", async () => {
  const dir = join(home, "b");
  let rings = 0;
  const watch = openWatch([{ dir, file: null }], () => (rings += 1));
  mkdirSync(dir);
  watch.rearm();
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  watch.rearm();
  await new Promise((resolve) => setTimeout(resolve, 30));
  rings = 0;
  writeFileSync(join(dir, "x"), "x");
  await vi.waitFor(() => expect(rings).toBeGreaterThan(0));
  watch.close();
  watch.close();
});

test("an answer is returned when it is given; without one the waiting ends in time, or when told", async () => {
  const place = { disk: realDisk, stateDir: join(home, "state") };
  makeOrders(place);
  const order = {
    v: 1,
    id: "x",
    at: 0,
    by: "cli",
    verb: "up",
    names: [],
    args: {},
    expires: 9,
  } as const;
  leave(place, order);
  const signal = new AbortController().signal;
  const now = (): number => Date.now();
  const waiting = awaitAnswer(place, "x", { now, until: now() + 5000, signal });
  setTimeout(() => answer(place, "x", { state: "done", because: "all up", outcomes: {} }), 30);
  expect(await waiting).toMatchObject({ ok: true, value: { state: "done", because: "all up" } });
  const nothing = { ok: true, value: null };
  expect(await awaitAnswer(place, "y", { now, until: now() + 50, signal })).toEqual(nothing);
  const stopped = AbortSignal.timeout(30);
  expect(await awaitAnswer(place, "y", { now, until: now() + 60_000, signal: stopped })).toEqual(
    nothing,
  );
});
