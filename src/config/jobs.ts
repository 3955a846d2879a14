// [[job]] as the rest of the program sees it: when it is due, what it does, and what is checked of it. Types, and
// their making from the user's tables.

import type { Agent, Millis, QuietHours } from "./config.ts";
import { type Cron, readCron } from "./cron.ts";
import { FILLED } from "./defaults.ts";
import { writeDuration } from "./durations.ts";
import { type Ground, at } from "./ground.ts";
import type { Piece } from "./pieces.ts";
import type { RawJob } from "./schema.ts";
import { didYouMean } from "./suggest.ts";
import type { Tasks } from "./tasks.ts";

export type Job = {
  readonly name: string;
  /** As it was written. */
  readonly written: string;
  readonly when:
    | { readonly is: "every"; readonly everyMs: Millis }
    | { readonly is: "cron"; readonly cron: Cron };
  /** Whose clock cron means; null: this machine's. */
  readonly zone: string | null;
  /** What becomes of a time at which it could not begin. */
  readonly missed: "once" | "skip";
  readonly quiet: QuietHours | null;
  readonly does: JobWork;
};

export type JobWork =
  | {
      readonly is: "command";
      /** Shell text. */
      readonly command: string;
      readonly dir: string;
      readonly timeoutMs: Millis;
    }
  | { readonly is: "text"; readonly agent: string; readonly text: string }
  | {
      readonly is: "task";
      readonly title: string;
      readonly body: string;
      readonly labels: readonly string[];
      readonly files: readonly string[];
      readonly model: string | null;
      readonly pipeline: string;
    };

type Around = {
  readonly agents: readonly Pick<Agent, "name">[];
  /** Also those that could not be read. */
  readonly names: readonly string[];
  readonly tasks: Tasks | null;
};

export function jobsOf(
  pieces: readonly Piece<RawJob>[],
  ground: Ground,
  around: Around,
): readonly Job[] {
  return pieces.map(({ path, value }) => {
    const complain = (key: keyof RawJob, words: string): void =>
      ground.complain([...path, key], `job "${value.name}": ${words}`);
    const isFaulty = (key: keyof RawJob): boolean => ground.isFaulty([...path, key]);
    return jobOf(value, { ...around, ground, complain, isFaulty });
  });
}

type Here = Around & {
  readonly ground: Ground;
  readonly complain: (key: keyof RawJob, words: string) => void;
  readonly isFaulty: (key: keyof RawJob) => boolean;
};

function jobOf(raw: RawJob, here: Here): Job {
  const said = { ...FILLED.job, ...raw };
  const { quiet } = raw;
  return {
    name: raw.name,
    ...timesOf(raw, here),
    zone: raw.zone ?? null,
    missed: said.missed,
    quiet:
      quiet === undefined ? null : { fromMs: quiet.from, toMs: quiet.to, zone: quiet.zone ?? null },
    does: workOf(raw, { ...here, timeoutMs: said.timeout }),
  };
}

const NEVER: Millis = 0;

function timesOf(
  { cron, every }: RawJob,
  { complain, isFaulty }: Here,
): Pick<Job, "written" | "when"> {
  if ((cron === undefined) === (every === undefined) && !isFaulty("every"))
    complain("cron", 'needs either cron, as "0 9 * * 1-5", or every, as "6h"');
  const read = cron === undefined ? null : readCron(cron);
  if (cron !== undefined && read?.ok === true)
    return { written: cron, when: { is: "cron", cron: read.cron } };
  const everyMs = every ?? NEVER;
  return { written: `every ${writeDuration(everyMs)}`, when: { is: "every", everyMs } };
}

function workOf(raw: RawJob, here: Here & { readonly timeoutMs: Millis }): JobWork {
  const { agent, command, task } = raw;
  const { ground, complain, timeoutMs } = here;
  const ways = [agent, command, task].filter((way) => way !== undefined);
  if (ways.length !== 1)
    complain("command", "does one thing: it has a command, a task, or an agent and its text");
  if (agent !== undefined) {
    if (!here.names.includes(agent)) {
      const names = here.agents.map(({ name }) => name);
      const hint = didYouMean(agent, names) || `; agents are ${names.join(", ")}`;
      complain("agent", `there is no agent "${agent}"${hint}`);
    }
    if (raw.text === undefined) complain("text", "an agent needs a text that it is told");
    return { is: "text", agent, text: raw.text ?? "" };
  }
  if (task !== undefined) {
    checkTask(task, here);
    const { title, body = "", labels = [], files = [], model = null, pipeline = "" } = task;
    return { is: "task", title, body, labels, files, model, pipeline };
  }
  const dir = at(ground, raw.dir ?? ".");
  return { is: "command", command: command ?? "", dir, timeoutMs };
}

function checkTask({ pipeline }: NonNullable<RawJob["task"]>, { tasks, complain }: Here): void {
  if (tasks === null) return complain("task", "a task needs a table [tasks]");
  const known = tasks.pipelines.map(({ name }) => name);
  if (pipeline === undefined || known.includes(pipeline)) return;
  const hint = didYouMean(pipeline, known) || `; there are ${known.join(", ")}`;
  complain("task", `there is no pipeline "${pipeline}"${hint}`);
}
