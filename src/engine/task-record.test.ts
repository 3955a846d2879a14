import { expect, test } from "vitest";
import { FRESH } from "../core/fresh.ts";
import { freshTask } from "../core/task.ts";
import type { TaskMemory } from "../core/types.ts";
import { settingOf } from "../sim/scene.ts";
import { newTask } from "../sim/task-scene.ts";
import { fakeDisk, put, textOf } from "./fake-disk.ts";
import { openTaskRecord, removedAtOnce, SWEEP_MS, taskEventsBytes } from "./task-record.ts";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const { config } = settingOf('[tasks]\nkeep_for = "2d"\nkeep = 3\n');
const HOME = `${config.stateDir}/tasks`;

function lab(ended: Readonly<Record<string, Partial<TaskMemory>>> = {}) {
  const fake = fakeDisk(() => NOW);
  for (const [id, more] of Object.entries(ended)) {
    const task = { ...freshTask(newTask(id)), state: "done", since: NOW, landed: "l1", ...more };
    put(fake, `${HOME}/${id}/task.json`, "{}");
    put(fake, `${HOME}/${id}/1-1-do/log`, "words");
    put(fake, `${HOME}/${id}/end.json`, JSON.stringify({ schema: "agents.task-end/1", ...task }));
  }
  const left = (): readonly string[] => {
    const listed = fake.disk.list(HOME);
    return listed.ok ? listed.value.map(({ name }) => name) : [];
  };
  return { fake, left };
}

const quiet = (at: number) => ({ entries: [], at });

test("what landed goes when it is old, all of it, and what is young stays", () => {
  const { fake, left } = lab({ old: { since: NOW - 3 * DAY }, young: { since: NOW - DAY } });
  openTaskRecord(fake.disk).keep(config, FRESH, quiet(NOW));
  expect(left()).toEqual(["young"]);
});

test("of too many the oldest go", () => {
  const ids = ["a", "b", "c", "d", "e"];
  const { fake, left } = lab(
    Object.fromEntries(ids.map((id, at) => [id, { since: NOW - 1000 + at }])),
  );
  openTaskRecord(fake.disk).keep(config, FRESH, quiet(NOW));
  expect(left()).toEqual(["c", "d", "e"]);
});

test("what is in Memory, not over, or not landed stays, however old it is", () => {
  const old = { since: NOW - 9 * DAY };
  const { fake, left } = lab({
    failed: { ...old, state: "failed", landed: null, base: "b0", head: "h1" },
    live: old,
    nothing: { ...old, state: "failed", landed: null, base: "b0", head: "b0" },
  });
  put(fake, `${HOME}/open/task.json`, "{}");
  put(fake, `${HOME}/torn/end.json`, '{"schema":');
  const memory = { ...FRESH, tasks: { live: freshTask(newTask("live")) } };
  openTaskRecord(fake.disk).keep(config, memory, quiet(NOW));
  expect(left()).toEqual(["failed", "live", "open", "torn"]);
});

test("who died in the middle of a removal leaves nothing that looks like a task", () => {
  const { fake, left } = lab();
  put(fake, `${HOME}/.gone-a/task.json`, "{}");
  openTaskRecord(fake.disk).keep(config, FRESH, quiet(NOW));
  expect(left()).toEqual([]);
});

test("no look removes more than a few, and most looks look at none", () => {
  const many = Array.from({ length: removedAtOnce + 5 }, (_, at) => `t${at}`);
  const { fake, left } = lab(Object.fromEntries(many.map((id) => [id, { since: 0 }])));
  const record = openTaskRecord(fake.disk);
  record.keep(config, FRESH, quiet(NOW));
  expect(left()).toHaveLength(5);
  record.keep(config, FRESH, quiet(NOW + SWEEP_MS - 1));
  expect(left()).toHaveLength(5);
  record.keep(config, FRESH, quiet(NOW + SWEEP_MS));
  expect(left()).toEqual([]);
});

test("each task has a journal of its own, also of its agents, up to a size", () => {
  const { fake } = lab();
  const record = openTaskRecord(fake.disk);
  const memory = { ...FRESH, tasks: { a: freshTask(newTask("a")), b: freshTask(newTask("b")) } };
  const entry = (agent: string, event = "task") => ({
    at: NOW,
    agent,
    event,
    because: "so",
    seen: "",
    did: "",
    id: "i",
  });
  const entries = [entry("a"), entry("a-do-1", "start"), entry("other"), entry("a", "write")];
  record.keep(config, memory, { entries, at: NOW });
  const lines = (textOf(fake, `${HOME}/a/events.jsonl`) ?? "").trim().split("\n");
  expect(lines.map((one) => JSON.parse(one).event)).toEqual(["task", "start"]);
  expect(textOf(fake, `${HOME}/b/events.jsonl`)).toBeNull();
  put(fake, `${HOME}/b/events.jsonl`, new Uint8Array(taskEventsBytes + 1));
  record.keep(config, memory, { entries: [entry("b")], at: NOW });
  expect(fake.files.get(`${HOME}/b/events.jsonl`)?.bytes.length).toBe(taskEventsBytes + 1);
});
