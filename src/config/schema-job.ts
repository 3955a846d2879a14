// [[job]]: what is begun by the clock: a task, a text to an agent, or a command.

import * as z from "zod";
import { readCron } from "./cron.ts";
import { writeDuration } from "./durations.ts";
import { Quiet, zone } from "./schema-notify.ts";
import { duration, key, name, text, wait, words } from "./words.ts";

/** What comes more often is no schedule. */
const EVERY_MIN_MS = 10_000;
/** As a task's file takes it: one line. */
const TITLE_MAX = 300;

const filled = text.min(1, "must not be empty");

const cron = z.string().superRefine((written, context) => {
  const read = readCron(written);
  if (!read.ok) context.addIssue({ code: "custom", message: read.why });
});

const every = duration
  .refine((ms) => ms >= EVERY_MIN_MS, `must be at least ${writeDuration(EVERY_MIN_MS)}`)
  .meta({ holds: "duration" });

const JobTask = z.strictObject({
  title: z
    .string()
    .regex(/^(?=.*\S)[^\0-\x1f\x7f]+$/, "must be one line")
    .max(TITLE_MAX, `must have at most ${TITLE_MAX} characters`)
    .meta({ description: "Its title.", example: '"Triage new issues"' }),
  body: key(text, "What is to be done, in full."),
  labels: key(words, "Labels."),
  files: key(words, "Globs of what it will change.", '["src/**"]'),
  model: key(text, "The model of all its steps."),
  pipeline: key(name, "The pipeline. Default: that of [tasks]."),
});

export const Job = z.strictObject({
  name: name.meta({ description: "Its name.", example: '"nightly"' }),
  cron: key(
    cron,
    'When: minute, hour, day, month and day of the week, or a word such as "@daily".',
    '"0 9 * * 1-5"',
  ),
  every: key(every, "Instead of cron: again after this long, whatever the clock says.", '"6h"'),
  zone: key(zone, "Whose clock cron means. Default: this machine's.", '"Europe/Berlin"'),
  missed: key(
    z.enum(["once", "skip"]),
    "A time at which it could not begin (nobody watched, it still ran, quiet hours) is made up for once within 24 h, or left out.",
  ),
  quiet: key(Quiet, "Hours in which it does not begin."),
  command: key(filled, "Shell text to run.", '"npm run backup"'),
  dir: key(text, "Of a command: where it runs. Default: project_dir.", '"app"'),
  timeout: key(wait, "Of a command: how long it may take."),
  agent: key(name, "Instead of a command: the agent that is told `text` when it is idle."),
  text: key(filled, "What that agent is told.", '"Look through the inbox."'),
  task: key(JobTask, "Instead of a command: the task that is added."),
});
