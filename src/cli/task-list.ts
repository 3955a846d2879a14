// `agents task list`: one line a task, what waits for a person first, then those at work, then the queue, then what is
// over. Reads one published file and the names of what is not taken yet.

import { wordOf } from "./flags.ts";
import type { Call, ExitCode } from "./outside.ts";
import { iso, taskRow } from "./task-board.ts";
import { knownTasks } from "./task-known.ts";
import { countsOf, countsText, STATES, taskTable } from "./task-table.ts";

export async function listTasks(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const { tasks } = await knownTasks(call);
  const wanted = options["state"];
  const state = typeof wanted === "string" ? wordOf(wanted, STATES, "--state") : null;
  const rows = tasks
    .filter((one) => state === null || one.state === state)
    .toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  const counts = countsOf(tasks);
  const at = outside.now();
  if (options["json"] === true) {
    const told = { schema: "agents.tasks/1", at: iso(at), counts, tasks: rows.map(taskRow) };
    outside.stdout.write(`${JSON.stringify(told)}\n`);
    return 0;
  }
  if (tasks.length === 0) {
    outside.stderr.write(
      'agents: there is no task; `agents task add "Fix login timeout"` adds one\n',
    );
    return 0;
  }
  outside.stdout.write(taskTable(call, rows));
  outside.stderr.write(`agents: ${countsText(counts)}\n`);
  return 0;
}
