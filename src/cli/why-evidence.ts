// The evidence files: what an agent's screen showed just before something was done to it. Finds and reads
// one; the engine writes them, and takes the oldest away.

import type { Disk } from "../engine/disk.ts";
import { evidencePath } from "../engine/evidence.ts";
import { isRaw } from "../engine/memory-version.ts";

export type EvidenceFile = {
  readonly path: string;
  readonly at: number;
  readonly because: string;
  readonly screen: string;
};

/** So many files are opened at most: names that begin alike belong to several agents. */
const OPENED_MAX = 50;

/** The newest one of this agent, or the newest one that is not after `until`. */
export function lastEvidence(
  disk: Disk,
  stateDir: string,
  { name, until }: { readonly name: string; readonly until: number | null },
): EvidenceFile | null {
  const dir = evidencePath(stateDir, "").replace(/\/[^/]*$/, "");
  const listed = disk.list(dir);
  if (!listed.ok) return null;
  const mine = listed.value
    .filter((one) => one.name.startsWith(`${name}_`) && (until === null || one.at <= until))
    .toSorted((a, b) => b.at - a.at);
  for (const { name: file, at } of mine.slice(0, OPENED_MAX)) {
    const found = read(disk, `${dir}/${file}`);
    if (found?.["target"] !== name) continue;
    const text = (key: string): string => (typeof found[key] === "string" ? found[key] : "");
    return { path: `${dir}/${file}`, at, because: text("because"), screen: text("screen") };
  }
  return null;
}

function read(disk: Disk, path: string): Readonly<Record<string, unknown>> | null {
  const bytes = disk.read(path);
  if (!bytes.ok || bytes.value === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    return isRaw(value) ? value : null;
  } catch {
    return null;
  }
}
