// The second fear: it stops looking after an agent, and nobody knows.

import { expect, test } from "vitest";
import {
  later,
  limited,
  look,
  order,
  outcomes,
  running,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ONE = `[[agent]]\nname = "a"\n`;
const TWO = `${ONE}[[agent]]\nname = "b"\n`;

/** Looks until so much later, as often as the engine would; everything asked for is done. */
function watch(from: Scene, ms: number, screens: (now: Scene) => Record<string, string>): Scene {
  let now = from;
  const end = from.at + ms;
  while (now.at < end) {
    const next = Math.min(now.due ?? Infinity, now.at + 30_000, end);
    const back = Object.keys(now.memory.agents).flatMap((name) => outcomes(now, name));
    now = look(now, Math.max(1, next - now.at), { outcomes: back, screens: screens(now) });
  }
  return now;
}

test("an agent that answered the probe too quickly to be seen at work is not held for ever", () => {
  const held = look(running(ONE, SCREENS.busy), 1000, { screens: { a: limited("19:30 (UTC)") } });
  expect(held.agent("a").life.is).toBe("held");
  const typed = (now: Scene): boolean => now.deeds.some(({ do: deed }) => deed === "type");
  let answered = false;
  const after = watch(held, HOUR, (now) => {
    answered ||= typed(now);
    return { a: answered ? SCREENS.idle : limited("19:30 (UTC)") };
  });
  expect([answered, after.agent("a").life.is, after.memory.holds]).toEqual([true, "up", {}]);
});

test("an agent whose turn to be asked was missed is freed when its banner is gone", () => {
  const screens = { a: limited("19:30 (UTC)"), b: limited("19:30 (UTC)") };
  const held = look(running(TWO, SCREENS.busy), 1000, { screens });
  const until = held.memory.holds["talker"]?.until ?? 0;
  const probed = look(held, until - held.at, {});
  const lifted = look(probed, 5000, { screens: { a: SCREENS.busy } });
  expect([lifted.memory.holds, lifted.agent("b").life.is]).toEqual([{}, "held"]);
  // The watchdog was away meanwhile, and a person cleared the screen.
  const back = look(lifted, HOUR, { first: true, screens: { b: SCREENS.idle } });
  expect(watch(back, 5 * MINUTE, () => ({})).agent("b").life.is).toBe("up");
});

const TASK = `[[agent]]\nname = "a"\nkind = "task"\n`;
const gone = { code: 0, signal: null };

test("a task that ended is begun again by a person's word, uncharged and at once", () => {
  const ended = look(running(TASK, SCREENS.busy), 1000, { panes: { a: { dead: gone } } });
  expect(ended.agent("a").life.is).toBe("ended");
  const asked = look(ended, HOUR, { orders: [order("up", ["a"])] });
  const again = watch(asked, 10_000, () => ({}));
  expect(again.agent("a")).toMatchObject({ starts: 2, charged: [] });
});

test("an agent that ended while it was disabled is begun again by `up`, uncharged", () => {
  const off = `${ONE}enabled = false\n`;
  const disabled = look(running(ONE, SCREENS.busy), 1000, { config: off });
  const ended = look(disabled, 1000, { panes: { a: { dead: gone } } });
  expect(ended.agent("a").life.is).toBe("ended");
  const asked = look(ended, 1000, { config: ONE, orders: [order("up")] });
  const again = watch(asked, 10_000, () => ({}));
  expect(again.agent("a")).toMatchObject({ starts: 2, charged: [] });
});

test("on_complete runs its task again when a sequence is completed again", () => {
  const phases = (...ids: readonly string[]) =>
    `phases = [${ids.map((id) => `{ id = "${id}", plan = "P", status = "${id}.md" }`).join(", ")}]`;
  const toml = (...ids: readonly string[]) =>
    `[loop]\n${phases(...ids)}\non_complete = { run = "t" }\n[[agent]]\nname = "w"\nkind = "loop"\nrole = "builder"\n[[agent]]\nname = "t"\nkind = "task"\nenabled = false\n`;
  const done = { text: "## DONE\nall of it\n" };
  const files = { "/fleet/prompts/builder.md": { text: "build" } };
  const there = running(toml("one"), SCREENS.busy, files);
  const first = watch(look(there, 1000, { files: { "/fleet/one.md": done } }), 10_000, () => ({}));
  expect([first.memory.loops["loop"]?.complete, first.agent("t").starts]).toEqual([true, 1]);
  const run = first.agent("t").run?.id ?? "";
  const mark = { run, hash: first.agent("t").run?.hash ?? "", target: "t" };
  const ran = look(first, 1000, { panes: { t: { mark } } });
  const over = look(ran, 1000, { panes: { t: { mark, dead: gone } } });
  expect(over.agent("t").life.is).toBe("ended");
  const more = look(over, 1000, { config: toml("one", "two") });
  expect(more.memory.loops["loop"]).toMatchObject({ index: 1, complete: false });
  const again = watch(look(more, 1000, { files: { "/fleet/two.md": done } }), 10_000, () => ({}));
  expect([again.memory.loops["loop"]?.complete, again.agent("t").starts]).toEqual([true, 2]);
});

test("on_complete does not start what a person stopped", () => {
  const toml = `[loop]\nphases = [{ id = "one", plan = "P", status = "one.md" }]\non_complete = { run = "t" }\n[[agent]]\nname = "w"\nkind = "loop"\nrole = "builder"\n[[agent]]\nname = "t"\nkind = "task"\nenabled = false\n`;
  const files = { "/fleet/prompts/builder.md": { text: "build" } };
  const stopped = look(running(toml, SCREENS.busy, files), 1000, {
    orders: [order("down", ["t"])],
  });
  const done = { "/fleet/one.md": { text: "## DONE\nall of it\n" } };
  const end = watch(look(stopped, 1000, { files: done }), 10_000, () => ({}));
  expect([end.memory.loops["loop"]?.complete, end.agent("t").starts]).toEqual([true, 0]);
});

test("an agent that says it works while nothing moves for long is told of, once, and left alone", () => {
  const frozen = later(running(ONE, SCREENS.busy), 4 * MINUTE);
  expect(frozen.agent("a").because).toBe("");
  const told: string[] = [];
  let now = frozen;
  for (let minute = 0; minute < 60; minute += 1) {
    now = look(now, MINUTE);
    told.push(
      ...now.deeds.flatMap((one) => (one.do === "note" ? [`${one.event} ${one.loud}`] : [])),
    );
  }
  const because =
    "says that it works, but nothing has moved on its screen for longer than its stall_idle";
  expect([told, now.agent("a").because]).toEqual([["frozen true"], because]);
  expect(now.agent("a").life).toMatchObject({ is: "up", quiet: null });
  const moved = look(now, 1000, { screens: { a: SCREENS.busy.replace("step 1", "step 2") } });
  expect(moved.agent("a").because).toBe("");
});
