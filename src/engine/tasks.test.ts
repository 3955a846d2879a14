import { expect, test } from "vitest";
import { FRESH } from "../core/fresh.ts";
import { freshTask } from "../core/task.ts";
import { settingOf } from "../sim/scene.ts";
import { fakeDisk, put, textOf } from "./fake-disk.ts";
import { taskText, type TaskFile } from "./task-file.ts";
import { dropTask, openIntake, tasksText } from "./tasks.ts";

const { config } = settingOf("[tasks]\n");
const { stateDir } = config;
const DIR = `${stateDir}/tasks`;

function file(id: string): TaskFile {
  return {
    id,
    title: `Do ${id}`,
    pipeline: "",
    labels: [],
    after: [],
    files: [],
    model: null,
    at: 5,
    body: "Long.",
    by: "me",
  };
}

function lab() {
  const fake = fakeDisk(() => 0);
  return { fake, place: { disk: fake.disk, stateDir } };
}

test("failure 21: a task is claimed once, by the rename, and offered until it is remembered", () => {
  const { fake, place } = lab();
  expect(dropTask(place, file("a"))).toEqual({ ok: true, value: null });
  const intake = openIntake(fake.disk);
  const { body: _body, by: _by, ...row } = file("a");
  expect(intake.look(config, FRESH)).toEqual([row]);
  expect([textOf(fake, `${DIR}/new/a.json`), textOf(fake, `${DIR}/a/task.json`)]).toEqual([
    null,
    taskText(file("a")),
  ]);
  expect(intake.look(config, FRESH)).toEqual([row]);
  expect(intake.look(config, { ...FRESH, tasks: { a: freshTask(row) } })).toEqual([]);
  expect(intake.look(config, FRESH)).toEqual([]);
});

test("an id is given once, for ever", () => {
  const { fake, place } = lab();
  dropTask(place, file("a"));
  expect(dropTask(place, file("a"))).toEqual({ ok: false, failure: "there is a task a already" });
  openIntake(fake.disk).look(config, FRESH);
  expect(dropTask(place, file("a"))).toEqual({ ok: false, failure: "there is a task a already" });
  put(fake, `${DIR}/new/a.json`, taskText({ ...file("a"), title: "Another" }));
  expect(
    openIntake(fake.disk).look(config, { ...FRESH, tasks: { a: freshTask(file("a")) } }),
  ).toEqual([]);
  expect(textOf(fake, `${DIR}/a/task.json`)).toContain("Do a");
  expect(textOf(fake, `${DIR}/refused/a.why`)).toBe("There is a task a already.\n");
});

test("what a process claimed and could not remember is offered by the next one; what is over is not", () => {
  const { fake } = lab();
  put(fake, `${DIR}/a/task.json`, taskText(file("a")));
  put(fake, `${DIR}/b/task.json`, taskText(file("b")));
  put(fake, `${DIR}/b/end.json`, "{}");
  expect(
    openIntake(fake.disk)
      .look(config, FRESH)
      .map(({ id }) => id),
  ).toEqual(["a"]);
});

test("a flood is claimed by and by", () => {
  const { fake, place } = lab();
  for (let at = 0; at < 120; at += 1) dropTask(place, file(`t${at}`));
  const intake = openIntake(fake.disk);
  const counts = [1, 2, 3, 4].map(() => intake.look(config, FRESH).length);
  expect(counts).toEqual([50, 100, 120, 120]);
});

test.each([
  ["no json", "not a JSON object"],
  [JSON.stringify({ schema: "agents.task/1", ...file("b") }), "its id is not the name of its file"],
  [taskText({ ...file("a"), title: "two\nlines" }), "its title must be one line"],
  [taskText({ ...file("a"), after: ["../x"] }), "after must name tasks"],
  [taskText({ ...file("a"), body: "x".repeat(300_000) }), "A task has at most 262144 bytes"],
])("what is no task is put aside with the reason", (text, why) => {
  const { fake } = lab();
  put(fake, `${DIR}/new/a.json`, text);
  expect(openIntake(fake.disk).look(config, FRESH)).toEqual([]);
  expect([textOf(fake, `${DIR}/new/a.json`), textOf(fake, `${DIR}/refused/a.json`)]).toEqual([
    null,
    text,
  ]);
  expect(textOf(fake, `${DIR}/refused/a.why`)).toContain(why);
});

test("what is published has the open ones first, and counts them all", () => {
  const done = { ...freshTask(file("a")), state: "done" as const };
  const told: unknown = JSON.parse(
    tasksText({ ...FRESH, tasks: { a: done, b: freshTask(file("b")) } }, 7),
  );
  expect(told).toMatchObject({
    schema: "agents.tasks/1",
    at: 7,
    counts: { done: 1, queued: 1 },
    tasks: [{ id: "b" }, { id: "a" }],
  });
});

test("a file without [tasks] has none, whatever lies on the disk", () => {
  const { fake, place } = lab();
  dropTask(place, file("a"));
  expect(openIntake(fake.disk).look({ ...config, tasks: null }, FRESH)).toEqual([]);
  expect(textOf(fake, `${DIR}/a/task.json`)).toBeNull();
});
