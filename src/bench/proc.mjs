// What the kernel tells about processes, for the bench: CPU time in milliseconds, memory, open files, how often
// they went to sleep, and whether anybody forked. Linux only; elsewhere every answer is null, in the table "n/a".

import { readFileSync, readdirSync } from "node:fs";

/**
 * CPU time of a process with all its threads; null where the system does not say. In nanoseconds where the kernel
 * counts them, as a tick may cost less than one step of /proc/PID/stat; the two are never mixed.
 */
export const cpuMs = (pid) => (countsNanoseconds ? threadsMs(pid) : statMs(pid));

const threadsMs = (pid) =>
  attempt(() =>
    readdirSync(`/proc/${pid}/task`)
      .map((task) => attempt(() => schedstat(`/proc/${pid}/task/${task}`)) ?? 0)
      .reduce((sum, ns) => sum + ns / 1e6, 0),
  );

const schedstat = (dir) => Number(readFileSync(`${dir}/schedstat`, "utf8").split(" ")[0]);

const statMs = (pid) =>
  attempt(() => {
    const field = stat(pid);
    return (Number(field[11]) + Number(field[12])) * 10;
  });

/** The process itself and the children it has waited for. */
export const familyMs = (pid) =>
  attempt(() => [11, 12, 13, 14].reduce((sum, at) => sum + Number(stat(pid)[at]) * 10, 0));

/** After the name, which may hold anything: state, parent, … */
const stat = (pid) =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");

/** Everybody who was started with this NAME=value. */
export const startedWith = (variable) =>
  attempt(() =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && hasInEnvironment(name, variable))
      .map(Number),
  ) ?? [];

const hasInEnvironment = (pid, variable) =>
  attempt(() => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable)) ??
  false;

/** The process and all below it. */
export const treeOf = (pid) => [pid, ...childrenOf(pid).flatMap(treeOf)];

const childrenOf = (pid) =>
  attempt(() =>
    readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    ),
  ) ?? [];

/**
 * Equal before and after: none of these processes made a child meanwhile. A child that is there shows by its
 * number; one that came and went has left its page faults with its parent.
 */
export const offspring = (pids) =>
  attempt(() =>
    pids.map((pid) => [childrenOf(pid), stat(pid)[8], stat(pid)[10]].join(" ")).join(";"),
  );

/** Forks of the whole system since it booted: an upper bound, with everybody else's among them. */
export const forksOfAll = () =>
  attempt(() => Number(/^processes (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]));

export const residentMb = (pid) =>
  attempt(
    () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
  );

export const descriptors = (pid) => attempt(() => readdirSync(`/proc/${pid}/fd`).length);

/** How often its threads have gone to sleep by themselves. */
export const sleeps = (pid) =>
  attempt(() =>
    readdirSync(`/proc/${pid}/task`)
      .map((task) =>
        /^voluntary_ctxt_switches:\s+(\d+)/m.exec(
          readFileSync(`/proc/${pid}/task/${task}/status`, "utf8"),
        ),
      )
      .reduce((sum, found) => sum + Number(found?.[1]), 0),
  );

/** Null where it throws. */
export const attempt = (read) => {
  try {
    return read();
  } catch {
    return null;
  }
};

const countsNanoseconds = attempt(() => schedstat("/proc/self")) > 0;
