// Commands that the clock begins: shell text in a session of its own, its output and its exit code in files, so that
// neither an end of this process nor its upgrade disturbs it. Whose log exists has begun: nothing is begun twice.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { JobAsk, Jobs, Processes, Result } from "../engine/ports.ts";

/** Logs of a job that are kept; the oldest go first. */
const RUNS_KEPT = 20;

/** The code is there whole or not at all; a shell that is killed leaves none. */
const SHELL = 'sh -c "$1"; printf "%s\\n" "$?" > "$2.part" && mv -f "$2.part" "$2"';

export type JobPlace = {
  readonly processes: Pick<Processes, "members" | "signal">;
  /** Between TERM and KILL. */
  readonly politeMs: number;
  /** One of them ended. */
  readonly ring: () => void;
};

export function openJobs({ processes, politeMs, ring }: JobPlace): Jobs {
  /** Begun by this process, and not ended: no other need be asked. */
  const mine = new Set<string>();
  const begin = async (ask: JobAsk): Promise<Result<null>> => {
    const { run, home, command, dir, env } = ask;
    const log = logFor(ask);
    if (typeof log !== "number") return log;
    const child = spawn("sh", ["-c", SHELL, "sh", command, codePath(ask)], {
      cwd: dir,
      env: { ...env, PWD: dir, AGENTS_RUN_ID: markOf(run) },
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.unref();
    mine.add(run);
    child.once("exit", () => {
      mine.delete(run);
      ring();
    });
    prune(home);
    try {
      await once(child, "spawn");
      return { ok: true, value: null };
    } catch (error) {
      mine.delete(run);
      return { ok: false, failure: `it did not begin in ${dir}: ${String(error)}` };
    }
  };
  const living = (run: string) => {
    const found = processes.members({ run: markOf(run), root: null, spare: [] });
    return found.ok ? found.value : null;
  };
  return {
    begin,
    seen: (ask) => {
      const code = codeIn(ask);
      if (code !== null) return { code };
      if (mine.has(ask.run)) return "running";
      if (!existsSync(logPath(ask))) return "none";
      const members = living(ask.run);
      // Who could not be looked for may run.
      if (members === null || members.length > 0) return "running";
      const late = codeIn(ask);
      return late === null ? "lost" : { code: late };
    },
    end: async ({ run }) => {
      for (const signal of ["TERM", "KILL"] as const) {
        const members = living(run);
        if (members === null)
          return { ok: false, failure: "its processes could not be looked for" };
        if (members.length === 0) return { ok: true, value: null };
        processes.signal(members, signal);
        if (signal === "TERM") await setTimeout(politeMs);
      }
      return { ok: true, value: null };
    },
  };
}

type Run = Pick<JobAsk, "run" | "home">;

/** As no agent's incarnation is called. */
function markOf(run: string): string {
  return `job-${run}`;
}

function logPath({ home, run }: Run): string {
  return join(home, `${run}.log`);
}

function codePath({ home, run }: Run): string {
  return join(home, `${run}.code`);
}

function logFor(ask: Run): number | Result<null> {
  try {
    return openSync(logPath(ask), "wx", 0o600);
  } catch (error) {
    const begun = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (begun) return { ok: true, value: null };
    return { ok: false, failure: `cannot write ${logPath(ask)}: ${String(error)}` };
  }
}

/** Null while there is none. */
function codeIn(ask: Run): number | null {
  try {
    const text = readFileSync(codePath(ask), "utf8").trim();
    return /^\d{1,3}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

/** Names begin with the hour, so they sort by it. */
function prune(home: string): void {
  try {
    const runs = readdirSync(home).filter((name) => name.endsWith(".log"));
    for (const name of runs.toSorted().slice(0, -RUNS_KEPT)) {
      const run = name.slice(0, -".log".length);
      for (const path of [logPath({ home, run }), codePath({ home, run })])
        rmSync(path, { force: true });
    }
  } catch {
    // What could not be put away now is put away the next time.
  }
}
