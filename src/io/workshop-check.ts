// Runs a check: shell text in a worktree, in a process group of its own, its output in a file, ended with all that
// it started when its time is over. What it left of an earlier time is ended first.

import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { closeSync, openSync } from "node:fs";
import type { Bench, CheckAsk, Processes, Result } from "../engine/ports.ts";

/** `why`: "" after an end of its own, "late" where it was cut off. */
export type Checked = { readonly code: number | null; readonly why: string };

export type CheckPlace = {
  readonly processes: Pick<Processes, "members" | "signal">;
  /** Between TERM and KILL. */
  readonly politeMs: number;
};

export async function runCheck(
  place: CheckPlace,
  bench: Bench,
  ask: CheckAsk & { readonly dir: string },
): Promise<Result<Checked>> {
  const run = `check-${bench.task}`;
  await endAll(place, run, null);
  let log: number;
  try {
    log = openSync(ask.log, "w", 0o600);
  } catch (error) {
    return { ok: false, failure: `cannot write ${ask.log}: ${String(error)}` };
  }
  // Into a file and through no pipe: what it left running holds nothing that is waited for.
  const child = spawn("sh", ["-c", ask.command], {
    cwd: ask.dir,
    env: { ...bench.env, PWD: ask.dir, AGENTS_RUN_ID: run, AGENTS_TASK: bench.task, CI: "1" },
    detached: true,
    stdio: ["ignore", log, log],
  });
  let late = false;
  const over = new AbortController();
  void setTimeout(ask.limitMs, null, { signal: over.signal }).then(
    () => {
      late = true;
      return endAll(place, run, child.pid ?? null);
    },
    () => {},
  );
  const { code, signal, failure } = await ended(child);
  over.abort();
  // What it left running would hold the worktree, and go on for nobody.
  await endAll(place, run, null);
  closeSync(log);
  if (late) return { ok: true, value: { code: null, why: "late" } };
  if (code !== null) return { ok: true, value: { code, why: "" } };
  const why = signal === null ? failure : `the check was ended by ${signal}`;
  return { ok: true, value: { code: null, why } };
}

type End = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly failure: string;
};

function ended(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) =>
      resolve({ code: null, signal: null, failure: `the check did not run: ${error.message}` }),
    );
    child.once("exit", (code, signal) => resolve({ code, signal, failure: "" }));
  });
}

/** TERM, a moment, KILL: over the whole tree and whoever carries its mark. */
async function endAll(
  { processes, politeMs }: CheckPlace,
  run: string,
  root: number | null,
): Promise<void> {
  const members = processes.members({ run, root, spare: [] });
  if (!members.ok || members.value.length === 0) return;
  processes.signal(members.value, "TERM");
  await setTimeout(politeMs);
  const left = processes.members({ run, root, spare: [] });
  if (left.ok) processes.signal(left.value, "KILL");
}
