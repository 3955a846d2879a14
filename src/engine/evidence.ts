// Evidence: what the screen and the sources said just before something was done to an agent, one file an act.
// Bounded in number and size, without secrets, and never a reason not to act: a failure is only a value.

import { join } from "node:path";
import type { Disk } from "./disk.ts";
import type { Result } from "./ports.ts";
import { hidden, namesSecret, redact } from "./redact.ts";

export const evidenceKept = 500;
export const evidenceBytes = 256 * 1024;
/** Of one string in it; the end is kept, because a screen says what matters at the bottom. */
const stringLength = 64 * 1024;

export type Keeping = {
  readonly disk: Disk;
  readonly stateDir: string;
  /** Exact values that must not be written, such as those of an env_file. */
  readonly secrets: readonly string[];
};

export function keepEvidence(
  { disk, stateDir, secrets }: Keeping,
  id: string,
  details: Readonly<Record<string, unknown>>,
): Result<string> {
  const dir = join(stateDir, "evidence");
  const made = disk.mkdir(dir);
  if (!made.ok) return made;
  const path = evidencePath(stateDir, id);
  const written = disk.write(path, text(details, secrets));
  if (!written.ok) return written;
  prune(disk, dir, evidenceKept);
  return { ok: true, value: path };
}

export function evidencePath(stateDir: string, id: string): string {
  const name = id.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 100);
  return join(stateDir, "evidence", `${name}.json`);
}

/** Removes the oldest files of a directory beyond so many. */
export function prune(disk: Disk, dir: string, kept: number): void {
  const listed = disk.list(dir);
  if (!listed.ok || listed.value.length <= kept) return;
  const oldest = [...listed.value].sort((a, b) => a.at - b.at);
  for (const { name } of oldest.slice(0, listed.value.length - kept)) disk.remove(join(dir, name));
}

function text(details: Readonly<Record<string, unknown>>, secrets: readonly string[]): string {
  const clean = (key: string, value: unknown): unknown => {
    if (typeof value !== "string") return value;
    return namesSecret(key) ? hidden : redact(value, secrets).slice(-stringLength);
  };
  const whole = JSON.stringify({ v: 1, ...details }, clean, 2);
  if (whole.length <= evidenceBytes) return `${whole}\n`;
  return `${JSON.stringify({ v: 1, clipped: whole.slice(0, evidenceBytes / 2) })}\n`;
}
