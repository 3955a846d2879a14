// The evidence files: what an agent's screen showed when something was done to it, by which rule and threshold. Finds
// and reads one; the engine writes them, and takes the oldest away.

import type { Disk } from "../engine/disk.ts";
import { evidencePath } from "../engine/evidence.ts";
import { isRaw, type Raw } from "../engine/memory-version.ts";

export type EvidenceFile = {
  readonly path: string;
  readonly at: number;
  readonly because: string;
  readonly screen: string;
  /** What it was judged to be; "" where that is not kept. */
  readonly verdict: string;
  /** Source, rule and line, best first. */
  readonly rules: readonly {
    readonly from: string;
    readonly rule: string;
    readonly line: string;
  }[];
  /** Milliseconds by name. */
  readonly thresholds: Readonly<Record<string, number>>;
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
    const found = evidenceIn(disk, `${dir}/${file}`, { name, at });
    if (found !== null) return found;
  }
  return null;
}

/** What was kept with this deed: under its own id, or under that of the evidence of the same moment. */
export function evidenceOf(
  disk: Disk,
  stateDir: string,
  deed: { readonly agent: string; readonly at: string; readonly id: string },
): EvidenceFile | null {
  const { agent: name, id } = deed;
  const moment = id.slice(id.lastIndexOf(".") + 1);
  const at = Date.parse(deed.at);
  const paths = [id, `${name}.evidence.${moment}`].map((one) => evidencePath(stateDir, one));
  const found = paths.map((path) => evidenceIn(disk, path, { name, at }));
  return found.find((one) => one !== null) ?? null;
}

function evidenceIn(
  disk: Disk,
  path: string,
  { name, at }: { readonly name: string; readonly at: number },
): EvidenceFile | null {
  const found = read(disk, path);
  if (found?.["target"] !== name) return null;
  const { verdict, evidence, watchdog, stallIdleMs } = found;
  const rules = (Array.isArray(evidence) ? evidence : []).filter(isRaw);
  return {
    path,
    at,
    because: text(found, "because"),
    screen: text(found, "screen"),
    verdict: isRaw(verdict) ? text(verdict, "is") : "",
    rules: rules.map((one) => ({
      from: text(one, "from"),
      rule: text(one, "rule"),
      line: text(one, "line"),
    })),
    thresholds: numbers({ ...(isRaw(watchdog) ? watchdog : {}), stallIdleMs }),
  };
}

function text(found: Raw, key: string): string {
  const value = found[key];
  return typeof value === "string" ? value : "";
}

function numbers(found: Raw): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) =>
      typeof value === "number" ? [[key, value] as const] : [],
    ),
  );
}

function read(disk: Disk, path: string): Raw | null {
  const bytes = disk.read(path);
  if (!bytes.ok || bytes.value === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    return isRaw(value) ? value : null;
  } catch {
    return null;
  }
}
