// When a process began, by the wall clock: what a file's time is compared with. Linux only, from /proc;
// elsewhere nobody knows, and null says so.

import { readFileSync } from "node:fs";
import type { Instant } from "../core/types.ts";

/** Clock ticks of /proc: 100 a second on every Linux that node runs on. */
const tickMs = 10;

export function startedAt(pid: number): Instant | null {
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name is in parentheses and may hold spaces and parentheses itself.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    if (boot === undefined || ticks === undefined) return null;
    return Number(boot) * 1000 + Number(ticks) * tickMs;
  } catch {
    return null;
  }
}
