// The clock's jobs, look by look: what begins when, what becomes of what was missed, and what is said of it.

import { expect, test } from "vitest";
import {
  EVENING,
  later,
  look,
  order,
  running,
  SCREENS,
  type Change,
  type Scene,
} from "../sim/scene.ts";
import { taskIdOf } from "./job.ts";
import { HOUR, MINUTE } from "./zone.ts";

const AGENT = '[[agent]]\nname = "ann"\n';
const NIGHTLY =
  '[[job]]\nname = "nightly"\ncron = "0 * * * *"\ncommand = "make it"\ntimeout = "10m"\n';
const STRICT = `${NIGHTLY}missed = "skip"\n`;
const WORD = '[[job]]\nname = "word"\ncron = "0 * * * *"\nagent = "ann"\ntext = "Look."\n';
const TASK = '[tasks]\n[[job]]\nname = "triage"\nevery = "2h"\ntask = { title = "Triage" }\n';

function job(now: Scene, name = "nightly") {
  const one = now.memory.jobs?.[name];
  if (one === undefined) throw new Error(`nothing is remembered of ${name}`);
  return one;
}

/** What was said and done of jobs. */
function told({ deeds }: Scene): readonly string[] {
  return deeds.flatMap((deed) => {
    if (deed.do === "job") return [`${deed.target}: ${deed.run.is}`];
    return deed.do === "note" && deed.event === "job" ? [`${deed.target} ${deed.because}`] : [];
  });
}

/** To the minute before the next full hour, with everything at rest. */
function beforeTheHour(toml: string): Scene {
  const now = running(AGENT);
  const left = 2 * HOUR - (now.at % HOUR) - MINUTE;
  return look(now, left, { config: AGENT + toml });
}

const answered = (now: Scene, more: Change = {}, ok = true): Change => {
  const action = now.actions.find((one) => one.do === "job");
  const id = action?.id ?? "";
  const failure = ok ? "" : "no process is to be had";
  return {
    ...more,
    outcomes: [{ id, target: action?.target ?? "", ok, failure, left: [], weight: null }],
  };
};

const runOf = (now: Scene): string => job(now).doing?.id ?? "";

test("a command begins when its time comes, is followed, and its end is told", () => {
  const before = beforeTheHour(NIGHTLY);
  expect([told(before), before.due]).toEqual([[], before.at + MINUTE]);
  const begun = look(before, MINUTE);
  expect(told(begun)).toEqual([
    expect.stringMatching(/^nightly begins, due \d\d:00$/),
    "nightly: command",
  ]);
  const run = runOf(begun);
  const runs = look(begun, 1000, answered(begun, { jobs: { [run]: "running" } }));
  expect([told(runs), job(runs).doing?.stage]).toEqual([[], "run"]);
  const over = look(runs, MINUTE, { jobs: { [run]: { code: 0 } } });
  expect(told(over)).toEqual(["nightly done"]);
  expect(job(over)).toMatchObject({
    doing: null,
    next: begun.at + HOUR,
    last: { came: "done", due: begun.at },
  });
});

test.each([
  [{ code: 3 }, "exit code 3; see `agents why nightly`"],
  [
    "lost",
    "nobody knows how it ended: it was killed, or the machine went down; see `agents why nightly`",
  ],
] as const)("a command that ends with %j has failed", (end, why) => {
  const begun = look(beforeTheHour(NIGHTLY), MINUTE);
  const run = runOf(begun);
  const over = look(begun, MINUTE, answered(begun, { jobs: { [run]: end } }));
  expect(told(over)).toEqual([`nightly failed: ${why}`]);
});

test("a command that takes too long is ended, and that is a failure", () => {
  const begun = look(beforeTheHour(NIGHTLY), MINUTE);
  const run = runOf(begun);
  const runs = look(begun, MINUTE, answered(begun, { jobs: { [run]: "running" } }));
  expect(job(runs).doing?.until).toBe(begun.at + 10 * MINUTE);
  const late = look(runs, 9 * MINUTE, { jobs: { [run]: "running" } });
  expect(told(late)).toEqual(["nightly: end"]);
  const over = look(late, 3000, answered(late, { jobs: { [run]: "lost" } }));
  expect(told(over)).toEqual(["nightly failed: it was ended: it took too long"]);
});

