// `agents task WAY …`: finite work. Which way is meant; each has a file of its own, loaded when it is asked for.

import { didYouMean } from "../config/suggest.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

type Way = (call: Call) => Promise<ExitCode>;

const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
  add: async () => (await import("./task-add.ts")).addTask,
  import: async () => (await import("./task-import.ts")).importTasks,
  list: async () => (await import("./task-list.ts")).listTasks,
  show: async () => (await import("./task-show.ts")).showTask,
  logs: async () => (await import("./task-files.ts")).taskLogs,
  diff: async () => (await import("./task-files.ts")).taskDiff,
  artifacts: async () => (await import("./task-files.ts")).taskArtifacts,
  approve: async () => (await import("./task-order.ts")).orderTask("approve"),
  reject: async () => (await import("./task-order.ts")).orderTask("reject"),
  retry: async () => (await import("./task-order.ts")).orderTask("retry"),
  cancel: async () => (await import("./task-order.ts")).orderTask("cancel"),
  close: async () => (await import("./task-order.ts")).orderTask("close"),
  wait: async () => (await import("./task-wait.ts")).waitForTasks,
};

export async function task(call: Call): Promise<ExitCode> {
  const [way = "list", ...words] = call.args;
  const door = Object.hasOwn(WAYS, way) ? WAYS[way] : undefined;
  if (door === undefined) {
    const ways = Object.keys(WAYS);
    const meant = didYouMean(way, ways) || `; there are ${ways.join(", ")}`;
    throw new Refusal(2, `unknown: task ${way}${meant}`);
  }
  return (await door())({ ...call, args: words });
}
