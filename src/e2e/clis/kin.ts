// Who lives, asked of /proc: everything that was started with one home, and everything born below it, told apart
// from a later process of the same number by its start time. Used by the tries of real coding agents only.

import { readdirSync, readFileSync } from "node:fs";

/** Start times by pid. */
export type Kin = ReadonlyMap<number, string>;

/** Living processes that were started with this home, and their descendants, whatever environment those have. */
export function kinOf(home: string): Kin {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const kin = new Set(all.filter((pid) => isAtHome(pid, home)));
  for (let size = -1; size !== kin.size;) {
    size = kin.size;
    for (const pid of all) if (kin.has(parentOf(pid))) kin.add(pid);
  }
  return new Map([...kin].map((pid) => [pid, startOf(pid)] as const).filter(([, at]) => at !== ""));
}

/** Who of them lives, or has come to this home since. */
export function living(kin: Kin, home: string): readonly number[] {
  const known = [...kin].filter(([pid, at]) => startOf(pid) === at).map(([pid]) => pid);
  return [...new Set([...known, ...kinOf(home).keys()])];
}

export function nameOf(pid: number): string {
  const words = read(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
  return `${words.slice(0, 80)} (${pid})`;
}

/** For what the fleet should have ended itself: it was started by us, so it may be. */
export function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

function isAtHome(pid: number, home: string): boolean {
  return read(`/proc/${pid}/environ`).split("\0").includes(`HOME=${home}`);
}

function parentOf(pid: number): number {
  return Number(fields(pid)[1] ?? 0);
}

/** "" when nobody lives under that number; a zombie is nobody. */
function startOf(pid: number): string {
  const [state = "Z", ...rest] = fields(pid);
  return state === "Z" || state === "X" ? "" : (rest[18] ?? "");
}

function fields(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** "" where it ended, or is not ours to read. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
