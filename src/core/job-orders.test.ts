import { expect, test } from "vitest";
import { look, order, running, settingOf } from "../sim/scene.ts";
import { FRESH } from "./fresh.ts";
import { takeJobOrder } from "./job-orders.ts";
import type { Memory } from "./types.ts";

const FLEET = `
[[agent]]
name = "ann"
[[job]]
name = "a"
every = "1h"
command = "true"
[[job]]
name = "b"
cron = "@daily"
agent = "ann"
text = "Look."
`;
const { config } = settingOf(FLEET);
const up: Memory = { ...FRESH, fleet: { ...FRESH.fleet, wanted: "up" } };

function said(what: string, names: readonly string[], memory = up) {
  const { memory: after, actions } = takeJobOrder(
    { config, memory, seen: { at: 1000, zone: "UTC" } },
    order("job", names, { what }),
  );
  const told = actions.map((one) =>
    one.do === "answer" ? [one.state, one.because, one.outcomes] : [],
  );
  return [told[0], after] as const;
}

test("without names all jobs are held back, and let come again from now on", () => {
  const [told, paused] = said("pause", []);
  expect(told).toEqual(["done", "", { a: "paused", b: "paused" }]);
  const [, resumed] = said("resume", [], paused);
  expect(Object.values(resumed.jobs ?? {}).map((one) => one.paused)).toEqual([false, false]);
  expect(resumed.jobs?.["a"]?.next).toBe(1000 + 3_600_000);
});

test("what is asked for now begins, or waits for what it needs", () => {
  expect(said("run", ["a"])[0]).toEqual(["done", "", { a: "begins" }]);
  expect(said("run", ["b"])[0]).toEqual(["done", "", { b: "waits: ann is down" }]);
  const idle = look(running(FLEET), 1000, { orders: [order("job", ["b"], { what: "run" })] });
  expect(idle.memory.jobs?.["b"]?.last?.because).toBe("ann is told");
});

test("an order that does not fit is refused, and changes nothing", () => {
  expect(said("run", ["c"])).toEqual([["refused", "there is no job c", {}], up]);
  expect(said("fly", ["a"])).toEqual([
    ["refused", "fly is nothing that can be said about a job", {}],
    up,
  ]);
  expect(said("run", ["a"], FRESH)[0]?.[0]).toBe("refused");
});
