import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simulate } from "./run.ts";

/** How long fresh seeds are tried. */
const LOOKING_MS = 10_000;
const HOURS = 8;

const incidents: readonly { readonly seed: number; readonly hours: number }[] = JSON.parse(
  readFileSync(new URL("incidents.json", import.meta.url), "utf8"),
);

async function failuresOf(seed: number, hours: number): Promise<readonly string[]> {
  const { violations } = await simulate(seed, hours);
  return violations.map((what) => `simulate(${seed}, ${hours}): ${what}`);
}

test("what once went wrong in the false world goes well now", async () => {
  for (const { seed, hours } of incidents) expect(await failuresOf(seed, hours)).toEqual([]);
}, 60_000);

test("nothing goes wrong in nights that nobody has seen before", async () => {
  const end = performance.now() + LOOKING_MS;
  for (let seed = Date.now() % 1e9; performance.now() < end; seed += 1)
    expect(await failuresOf(seed, HOURS)).toEqual([]);
}, 60_000);

test("the same seed gives the same night", async () => {
  expect(await simulate(7, 2)).toEqual(await simulate(7, 2));
}, 60_000);
