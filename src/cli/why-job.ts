// `agents why JOB`: when it is due, what it waits for, what became of it the last time, and what led there.

import type { Config } from "../config/config.ts";
import type { JobReport } from "../core/job-report.ts";
import { readEvents, type Event } from "../engine/events.ts";
import { ago, ahead } from "./ago.ts";
import { eventText } from "./event-text.ts";
import type { Call, ExitCode, Outside } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { standingOf } from "./standing.ts";

const EVENTS = 8;
const LABEL = 9;

/** Null where no job has that name. */
export async function whyJob(call: Call, config: Config, name: string): Promise<ExitCode | null> {
  const { outside, options } = call;
  if (config.jobs.every((one) => one.name !== name)) return null;
  const { at, jobs } = await standingOf(call);
  const told = jobs.find((one) => one.name === name);
  if (told === undefined) return null;
  const wanted = { tail: EVENTS, since: null, agents: [name] };
  const read = readEvents(outside.disk, config.logDir, wanted);
  const events = read.ok ? read.value : [];
  if (options["json"] === true)
    outside.stdout.write(
      `${JSON.stringify({ schema: "agents.why-job/1", at, job: told, events })}\n`,
    );
  else outside.stdout.write(whyJobText(told, events, outside));
  return 0;
}

export function whyJobText(
  told: JobReport,
  events: readonly Event[],
  outside: Pick<Outside, "now" | "stdout" | "env">,
): string {
  const now = outside.now();
  const colours = paint(outside.stdout, outside.env);
  const line = (label: string, text: string): string =>
    `${colours.dim(label.padEnd(LABEL))} ${plain(text).replaceAll(/\s+/g, " ").trim()}\n`;
  const zone = told.zone === null ? "this machine's clock" : told.zone;
  const when = told.when.startsWith("every ") ? told.when : `${told.when} by ${zone}`;
  const deed = told.agent === null ? `a ${told.does}` : `tells ${told.agent}`;
  return [
    `${colours.bold(plain(told.name))}  job, ${deed}\n`,
    line("when", when),
    line("now", nowOf(told, now)),
    line("last", lastOf(told, now)),
    told.log === null ? "" : line("log", told.log),
    events.length === 0 ? "" : `${colours.dim("lately")}\n`,
    ...events.map((one) => `  ${eventText(one, { now, width: 0 })}\n`),
  ].join("");
}

function nowOf({ state, next, since, because, name }: JobReport, now: number): string {
  const due = next === null ? "it is never due" : `next ${next}, ${ahead(Date.parse(next), now)}`;
  switch (state) {
    case "off":
      return "nothing: the fleet is down; `agents up` starts it";
    case "paused":
      return `paused; \`agents job resume ${name}\``;
    case "running":
      return `runs, since ${since === null ? "just now" : ago(Date.parse(since), now)}`;
    case "waiting":
      return `due ${next ?? "now"}, and waits: ${because}`;
    case "scheduled":
      return due;
  }
}

function lastOf({ last }: JobReport, now: number): string {
  if (last === null) return "it never began";
  const { at, due, came, because } = last;
  const why = because === "" ? "" : `: ${because}`;
  return `${came} ${ago(Date.parse(at), now)}${why} (${due === null ? "a person asked" : `due ${due}`})`;
}
