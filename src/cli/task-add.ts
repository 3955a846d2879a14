// `agents task add TITLE`: one task for the queue, left as a file for the watchdog. Prints its id.

import type { Config } from "../config/config.ts";
import { freshTask } from "../core/task.ts";
import type { TaskFile } from "../engine/task-file.ts";
import { textFlag } from "./flags.ts";
import { configInForce } from "./fleet.ts";
import { type Call, type ExitCode, type Options, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { readStanding } from "./standing.ts";
import { leaveTasks, plannedTasks } from "./task-new.ts";
import { foreseen, wayText } from "./task-route.ts";

export async function addTask(call: Call): Promise<ExitCode> {
  const { outside, options, args } = call;
  const title = args.join(" ").trim();
  if (title === "")
    throw new Refusal(2, 'a task needs a title: agents task add "Fix login timeout"');
  const config = await configInForce(call);
  const body = textFlag(options, "body") ?? "";
  const made = plannedTasks(call, config, [
    {
      id: textFlag(options, "id"),
      title,
      body: body === "-" ? await outside.stdin() : body,
      labels: listOf(options, "label"),
      after: listOf(options, "after"),
      files: listOf(options, "files"),
      model: textFlag(options, "model"),
      pipeline: textFlag(options, "pipeline"),
      complexity: textFlag(options, "complexity"),
    },
  ]);
  return added(call, config, made);
}

/** Left for the engine, or only told of where nothing is to be done. */
export function added(call: Call, config: Config, made: readonly TaskFile[]): ExitCode {
  const { outside, options } = call;
  const dry = options["dryRun"] === true;
  if (!dry) leaveTasks(call, config, made);
  if (options["json"] === true) {
    const tasks = made.map((one) => ({
      id: one.id,
      title: one.title,
      ...(dry && { route: foreseen(outside, config, freshTask(one)) }),
    }));
    outside.stdout.write(`${JSON.stringify({ schema: "agents.task-add/1", dry, tasks })}\n`);
  } else {
    const routed = dry && (config.tasks?.route ?? null) !== null;
    const ways = (one: TaskFile): readonly string[] =>
      routed
        ? foreseen(outside, config, freshTask(one)).map((way) => `  ${plain(wayText(way))}\n`)
        : [];
    outside.stdout.write(made.map((one) => [`${one.id}\n`, ...ways(one)].join("")).join(""));
  }
  if (dry) outside.stderr.write("agents: nothing was added\n");
  else if (readStanding(outside, config.stateDir)?.watchdog.state !== "running")
    outside.stderr.write("agents: no watchdog runs; `agents up` begins with the queue\n");
  return 0;
}

/** A flag that may be given several times. */
function listOf(options: Options, name: string): readonly string[] {
  return (
    textFlag(options, name)
      ?.split("\n")
      .filter((one) => one !== "") ?? []
  );
}
