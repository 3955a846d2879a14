// What the engine publishes for everybody who only reads: status.json and tasks.json, made from Memory whenever it
// changed. Nothing is decided here, and nothing that is read here is trusted by the engine again.

import type { Config } from "./config/config.ts";
import { report, type Report } from "./core/report.ts";
import type { Memory } from "./core/types.ts";
import { dayOf } from "./engine/ledger.ts";
import type { Current, Looked } from "./engine/run.ts";
import { tasksPath, tasksText } from "./engine/tasks.ts";
import { usedToday } from "./engine/used.ts";
import type { Outside } from "./cli/outside.ts";
import { statusPath, type Standing } from "./cli/standing.ts";
import { openBoard, type Board } from "./io/board.ts";

type Fleet = { readonly config: Config; readonly socket: string };

/** status.json is written when something in it changed, and touched on every look. */
export function publisher(
  outside: Outside,
  fleet: Fleet,
  verb: string,
): (memory: Memory, current: Current, looked: Looked) => void {
  const board: Board = openBoard(statusPath(fleet.config.stateDir));
  const tasks: Board = openBoard(tasksPath(fleet.config.stateDir));
  let listed: unknown = null;
  let shown: readonly unknown[] | null = null;
  return (memory, current, looked) => {
    if (memory.tasks !== undefined && memory.tasks !== listed)
      listed = tasks.show(tasksText(memory, looked.at)) ? memory.tasks : null;
    const quarantined = looked.quarantined.map(({ because }) => because).join("\n");
    const day = dayOf(looked.at, outside.zone());
    const from = [
      memory,
      current.setting,
      current.problems.join("\n"),
      looked.unsaved,
      quarantined,
      looked.used,
      day,
    ];
    if (shown?.every((part, index) => part === from[index]) === true) return board.touch(looked.at);
    const text = JSON.stringify(standingOf(outside, fleet, { memory, current, looked, verb }));
    shown = board.show(text) ? from : null;
  };
}

type Present = {
  readonly memory: Memory;
  readonly current: Current;
  readonly looked: Looked;
  readonly verb: string;
};

function standingOf(
  outside: Outside,
  fleet: Fleet,
  { memory, current, looked, verb }: Present,
): Standing {
  const { config } = current.setting;
  const at = new Date(looked.at).toISOString();
  const watching = verb === "watchdog";
  return {
    schema: "agents.status/1",
    at,
    config: { path: config.path, ok: current.ok, problems: current.problems },
    tmux: { socket: fleet.socket },
    quarantined: looked.quarantined,
    watchdog: {
      state: watching ? "running" : "stopped",
      pid: watching ? process.pid : null,
      lastTick: at,
      unsaved: looked.unsaved,
      session: `${config.prefix}watchdog`,
      interval: config.watchdog.signalMs / 1000,
      started: watching ? outside.startOf(process.pid) : null,
    },
    ...withUsage(
      report(config, memory, (instant) => new Date(instant).toISOString()),
      usedToday(looked.used, dayOf(looked.at, outside.zone())),
    ),
  };
}

function withUsage(told: Report, used: ReturnType<typeof usedToday>): Report {
  return {
    ...told,
    agents: told.agents.map((one) => ({ ...one, usage: used[one.name] ?? null })),
  };
}
