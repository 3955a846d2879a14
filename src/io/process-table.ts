// The process table as the system tells it: /proc where it is, `ps` where it is not.
// The `ps` reader was tried on Linux only; that it reads the table of macOS is not proved.

import { readdirSync, readFileSync, statSync } from "node:fs";
import type { Result } from "../engine/ports.ts";

export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly uid: number;
  readonly name: string;
  /** With the boot it belongs to: a pid and this name one process for ever. */
  readonly started: string;
  /** Its own time and that of the children it has waited for. */
  readonly cpuMs: number;
  /** How long its threads were ready to run and got no CPU; 0 where the system does not tell. */
  readonly starvedMs: () => number;
  /** Its AGENTS_RUN_ID; read only when asked. */
  readonly run: () => string | null;
};

export type ProcessTable = {
  /** Living processes; zombies are left out. */
  all(): Result<readonly Process[]>;
  one(pid: number): Result<Process | null>;
};

const RUN = "AGENTS_RUN_ID=";
/** Clock ticks of /proc: 100 a second on every Linux that node runs on. */
const TICK_MS = 10;
const GONE = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);
const PS_MS = 5_000;
const PS_BYTES = 32 * 1024 * 1024;

export const procTable = (root: string): ProcessTable => {
  const boot = readOrNull(`${root}/sys/kernel/random/boot_id`)?.slice(0, 8) ?? "boot";

  const marks = openMarks(root);

  const one = (pid: number): Process | null => {
    const stat = readOrNull(`${root}/${pid}/stat`);
    const uid = gone(() => statSync(`${root}/${pid}`).uid);
    if (stat === null || uid === null) return null;
    // The name is in parentheses and may hold some itself: the last one closes it.
    const close = stat.lastIndexOf(")");
    const field = stat.slice(close + 2).split(" ");
    const state = field[0] ?? "X";
    if (state === "Z" || state === "X") return null;
    const name = stat.slice(stat.indexOf("(") + 1, close);
    const started = `${boot}-${field[19]}`;
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(field[at]), 0);
    return {
      pid,
      parent: Number(field[1]),
      uid,
      name,
      started,
      cpuMs: ticks * TICK_MS,
      starvedMs: () => starved(`${root}/${pid}/task`),
      run: () => marks(pid, `${started} ${name}`),
    };
  };

  return {
    all: () =>
      attempt(() =>
        readdirSync(root)
          .filter((name) => /^\d+$/.test(name))
          .flatMap((name) => one(Number(name)) ?? []),
      ),
    one: (pid) => attempt(() => one(pid)),
  };
};

const NS_PER_MS = 1_000_000;

/** The second number of a thread's schedstat: nanoseconds on a run queue. */
const starved = (tasks: string): number => {
  const threads = gone(() => readdirSync(tasks)) ?? [];
  const waits = threads.map((thread) => {
    const told = readOrNull(`${tasks}/${thread}/schedstat`)?.split(" ")[1];
    return Number(told ?? 0) / NS_PER_MS;
  });
  return waits.reduce((sum, one) => sum + one, 0);
};

/** As many processes as are remembered before all are forgotten. */
const MARKS_KEPT = 20_000;

/** A process keeps its environment until it becomes another program, and then it has another name. */
const openMarks = (root: string): ((pid: number, identity: string) => string | null) => {
  const known = new Map<number, { readonly identity: string; readonly run: string | null }>();
  return (pid, identity) => {
    const before = known.get(pid);
    if (before?.identity === identity) return before.run;
    const environ = readOrNull(`${root}/${pid}/environ`);
    // Between fork and exec there may be nothing to read yet: that is no answer to keep.
    if (environ === null || environ === "") return null;
    const found = environ.split("\0").find((line) => line.startsWith(RUN));
    const run = found?.slice(RUN.length) ?? null;
    if (known.size >= MARKS_KEPT) known.clear();
    known.set(pid, { identity, run });
    return run;
  };
};

export const psTable = (): ProcessTable => ({
  all: () => attempt(() => ps(["-A"])),
  one: (pid) => attempt(() => ps(["-p", String(pid)])[0] ?? null),
});

const ps = (which: readonly string[]): readonly Process[] => {
  const columns = "pid=,ppid=,uid=,state=,time=,lstart=,ucomm=";
  const marks = once(() => psMarks(which));
  return psLines([...which, "-o", columns]).flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [pid, parent, uid, state, time] = words;
    if (words.length < 11 || state === undefined || state.startsWith("Z")) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      uid: Number(uid),
      started: words.slice(5, 10).join(" "),
      name: words.slice(10).join(" "),
      cpuMs: clockMs(time ?? "0"),
      starvedMs: () => 0,
      run: () => marks().get(Number(pid)) ?? null,
    };
  });
};

/** Of all of them in one go: a process for each would hold a look up for seconds. */
const psMarks = (which: readonly string[]): ReadonlyMap<number, string> => {
  const mark = new RegExp(`^ *(\\d+) (?:.*? )?${RUN}(\\S*)`);
  // With E (or e) ps appends the environment to the command of one's own processes.
  const lines = psLines(["eww", ...which, "-o", "pid=,command="]);
  const found = lines.flatMap((line): readonly (readonly [number, string])[] => {
    const [, pid, run] = mark.exec(line) ?? [];
    return pid === undefined || run === undefined ? [] : [[Number(pid), run]];
  });
  return new Map(found);
};

const psLines = (args: readonly string[]): readonly string[] => {
  // Asked for late: where /proc is, nobody pays for it.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const ran = spawnSync("ps", args, {
    encoding: "utf8",
    timeout: PS_MS,
    maxBuffer: PS_BYTES,
    env: { PATH: "/bin:/usr/bin", LC_ALL: "C" },
  });
  if (ran.error !== undefined) throw ran.error;
  // ps answers 1 when no process matched.
  return ran.stdout.split("\n").filter((line) => line.trim() !== "");
};

/** `[[dd-]hh:]mm:ss[.cc]` */
const clockMs = (text: string): number => {
  const [clock = "0", days = "0"] = text.split("-").toReversed();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
};

const attempt = <T>(read: () => T): Result<T> => {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, failure: `The process table could not be read: ${String(error)}` };
  }
};

const readOrNull = (path: string): string | null => gone(() => readFileSync(path, "utf8"));

/** Null for a process that ended meanwhile, or is somebody else's. Any other error is a failed look. */
const gone = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && GONE.has(String(error.code))) return null;
    throw error;
  }
};

const once = <T>(read: () => T): (() => T) => {
  let kept: { readonly value: T } | null = null;
  return () => (kept ??= { value: read() }).value;
};