test("what the engine began is begun again under the same run by the next one, until it is known to have begun", () => {
  const begun = look(beforeTheHour(NIGHTLY), MINUTE);
  const run = runOf(begun);
  const again = look(begun, 5000, { first: true, jobs: { [run]: "none" } });
  expect(again.deeds.filter((deed) => deed.do === "job")).toEqual(
    begun.deeds.filter((deed) => deed.do === "job"),
  );
  const known = look(again, 5000, { first: true, jobs: { [run]: "running" } });
  expect([told(known), job(known).doing?.stage]).toEqual([[], "run"]);
});

test("a time that comes while it still runs is made up for once it is over, or left out", () => {
  const long = NIGHTLY.replace("10m", "3h");
  for (const [toml, words] of [
    [long, ["nightly done", "nightly begins, due HH:00, 30 min late"]],
    [`${long}missed = "skip"\n`, ["nightly done"]],
  ] as const) {
    const begun = look(beforeTheHour(toml), MINUTE);
    const run = runOf(begun);
    const jobs = { [run]: "running" } as const;
    const runs = look(begun, HOUR, answered(begun, { jobs }));
    expect(job(runs).waits).toBe("it still runs");
    const done = look(runs, 30 * MINUTE, { jobs: { [run]: { code: 0 } } });
    const said = [...told(look(runs, 2 * MINUTE, { jobs })), ...told(done)];
    expect(
      said.filter((one) => words.includes(one.replace(/\d\d:00/, "HH:00") as never)),
    ).toHaveLength(words.length);
  }
});

test("what was missed while nobody watched is made up for once, or left out; after a day it is left out", () => {
  const away = (toml: string, ms: number): readonly string[] =>
    told(look(beforeTheHour(toml), ms, { first: true })).map((one) =>
      one.replace(/\d\d:\d\d/, "HH:MM"),
    );
  expect(away(NIGHTLY, 5 * HOUR + 11 * MINUTE)).toEqual([
    "nightly begins, due HH:MM, 10 min late; 5 earlier times are not made up for",
    "nightly: command",
  ]);
  expect(away(STRICT, 5 * HOUR + 11 * MINUTE)).toEqual([
    "nightly left out, due HH:MM: it could not begin in time",
  ]);
  const daily = NIGHTLY.replace("0 * * * *", "0 12 1 * *");
  const gone = look(beforeTheHour(daily), 40 * 24 * HOUR, { first: true });
  expect(told(gone)).toEqual(["nightly left out, due 12:00: it is more than a day ago"]);
});

test("in quiet hours and while the fleet is down nothing begins", () => {
  const quiet = `${NIGHTLY}quiet = { from = "00:00", to = "23:59" }\n`;
  const waits = look(beforeTheHour(quiet), 2 * MINUTE);
  expect([told(waits), job(waits).waits]).toEqual([[], "quiet hours"]);
  const down = look(beforeTheHour(NIGHTLY), 2 * MINUTE, { orders: [order("down")] });
  expect(told(down)).toEqual([]);
});

test("a clock that is set back begins no time again; what comes again after so long counts from now", () => {
  const begun = look(beforeTheHour(NIGHTLY), MINUTE);
  const over = look(begun, MINUTE, answered(begun, { jobs: { [runOf(begun)]: { code: 0 } } }));
  const back = look(over, -30 * MINUTE, { steadyMs: 1000 });
  const again = look(back, 29 * MINUTE);
  expect([told(back), told(again)]).toEqual([[], []]);
  const every = TASK.replace("2h", "30m");
  const rewound = look(beforeTheHour(every), -HOUR, { steadyMs: 1000 });
  expect(job(rewound, "triage").next).toBe(rewound.at + 30 * MINUTE);
});

test("another schedule begins anew, and is not late for its first time", () => {
  const before = beforeTheHour(NIGHTLY);
  const edited = look(before, MINUTE + 1, { config: AGENT + NIGHTLY.replace("0 *", "30 *") });
  expect([told(edited), job(edited).next]).toEqual([[], before.at + 31 * MINUTE]);
});

