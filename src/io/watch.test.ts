// The watch makes looks earlier.

import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
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
