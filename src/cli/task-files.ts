// `agents task logs|diff|artifacts ID`: what its steps printed, changed and left, read from its directory.

import { join } from "node:path";
import type { TaskMemory } from "../core/types.ts";
import { countFlag, textFlag } from "./flags.ts";
import { openLog, pieces } from "./log-file.ts";
import { lastLines, logText } from "./log-text.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { readStanding } from "./standing.ts";
import { table } from "./table.ts";
import { knownTasks, taskNamed, type Known } from "./task-known.ts";
import { filesOf, stepsOf, type StepLeft } from "./task-steps.ts";

/** As wide as panes are when nobody says otherwise. */
const SIZE = { rows: 50, columns: 200 };

export async function taskLogs(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const { task, known, steps } = await asked(call);
  const count = countFlag(options, "lines");
  const told = steps.flatMap((step) => {
    const now = sessionLog(call, known, { task, step });
    const lines = linesOf(call, step, { now, count });
    return lines === null
      ? []
      : [{ step: step.id, attempt: step.attempt, visit: step.visit, lines }];
  });
  if (told.length === 0) throw new Refusal(4, `${task.id} has printed nothing yet`);
  const shown =
    count === null ? told : told.map((one) => ({ ...one, lines: last(one.lines, count) }));
  if (options["json"] === true) {
    outside.stdout.write(
      `${JSON.stringify({ schema: "agents.task-logs/1", task: task.id, steps: shown })}\n`,
    );
    return 0;
  }
  const colours = paint(outside.stdout, outside.env);
  for (const { step, attempt, visit, lines } of shown) {
    outside.stdout.write(`${colours.bold(`== ${step}, visit ${visit}, attempt ${attempt} ==`)}\n`);
    outside.stdout.write(lines.map((line) => `${line}\n`).join(""));
  }
  return 0;
}

function last(lines: readonly string[], count: number): readonly string[] {
  return count === 0 ? [] : lines.slice(-count);
}

type At = { readonly task: TaskMemory; readonly step: StepLeft };

/** What goes on just now lies with the logs of all agents; null: it is over. */
function sessionLog({ outside }: Call, known: Known, { task, step }: At): string | null {
  const now = task.step;
  if (now === null || now.agent === null || now.id !== step.id || now.visit !== step.visit)
    return null;
  const agents = readStanding(outside, known.stateDir)?.agents ?? [];
  const session = agents.find(({ name }) => name === now.agent)?.session;
  return session === undefined ? null : join(known.logDir, `${session}.log`);
}

function linesOf(
  { outside }: Call,
  { dir }: StepLeft,
  { now, count }: { readonly now: string | null; readonly count: number | null },
): readonly string[] | null {
  const latest = openLog(outside.disk, join(dir, "log")) ?? (now && openLog(outside.disk, now));
  const logs = [...movedLogs(outside, dir), latest].flatMap((log) => log || []);
  if (logs.length === 0) return null;
  return logs.flatMap((log) => {
    // Of a long log only the end is read.
    if (count !== null) return lastLines(log, count, SIZE).lines;
    const text = logText(SIZE);
    const lines: string[] = [];
    for (const piece of pieces(log, 0, log.size)) lines.push(...text.feed(piece));
    return [...lines, ...text.standing()];
  });
}

/** Of those that began the visit before another backend went on with it, the first one first. */
function movedLogs({ disk, names }: Outside, dir: string): readonly ReturnType<typeof openLog>[] {
  const moved = names(dir).flatMap((name) => /^log-(\d+)$/.exec(name)?.[1] ?? []);
  return moved
    .toSorted((a, b) => Number(a) - Number(b))
    .map((number) => openLog(disk, join(dir, `log-${number}`)));
}

/** The newest patch since the commit that it began from. */
export async function taskDiff(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const { task, steps } = await asked(call);
  const found = steps.findLast(({ dir }) => outside.exists(join(dir, "patch.diff")));
  if (found === undefined) throw new Refusal(4, `${task.id} has changed nothing yet`);
  const path = join(found.dir, "patch.diff");
  const patch = outside.text(path);
  if (patch === null) throw new Refusal(1, `${path} cannot be shown: it is too large, or no file`);
  if (options["json"] === true) {
    const told = { schema: "agents.task-diff/1", task: task.id, step: found.id, path, patch };
    outside.stdout.write(`${JSON.stringify(told)}\n`);
  } else outside.stdout.write(outside.stdout.isTTY ? plain(patch) : patch);
  return 0;
}

export async function taskArtifacts(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const { task, steps } = await asked(call);
  const files = steps.flatMap((step) =>
    filesOf(outside, step).map(({ name, size }) => ({
      step: step.id,
      attempt: step.attempt,
      visit: step.visit,
      name,
      size,
      path: join(step.dir, name),
    })),
  );
  if (options["json"] === true) {
    outside.stdout.write(
      `${JSON.stringify({ schema: "agents.task-artifacts/1", task: task.id, files })}\n`,
    );
    return 0;
  }
  if (files.length === 0) throw new Refusal(4, `${task.id} has left nothing yet`);
  const rows = files.map((one) => [
    one.step,
    String(one.visit),
    one.name,
    `${one.size} B`,
    plain(one.path),
  ]);
  outside.stdout.write(table({ rows, width: null }));
  return 0;
}

type Asked = {
  readonly task: TaskMemory;
  readonly known: Known;
  readonly steps: readonly StepLeft[];
};

async function asked(call: Call): Promise<Asked> {
  const { outside, args, options } = call;
  const [id = "", ...more] = args;
  if (more.length > 0) throw new Refusal(2, "one task at a time");
  const known = await knownTasks(call);
  const task = taskNamed(outside, known, id);
  const steps = stepsOf(outside, known.stateDir, task);
  const wanted = textFlag(options, "step");
  if (wanted === null) return { task, known, steps };
  const those = steps.filter((step) => step.id === wanted);
  if (those.length > 0) return { task, known, steps: those };
  const came = [...new Set(steps.map((step) => step.id))].join(", ");
  throw new Refusal(
    4,
    `${id} never came to a step ${JSON.stringify(wanted)}; it came to ${came || "none"}`,
  );
}
