import { expect, test } from "vitest";
import { isTaskId } from "../engine/task-file.ts";
import { freshJob, jobLog, runId, taskIdOf } from "./job.ts";

test("a job that was never seen has no past: its times count from now", () => {
  expect(freshJob(7)).toEqual({
    written: "",
    zone: "",
    from: 7,
    next: null,
    paused: false,
    asked: null,
    waits: "",
    doing: null,
    last: null,
  });
});

test("a run and a task have names of their own for every job, time and decision", () => {
  const of = (name: typeof runId): readonly string[] => [
    name("nightly", 1, 2),
    name("nightly", 1, 3),
    name("nightly", null, 2),
    name("nightly-2", 1, 2),
  ];
  for (const name of [runId, taskIdOf]) {
    expect(new Set(of(name)).size).toBe(4);
    expect(of(name)).toEqual(of(name));
  }
  expect(isTaskId(taskIdOf("a".repeat(41), 1.7e12, 1.7e12))).toBe(true);
});

test("runs sort by the hour in which they began", () => {
  const begun = [1.7e12, 1.7e12 + 1000, 1.9e12].map((at) => runId("nightly", null, at));
  expect(begun.toSorted()).toEqual(begun);
});

test("a log lies in the directory of its job", () => {
  expect(jobLog({ stateDir: "/s" }, "nightly", "r1")).toBe("/s/jobs/nightly/r1.log");
});
