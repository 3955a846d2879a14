import { expect, test } from "vitest";
import { freshJob, type Doing, type JobSeen } from "./job.ts";
import { followed, type Following } from "./job-run.ts";
import type { Outcome } from "./types.ts";

const AT = 1_000_000;
const DOING: Doing = {
  id: "r1",
  does: "command",
  due: AT,
  at: AT,
  until: AT + 600_000,
  stage: "run",
  given: AT,
  why: "",
};
const COMMAND = { is: "command", command: "make it", dir: "/d", timeoutMs: 600_000 } as const;

type When = {
  readonly at?: number;
  readonly state?: JobSeen;
  readonly fleet?: "up" | "down";
  readonly since?: null;
  readonly outcome?: boolean;
};

/** What was done, and what it is doing then, or how it ended. */
function follow(
  doing: Partial<Doing>,
  { at = AT + 1000, state, fleet = "up", since, outcome }: When,
) {
  const one = { ...freshJob(AT), doing: { ...DOING, ...doing } };
  const told: Outcome = {
    id: "job.r1.begin",
    target: "j",
    ok: outcome ?? true,
    failure: "no",
    left: [],
    weight: null,
  };
  const here: Following = {
    name: "j",
    does: COMMAND,
    memory: { fleet: { wanted: fleet, server: null, resumedAt: null, brakeAt: null } },
    seen: {
      at,
      since: since === null ? null : { wall: 1, steady: 1 },
      outcomes: outcome === undefined ? [] : [told],
      ...(state !== undefined && { jobs: { r1: state } }),
    },
  };
  const { job, actions } = followed(here, one, one.doing);
  const did = actions.map((action) => (action.do === "job" ? action.run.is : action.because));
  return [did, job.doing?.stage ?? job.last?.came] as const;
}

test.each([
  [
    "a command that nobody heard of yet is given once",
    { stage: "begin", given: null },
    { state: "none" },
    [["command"], "begin"],
  ],
  ["and not again while the answer may come", { stage: "begin" }, { state: "none" }, [[], "begin"]],
  [
    "but after its time",
    { stage: "begin" },
    { at: AT + 45_000, state: "none" },
    [["command"], "begin"],
  ],
  [
    "or by a new engine",
    { stage: "begin" },
    { since: null, state: "none" },
    [["command"], "begin"],
  ],
  ["which finds it running", { stage: "begin" }, { since: null, state: "running" }, [[], "run"]],
  [
    "what failed to begin has failed",
    { stage: "begin" },
    { outcome: false, state: "none" },
    [["failed: no"], "failed"],
  ],
  [
    "a task that lies there is added",
    { stage: "begin", does: "task" },
    { outcome: true },
    [["done: the task r1 is added"], "done"],
  ],
  ["nobody looked: nothing follows", {}, {}, [[], "run"]],
  [
    "it is ended when it takes too long",
    {},
    { at: AT + 600_000, state: "running" },
    [["end"], "end"],
  ],
  [
    "and asked to end once more",
    { stage: "end", why: "it took too long" },
    { at: AT + 645_000, state: "running" },
    [["end"], "end"],
  ],
  [
    "it goes down with the fleet, and that is no failure",
    { stage: "end", why: "the fleet went down" },
    { fleet: "down", state: "lost" },
    [["stopped: it was ended: the fleet went down"], "stopped"],
  ],
  [
    "a log that somebody took away tells nothing",
    {},
    { state: "none" },
    [
      [
        "failed: nobody knows how it ended: it was killed, or the machine went down; see `agents why j`",
      ],
      "failed",
    ],
  ],
] as const)("%s", (_, doing, when, expected) => {
  expect(follow(doing, when)).toEqual(expected);
});

test("under a clock that was set back it may still take as long as it may take", () => {
  const back = AT - 3_600_000;
  expect(follow({}, { at: back, state: "running" })).toEqual([[], "run"]);
});
