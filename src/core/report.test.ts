import { expect, test } from "vitest";
import { look, order, running, SCREENS, type Scene } from "../sim/scene.ts";
import { report, type Report } from "./report.ts";

const TWO = `[[agent]]\nname = "a"\nmodel = "big"\n[[agent]]\nname = "b"\nenabled = false\n[[service]]\nname = "db"\ncommand = "db"\n`;
const iso = (at: number): string => new Date(at).toISOString();
const shown = (now: Scene): Report => report(now.setting.config, now.memory, iso);

test("a row says who it is, what is wanted, what is so, since when, and why", () => {
  const now = running(TWO, SCREENS.busy);
  const [a, b] = shown(now).agents;
  expect(a).toMatchObject({
    name: "a",
    kind: "persistent",
    backend: "talker",
    model: "big",
    session: "t-a",
    watch: "heal+stall",
    enabled: true,
    wanted: "up",
    paused: false,
    life: "up",
    verdict: "busy",
    until: null,
    because: "",
    pending: null,
    starts: 1,
    exit: null,
    pid: 100,
    orphan: false,
  });
  expect(b).toMatchObject({ name: "b", enabled: false, wanted: "down", life: "down", pid: null });
  expect(shown(now).services).toMatchObject([
    { name: "db", session: "t-db", life: "up", pid: 100 },
  ]);
});

test("a held agent waits until its account's hold ends", () => {
  const held = look(running(TWO), 1000, { screens: { a: SCREENS.limited } });
  expect(shown(held).holds).toEqual([
    {
      account: "talker",
      since: "2026-03-07T19:00:03.000Z",
      until: "2026-03-07T19:30:45.000Z",
      sure: true,
      probing: null,
      why: "limit",
      agents: ["a"],
    },
  ]);
  expect(shown(held).agents[0]).toMatchObject({
    life: "held",
    verdict: "limited",
    until: "2026-03-07T19:30:45.000Z",
  });
});

test("a person's down is wanted down, whatever the fleet is", () => {
  const down = look(running(TWO), 1000, { orders: [order("down", ["a"])] });
  expect(shown(down).agents[0]).toMatchObject({ wanted: "down", life: "stopping" });
});

test("who was taken out of the file is shown as an orphan", () => {
  const without = look(running(TWO), 1000, { config: `[[agent]]\nname = "b"\nenabled = false\n` });
  const rows = shown(without).agents.map(({ name, orphan, life }) => ({ name, orphan, life }));
  expect(rows).toContainEqual({ name: "a", orphan: true, life: "up" });
});

test("a loop shows its phase by name and by number from 0", () => {
  const loop = `[[agent]]\nname = "a"\nkind = "loop"\nrole = "builder"\n[loop]\nphases = [{ id = "p1", plan = "one.md", status = "S1.md" }, { id = "p2", plan = "two.md", status = "S2.md" }]\n`;
  const files = { "/fleet/prompts/builder.md": { text: "build" } };
  const now = running(loop, SCREENS.busy, files);
  expect(shown(now).loops).toEqual([
    {
      name: "loop",
      phase: "p1",
      index: 0,
      count: 2,
      plan: "one.md",
      done: false,
      complete: false,
      because: "in phase p1",
    },
  ]);
});
