import { expect, test } from "vitest";
import { settingOf } from "../sim/scene.ts";
import { FRESH } from "./fresh.ts";
import { freshJob, type JobMemory } from "./job.ts";
import { jobReports } from "./job-report.ts";

const { config } = settingOf(`
[[job]]
name = "nightly"
cron = "0 3 * * *"
zone = "Europe/Berlin"
command = "true"
`);
const doing = {
  id: "r2",
  does: "command",
  due: 1,
  at: 2,
  until: 9,
  stage: "run",
  given: 2,
  why: "",
} as const;
const last = {
  due: 1,
  at: 3,
  came: "failed",
  because: "exit code 1",
  task: null,
  run: "r1",
} as const;

function told(one: Partial<JobMemory> | null, wanted: "up" | "down" = "up") {
  const jobs = one === null ? {} : { nightly: { ...freshJob(0), next: 5, ...one } };
  const memory = { ...FRESH, fleet: { ...FRESH.fleet, wanted }, jobs };
  return jobReports(config, memory, (at) => `T${at}`)[0];
}

const NIGHTLY = {
  name: "nightly",
  when: "0 3 * * *",
  zone: "Europe/Berlin",
  does: "command",
  agent: null,
  next: "T5",
  since: null,
  because: "",
  last: null,
  log: null,
};

test("a job that nobody looked at yet is told of as the file has it", () => {
  expect(told(null)).toEqual({ ...NIGHTLY, state: "scheduled", next: null });
});

test("a running one says since when, its last end, and where its output is", () => {
  expect(told({ doing, last })).toEqual({
    ...NIGHTLY,
    state: "running",
    since: "T2",
    last: { at: "T3", due: "T1", came: "failed", because: "exit code 1", task: null },
    log: `${config.stateDir}/jobs/nightly/r2.log`,
  });
  expect(told({ last })?.log).toBe(`${config.stateDir}/jobs/nightly/r1.log`);
});

test("a word says how it stands", () => {
  expect([
    told({ waits: "quiet hours" })?.state,
    told({ paused: true })?.state,
    told({ paused: true }, "down")?.state,
    told({ doing }, "down")?.state,
  ]).toEqual(["waiting", "paused", "off", "running"]);
});
