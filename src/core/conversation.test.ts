// A conversation goes on across restarts: under an id of ours, or under the one that the program names.

import { expect, test } from "vitest";
import {
  done,
  look,
  obeyed,
  order,
  running,
  scene,
  SCREENS,
  type Change,
  type Scene,
} from "../sim/scene.ts";
import { atStart, HANDED_OVER, isLost } from "./conversation.ts";
import type { AgentMemory, Memory, Pane } from "./types.ts";

const SECOND = 1000;
const named = (id: string | null): Partial<Pane> => ({
  signals: { sources: [], id, prompts: [] },
});
const BACKEND = `[backend.namer]
bin = "namer"
process_name = "node"
supports_resume = true
resume = true
[backend.namer.screen]
idle = ["for shortcuts"]
`;
const ONE = `${BACKEND}[[agent]]\nname = "a"\nbackend = "namer"\nwatch = "heal"\n`;

function ends(before: Scene, afterMs: number, code: number): Scene {
  const dead = { code, signal: null };
  let now = look(before, afterMs, { panes: { a: { dead } } });
  for (let left = 40; left > 0 && !done(now).includes("a: start"); left -= 1) {
    const change: Change = { panes: { a: null }, outcomes: answered(now) };
    now = look(now, SECOND, change);
  }
  return now;
}

function answered({ actions }: Scene): NonNullable<Change["outcomes"]> {
  return actions.map(({ id, target }) => {
    return { id, target, ok: true, failure: "", left: [], weight: null };
  });
}

function argvOf({ actions }: Scene): string {
  const start = actions.find((one) => one.do === "start");
  return start?.do === "start" ? start.launch.argv.slice(3).join(" ") : "";
}

test("the conversation that a program names is written down, and taken up by its next start", () => {
  const told = look(running(ONE), SECOND, { panes: { a: named("c1") } });
  expect(done(told)).toEqual([`write ${told.setting.config.stateDir}/a.id`]);
  expect(told.agent("a").conversation).toEqual({ id: "c1", phase: null });
  const again = look(told, SECOND);
  expect(done(again)).toEqual([]);
  expect(argvOf(ends(again, SECOND, 1))).toContain("--resume c1");
});

test("a conversation that begins under an id of ours is written down as soon as it stands", () => {
  const ours = ONE.replace("resume = true\n[", 'resume = true\nsession_flag = "--id {id}"\n[');
  const begun = look(scene(ours), 0, { orders: [order("up")] });
  const there = { panes: obeyed(begun, SCREENS.idle), outcomes: answered(begun) };
  const up = look(begun, SECOND, there);
  const written = [begun, up, look(up, SECOND)].flatMap(({ actions }) =>
    actions.flatMap((one) => (one.do === "write" ? [[one.path, one.text]] : [])),
  );
  const id = up.agent("a").conversation?.id ?? "none";
  expect(written).toEqual([[`${up.setting.config.stateDir}/a.id`, `${id}\n`]]);
});

test("a program that is in another conversation than it was to take up is believed, and that is told", () => {
  const told = look(running(ONE), SECOND, { panes: { a: named("c1") } });
  const up = look(ends(told, SECOND, 1), SECOND, {});
  const there = look(up, SECOND, { panes: { ...obeyedAfter(ends(told, SECOND, 1)) } });
  const other = look(there, SECOND, { panes: { a: named("c2") } });
  expect(other.agent("a").conversation?.id).toBe("c2");
  expect(other.deeds.filter((deed) => deed.do === "note").map(({ because }) => because)).toContain(
    "it is in another conversation (c2) than the one it was to take up (c1)",
  );
  const third = look(other, SECOND, { panes: { a: named("c3") } });
  expect(third.agent("a").conversation?.id).toBe("c3");
  expect(third.deeds.filter((deed) => deed.do === "note")).toEqual([]);
});

test("a conversation is one of its phase, and a start that begins its own forgets it", () => {
  const told = look(running(ONE), SECOND, { panes: { a: named("c1") } });
  const memory = told.agent("a");
  const old: AgentMemory = { ...memory, conversation: { id: "c1", phase: "one", lost: true } };
  const remember = (all: Memory): Memory => ({ ...all, agents: { ...all.agents, a: old } });
  expect(look(told, SECOND, { remember }).agent("a").conversation).toEqual({
    id: "c1",
    phase: null,
  });
  expect(atStart(old, { is: "its own" }, "two")).toEqual({ id: null, phase: "two" });
  expect([isLost(old, "one"), isLost(old, "two")]).toEqual([true, false]);
});

function obeyedAfter(before: Scene): NonNullable<Change["panes"]> {
  return obeyed(before, SCREENS.idle);
}

test("where it cannot be taken up it begins anew, says so, and is told what came before", () => {
  const told = look(running(ONE), SECOND, { panes: { a: named("c1") } });
  const resumed = ends(told, SECOND, 1);
  const there = look(resumed, SECOND, { panes: obeyed(resumed, SCREENS.idle) });
  const fresh = ends(there, SECOND, 1);
  expect(argvOf(fresh)).not.toContain("--resume");
  expect(fresh.agent("a").because).toContain("the one before could not be taken up");
  expect(fresh.agent("a").says.map(({ text }) => text)).toEqual([HANDED_OVER]);
  const anew = look(fresh, SECOND, { panes: obeyed(fresh, SCREENS.idle) });
  expect(argvOf(ends(anew, SECOND, 1))).not.toContain("--resume");
});

test("who does not take conversations up is not asked which one it is in", () => {
  const other = running(ONE.replace("resume = true\n[", "["));
  const told = look(other, SECOND, { panes: { a: named("c1") } });
  expect([done(told), told.agent("a").conversation]).toEqual([[], null]);
});
