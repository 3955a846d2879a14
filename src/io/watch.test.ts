// The watch makes looks earlier, whatever an editor does to the file, and says nothing of its neighbours.

import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { median, openPace } from "../e2e/pace.ts";
import { openWatch, type Watch, type Watched } from "./watch.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "watch-")));

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

type Bell = { rings: number; readonly watch: Watch };

/** A busy machine may take it. */
const PATIENT = { timeout: 10_000 };

/** Open, and known to listen: it has rung for what `stir` did. */
async function listening(watched: Watched, stir: () => void): Promise<Bell> {
  const bell: { rings: number } = { rings: 0 };
  const watch = openWatch([watched], () => (bell.rings += 1));
  await vi.waitFor(() => {
    stir();
    expect(bell.rings).toBeGreaterThan(0);
  }, PATIENT);
  await sleep(60);
  return Object.assign(bell, { watch });
}

/** Milliseconds until it rang for this. */
async function rung(bell: Bell, change: () => void): Promise<number> {
  bell.rings = 0;
  const begun = performance.now();
  change();
  await vi.waitFor(() => expect(bell.rings).toBeGreaterThan(0), { timeout: 2_000, interval: 5 });
  const after = performance.now() - begun;
  await sleep(60);
  return after;
}

test("it rings for its file within two seconds, however it is replaced, and not for another", async () => {
  const dir = join(home, "a");
  mkdirSync(dir);
  const [file, other] = [join(dir, "agents.toml"), join(dir, "other")];
  writeFileSync(file, "0");
  const bell = await listening({ dir, file: "agents.toml" }, () => writeFileSync(file, "1"));
  const changes = [
    () => writeFileSync(file, "22"),
    () => (writeFileSync(other, "333"), renameSync(other, file)),
    () => (writeFileSync(other, "4444"), renameSync(other, file)),
    () => (renameSync(file, join(dir, "backup")), writeFileSync(file, "55555")),
    () => rmSync(file),
    () => writeFileSync(file, "6"),
    () => writeFileSync(file, "77"),
  ];
  for (const change of changes) expect(await rung(bell, change)).toBeLessThan(2_000);
  bell.rings = 0;
  writeFileSync(other, "x");
  rmSync(other);
  await sleep(60);
  expect(bell.rings).toBe(0);
  bell.watch.close();
});

test("a file put into a watched directory rings within fifty milliseconds", async () => {
  const dir = join(home, "orders");
  mkdirSync(dir);
  let next = 0;
  const leave = () => {
    writeFileSync(join(home, "draft"), "x");
    renameSync(join(home, "draft"), join(dir, String((next += 1))));
  };
  const bell = await listening({ dir, file: null }, leave);
  const times: number[] = [];
  const pace = openPace();
  for (let time = 0; time < 5; time += 1) {
    await pace.sample();
    times.push(await rung(bell, leave));
  }
  expect(median(times)).toBeLessThan(pace.stretched(50));
  bell.watch.close();
});

test("what was left before the watch stood is not waited for until the next look", async () => {
  const dir = join(home, "early");
  mkdirSync(dir);
  let rings = 0;
  const watch = openWatch([{ dir, file: null }], () => (rings += 1));
  // Left at once: the library behind the watch is not even loaded.
  writeFileSync(join(dir, "order"), "x");
  await vi.waitFor(() => expect(rings).toBeGreaterThan(0), { timeout: 2_000, interval: 5 });
  watch.close();
});

test("what is made, or removed and made again, rings after it was rearmed", async () => {
  const dir = join(home, "b");
  let rings = 0;
  const watch = openWatch([{ dir, file: null }], () => (rings += 1));
  for (const name of ["x", "y"]) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    watch.rearm();
    await sleep(100);
    rings = 0;
    writeFileSync(join(dir, name), "x");
    await vi.waitFor(() => expect(rings).toBeGreaterThan(0), PATIENT);
  }
  watch.close();
  watch.close();
});

test("a rearm where nothing changed costs next to nothing", () => {
  const watch = openWatch([{ dir: home, file: null }], () => undefined);
  const rounds = Array.from({ length: 20 }, () => {
    const begun = performance.now();
    for (let time = 0; time < 50; time += 1) watch.rearm();
    return (performance.now() - begun) / 50;
  });
  // What a neighbour takes of the processor only adds.
  expect(Math.min(...rounds)).toBeLessThan(0.2);
  watch.close();
});
