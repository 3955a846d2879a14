// Counts the system calls of processes and of the children they make meanwhile, and those children: with perf,
// which costs them little, else with strace, which slows them down; nulls where neither may. Never in a window in
// which time counts.

import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attempt } from "./proc.mjs";

const ATTACH_TRIES = 60;
const ATTACH_PAUSE_MS = 50;

const UNKNOWN = { calls: null, forks: null };

/** Begins to count; the answer ends it and tells the numbers. */
export const callCounter = async (ground, pids) =>
  (await attached(perf(ground, pids))) ??
  (await attached(strace(ground, pids))) ??
  (async () => UNKNOWN);

const attached = async ({ child, isAttached, count }) => {
  let over = false;
  let told = "";
  const closed = new Promise((resolve) => void child.once("close", resolve));
  child.once("error", () => (over = true));
  child.once("exit", () => (over = true));
  child.stderr.setEncoding("utf8").on("data", (text) => (told += text));
  for (let tries = 0; !over && tries < ATTACH_TRIES; tries += 1) {
    await sleep(ATTACH_PAUSE_MS);
    if (!over && isAttached(child.pid)) {
      // What it has opened it also has to switch on.
      await sleep(ATTACH_PAUSE_MS);
      return async () => {
        child.kill("SIGINT");
        await closed;
        return count(told);
      };
    }
  }
  child.kill("SIGKILL");
  return null;
};

const perf = (ground, pids) => ({
  child: ground.start("perf", "stat", "-x", ",", "-e", EVENTS, "-p", pids.join(",")),
  isAttached: (pid) =>
    attempt(() =>
      readdirSync(`/proc/${pid}/fd`).some((fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`).includes("perf_event"),
      ),
    ) ?? false,
  count: (told) => ({
    calls: numberIn(/^(\d+),[^\n]*sys_enter/m, told),
    forks: numberIn(/^(\d+),[^\n]*process_fork/m, told),
  }),
});
const EVENTS = "raw_syscalls:sys_enter,sched:sched_process_fork";

const strace = (ground, pids) => {
  const file = join(ground.dir, "calls");
  return {
    child: ground.start(
      "strace",
      "-f",
      "-c",
      "-qq",
      "-o",
      file,
      ...pids.flatMap((pid) => ["-p", pid]),
    ),
    isAttached: (tracer) => pids.every((pid) => attempt(() => tracerOf(pid)) === tracer),
    count: () => ({
      ...UNKNOWN,
      calls: numberIn(/^100\.00\s+\S+\s+\S+\s+(\d+)\s.*total$/m, readFileSync(file, "utf8")),
    }),
  };
};

const tracerOf = (pid) =>
  numberIn(/^TracerPid:\s+(\d+)/m, readFileSync(`/proc/${pid}/status`, "utf8"));

const numberIn = (pattern, text) => {
  const found = pattern.exec(text);
  return found === null ? null : Number(found[1]);
};