test("an agent is told when it is idle, and waited for while it is busy", () => {
  const before = beforeTheHour(WORD);
  const busy = look(before, MINUTE, { screens: { ann: SCREENS.busy } });
  expect([told(busy), job(busy, "word").waits]).toEqual([[], "ann is busy"]);
  const idle = later(look(busy, MINUTE, { screens: { ann: SCREENS.idle } }), MINUTE);
  const says = idle.agent("ann").says.map(({ kind, text }) => `${kind}: ${text}`);
  expect([says, job(idle, "word").last?.because]).toEqual([["wake: Look."], "ann is told"]);
});

test("a task is added under a name of its own, once, and the next waits until it is over", () => {
  const begun = look(beforeTheHour(TASK), 2 * HOUR);
  const id = taskIdOf("triage", job(begun, "triage").doing?.due ?? 0, begun.at);
  expect(begun.deeds.find((deed) => deed.do === "job")).toMatchObject({
    run: { is: "task", task: { id, title: "Triage" } },
  });
  const added = look(begun, 1000, answered(begun));
  expect(told(added)).toEqual([`triage done: the task ${id} is added`]);
  const row = {
    id,
    title: "Triage",
    pipeline: "",
    labels: [],
    after: [],
    files: [],
    model: null,
    at: EVENING,
  };
  const claimed = look(added, 1000, { claimed: [row] });
  const waits = look(claimed, 2 * HOUR);
  expect(job(waits, "triage").waits).toBe(`its task ${id} is not over`);
});

test("what could not begin has failed, and is an incident until the next run is done", () => {
  const notify = '[[notify]]\nto = "bell"\n';
  const begun = look(beforeTheHour(NIGHTLY + notify), MINUTE);
  const failed = look(begun, 1000, answered(begun, {}, false));
  const incidents = ({ memory }: Scene) =>
    Object.values(memory.notices?.incidents ?? {}).map(({ subject, text, over }) => [
      subject,
      text,
      over === null,
    ]);
  expect(incidents(failed)).toEqual([["job nightly", "no process is to be had", true]]);
  const again = look(failed, HOUR);
  const done = look(again, 1000, answered(again, { jobs: { [runOf(again)]: { code: 0 } } }));
  expect(incidents(done)).toEqual([["job nightly", "no process is to be had", false]]);
});

test("a person runs one now, holds its times back, and lets them come again", () => {
  const say = (what: string) => order("job", ["nightly"], { what });
  const now = look(beforeTheHour(NIGHTLY), 1000, { orders: [say("run")] });
  expect(told(now)).toEqual(["nightly begins: a person asked", "nightly: command"]);
  const again = look(now, 1000, { orders: [say("run")] });
  const answers = ({ deeds }: Scene) =>
    deeds.flatMap((deed) => (deed.do === "answer" ? [`${deed.state}: ${deed.because}`] : []));
  expect(answers(again)).toEqual(["refused: nightly still runs"]);
  const paused = look(beforeTheHour(NIGHTLY), 1000, { orders: [say("pause")] });
  const passed = look(paused, 2 * HOUR);
  expect([told(passed), passed.memory.jobs?.["nightly"]?.paused]).toEqual([[], true]);
  const resumed = look(passed, 1000, { orders: [say("resume")] });
  expect([told(resumed), job(resumed).paused]).toEqual([[], false]);
  expect(job(resumed).next).toBeGreaterThan(resumed.at);
  const down = look(look(passed, 1, { orders: [order("down")] }), 1, { orders: [say("run")] });
  expect(answers(down)).toContain(
    "refused: the fleet is down, and nobody would look after it: `agents up` first",
  );
});

test("a job that is gone from the file is followed to its end and forgotten", () => {
  const begun = look(beforeTheHour(NIGHTLY), MINUTE);
  const run = runOf(begun);
  const runs = look(begun, 1000, answered(begun, { jobs: { [run]: "running" } }));
  const gone = look(runs, 1000, { config: AGENT, jobs: { [run]: "running" } });
  expect(job(gone).doing?.id).toBe(run);
  const over = look(gone, 1000, { jobs: { [run]: { code: 0 } } });
  expect([told(over), over.memory.jobs]).toEqual([["nightly done"], {}]);
});
