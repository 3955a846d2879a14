// [tasks] and [[pipeline]]: work that ends, where it is done, and the steps that each task walks through.

import * as z from "zod";
import { Quiet } from "./schema-notify.ts";
import { duration, key, name, text, wait, words, yesNo } from "./words.ts";

const MAX_WORKERS = 100;
const MAX_ATTEMPTS = 100;
const MAX_VISITS = 1000;
const MAX_KEPT = 100_000;

const filled = text.min(1, "must not be empty");
/** A branch or remote that git and a command line take as nothing else. */
const ref = z
  .string()
  .regex(
    /^(?!.*(?:\.\.|@\{|\/\/|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}(?<![./])$/,
    "must be the name of a branch or remote",
  );

export const Tasks = z.strictObject({
  repo: key(text, "The checkout that tasks get worktrees of. Default: project_dir.", '"app"'),
  remote: key(ref, "Where finished work is pushed."),
  target: key(ref, "The branch that tasks begin from and land on."),
  check: key(
    filled,
    "Shell text, such as the tests, that must succeed in the worktree before anything lands.",
    '"npm test"',
  ),
  check_timeout: key(wait, "How long that may take."),
  max: key(z.int().min(1).max(MAX_WORKERS), "Tasks at work at the same time."),
  stagger: key(duration, "The least time between two that begin."),
  merge: key(
    z.enum(["none", "queue", "pr"]),
    "What happens to finished work: nothing, landed on the target one by one, or offered as a pull request.",
  ),
  pipeline: key(name, "The pipeline of a task that names none."),
  backend: key(text, "The backend of steps that name none. Default: that of [defaults]."),
  model: key(text, "The model of steps that name none."),
  worktrees: key(text, "Where worktrees are made. Default: worktrees in log_dir."),
  attempts: key(
    z.int().min(1).max(MAX_ATTEMPTS),
    "Walks through the pipeline before a task has failed.",
  ),
  overlap: key(
    z.enum(["wait", "allow"]),
    "Whether a task waits while another one works on the same files.",
  ),
  keep_for: key(wait, "How long what finished tasks left behind is kept."),
  keep: key(z.int().min(0).max(MAX_KEPT), "And of how many of them, at most."),
  quiet: key(Quiet, "Hours in which no task begins."),
});

export const Step = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z][a-z0-9_]{0,11}$/,
      "must begin with a small letter and go on with up to 11 of a-z, 0-9 and _",
    )
    .meta({ description: "Its name.", example: '"implement"' }),
  kind: key(
    z.enum(["agent", "check", "gate"]),
    "An agent, a command, or a person's approval. Default: check where there is a command, else agent.",
  ),
  role: key(
    filled,
    "What its agent is: planner, implementer and reviewer have words of their own, and a reviewer must give a verdict. Default: implementer.",
    '"reviewer"',
  ),
  backend: key(text, "The backend that runs it. Default: that of [tasks]."),
  model: key(text, "The model. Default: that of [tasks]."),
  prompt: key(text, "What its agent is told, before the task."),
  prompt_file: key(text, "A file with that. Wins over prompt.", '"prompts/review.md"'),
  command: key(filled, "Of a check: shell text that must succeed in the worktree.", '"npm test"'),
  timeout: key(wait, "How long it may work; time spent waiting for a usage limit is not counted."),
  retries: key(
    z.int().min(0).max(MAX_VISITS),
    "Once more after a failure, before on_failure decides.",
  ),
  backoff: key(duration, "The wait before the first of these; it doubles each time."),
  on_failure: key(
    z
      .string()
      .regex(
        /^(?:stop|continue|ask|goto:[a-z][a-z0-9_]{0,11})$/,
        "must be stop, continue, ask or goto:STEP",
      ),
    "What follows a failure: the attempt ends, the next step, a person, or another step.",
    '"goto:implement"',
  ),
  visits: key(
    z.int().min(1).max(MAX_VISITS),
    "How often a task may come here in all its life; then a person is asked.",
  ),
  commits: key(yesNo, "Whether it is done only with commits. Default: true for an implementer."),
  env: key(
    words,
    "The only variables of the watchdog's shell that its agent gets.",
    '["PATH", "HOME"]',
  ),
  wrap: key(
    words,
    "Words before its command, such as those of a sandbox.",
    '["bwrap", "--dev-bind", "/", "/"]',
  ),
});

export const Pipeline = z.strictObject({
  name: name.meta({
    description: "Its name; one named default takes the place of ours.",
    example: '"quick"',
  }),
  rounds: key(
    z.int().min(0).max(MAX_VISITS),
    "How often a review may send the work back before a person is asked.",
  ),
  step: z.array(Step).min(1, "must have a step").meta({ description: "The steps, in order." }),
});
