// An order is carried out once, whatever happens to its answer.

import { expect, test } from "vitest";
import { look, order, running, type Scene } from "../sim/scene.ts";

const LOOP = `
[loop]
roles_dir = "/fleet"
phases = [{ id = "one", plan = "p", status = "S1" }, { id = "two", plan = "p", status = "S2" }, { id = "three", plan = "p", status = "S3" }]
[[agent]]
name = "a"
kind = "loop"
role = "builder"
`;

const files = { "/fleet/builder.md": { text: "build" } };

function answers({ deeds }: Scene): readonly string[] {
  return deeds.flatMap((deed) => (deed.do === "answer" ? [`${deed.state} ${deed.because}`] : []));
}

function index({ memory }: Scene): number | undefined {
  return memory.loops["loop"]?.index;
}

test("an order whose answer is not on disk yet is not carried out a second time", () => {
  const orders = [order("phase", [], { target: "next" })];
  const moved = look(running(LOOP, undefined, files), 1000, { orders });
  expect([index(moved), answers(moved)]).toEqual([1, ["done a person moved the loop to two"]]);
  const again = look(moved, 1, { orders });
  expect([index(again), answers(again)]).toEqual([1, []]);
  expect(look(again, 1000).memory.orders).toEqual({});
});

test("an answer that was lost with the process is given again, and nothing but the answer", () => {
  const orders = [order("phase", [], { target: "next" })];
  const moved = look(running(LOOP, undefined, files), 1000, { orders });
  const next = look(moved, 5000, { orders, first: true });
  expect([index(next), answers(next)]).toEqual([1, answers(moved)]);
});

test("an answer that cannot be written is tried again, and not at every look", () => {
  const orders = [order("pause", ["a"])];
  const paused = look(running(LOOP, undefined, files), 1000, { orders });
  expect(answers(paused)).toEqual(["done paused"]);
  const soon = look(paused, 1000, { orders });
  expect(answers(soon)).toEqual([]);
  expect(soon.due ?? soon.at + 60_000).toBeGreaterThan(soon.at + 1000);
  expect(answers(look(soon, 30_000, { orders }))).toEqual(["done paused"]);
});

test("a refusal is an answer too", () => {
  const orders = [order("up", ["nobody"])];
  const refused = look(running(LOOP, undefined, files), 1000, { orders });
  expect(answers(refused)).toEqual(["refused no such agent or service: nobody"]);
  expect(answers(look(refused, 1, { orders }))).toEqual([]);
});
