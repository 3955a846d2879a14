import { expect, test } from "vitest";
import { FRESH, freshAgent } from "./fresh.ts";
import type { Memory } from "./types.ts";

test("the first Memory wants nothing, knows nobody, and survives as JSON", () => {
  const memory: Memory = { ...FRESH, agents: { a: freshAgent("t-a") } };
  expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  expect(memory.fleet.wanted).toBe("down");
  expect(memory.agents["a"]).toMatchObject({ wanted: null, life: { is: "down" }, run: null });
});
