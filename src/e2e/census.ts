// Who lives, asked of /proc and of nobody else: processes by agent and incarnation, told by the environment
// they were started with. Used by the end-to-end tests only.

import { readdirSync, readFileSync } from "node:fs";

/** Agent → AGENTS_RUN_ID → pids of that fleet; a zombie is nobody. */
export type Census = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export function census(config: string): Census {
  const found = new Map<string, Map<string, number[]>>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const marks = marksOf(pid, config);
    if (marks === null) continue;
    const runs = found.get(marks.name) ?? new Map<string, number[]>();
    runs.set(marks.run, [...(runs.get(marks.run) ?? []), Number(pid)]);
    found.set(marks.name, runs);
  }
  return found;
}

function marksOf(
  pid: string,
  config: string,
): { readonly name: string; readonly run: string } | null {
  const words = environOf(pid);
  const of = (key: string): string | null =>
    words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1) ?? null;
  const [name, run] = [of("AGENTS_NAME"), of("AGENTS_RUN_ID")];
  return name === null || run === null || of("AGENTS_CONFIG") !== config ? null : { name, run };
}

function environOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    // It ended, or is not ours to read.
    return [];
  }
}
