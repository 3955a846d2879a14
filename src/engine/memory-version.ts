// Which shapes of Memory were ever written, and how an older one becomes the present one.
// Pure. To change the shape: raise `version`, add the step from the one before; the test demands the step.

import type { Memory } from "../core/types.ts";
import type { Result } from "./ports.ts";

export type Raw = Readonly<Record<string, unknown>>;
export type Migrations = Readonly<Record<number, (older: Raw) => Raw>>;

export const version: Memory["v"] = 1;

/** From the version that is the key to the next one. */
export const migrations: Migrations = {};

export function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function versionOf(raw: Raw): number | null {
  return typeof raw["v"] === "number" && Number.isInteger(raw["v"]) ? raw["v"] : null;
}

/** Steps up to `target`, one version at a time. */
export function migrate(raw: Raw, steps: Migrations, target: number): Result<Raw> {
  let at = raw;
  for (;;) {
    const v = versionOf(at);
    if (v === null) return { ok: false, failure: "it carries no version" };
    if (v === target) return { ok: true, value: at };
    const step = steps[v];
    if (v > target || step === undefined) {
      return { ok: false, failure: `version ${v} does not become version ${target}` };
    }
    at = { ...step(at), v: v + 1 };
  }
}

/** The parts are ours and checksummed, so only the outline is looked at. */
export function isMemory(raw: Raw): raw is Raw & Memory {
  return (
    raw["v"] === version &&
    [raw["fleet"], raw["agents"], raw["loops"], raw["holds"], raw["orders"]].every(isRaw)
  );
}
