import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simulate } from "./run.ts";

/** How long fresh seeds are tried. */
const LOOKING_MS = 10_000;
const HOURS = 8;
/** A night takes a second or two; a machine that is busy with other things may take a minute. */
const NIGHT_MS = 120_000;

const incidents: readonly { readonly seed: number; readonly hours: number }[] = JSON.parse(
  readFileSync(new URL("incidents.json", import.meta.url), "utf8"),
);

/** As one text, so that every report of a failure tells the seed. */
async function failuresOf(seed: number, hours: number): Promise<string> {
  const { violations } = await simulate(seed, hours);
  return violations.map((what) => `simulate(${seed}, ${hours}): ${what}`).join("\n");
}

test.each(incidents)(
  "what once went wrong in the false world goes well now: seed $seed",
  async ({ seed, hours }) => expect(await failuresOf(seed, hours)).toBe(""),
  NIGHT_MS,
);

test(
  "nothing goes wrong in nights that nobody has seen before",
  async () => {
    const end = performance.now() + LOOKING_MS;
    for (let seed = Date.now() % 1e9; performance.now() < end; seed += 1)
      expect(await failuresOf(seed, HOURS)).toBe("");
  },
  NIGHT_MS,
);

test(
  "whoever is to be told is told once and reminded once, in nights that nobody has seen before",
  async () => {
    // Every fourth fleet tells somebody.
    const seed = 4 * (Date.now() % 1e8) + 1;
    expect(await failuresOf(seed, 3)).toBe("");
  },
  NIGHT_MS,
);

test(
  "whoever goes on elsewhere loses nothing and spends nothing, in nights that nobody has seen before",
  async () => {
    // In every sixteenth fleet tasks have backends to go to, which meet limits and lose logins.
    const seed = 16 * (Date.now() % 1e8) + 5;
    expect(await failuresOf(seed, 6)).toBe("");
  },
  NIGHT_MS,
);

test(
  "the best source that can be read counts, in nights that nobody has seen before",
  async () => {
    // In every eighth fleet programs say themselves what they do, and lie below the best source.
    const seed = 8 * (Date.now() % 1e8) + 7;
    expect(await failuresOf(seed, 3)).toBe("");
  },
  NIGHT_MS,
);

test(
  "the same seed gives the same night",
  async () => {
    expect(await simulate(7, 1)).toEqual(await simulate(7, 1));
  },
  NIGHT_MS,
);
