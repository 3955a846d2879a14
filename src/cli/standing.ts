// The document behind `agents status`: what the engine published, checked against the clock and the
// process table, so that a watchdog which is gone or stuck is never shown as well.

import type { Report } from "../core/report.ts";
import type { Quarantined } from "../engine/quarantine.ts";
import { findConfig } from "./find.ts";
import type { Call, Outside } from "./outside.ts";

export type Standing = Report & {
  readonly schema: "agents.status/1";
  readonly at: string;
  readonly config: {
    readonly path: string;
    readonly ok: boolean;
    readonly problems: readonly string[];
  };
  readonly tmux: { readonly socket: string };
  /** Patterns that took too long, and are out of use until they are edited. */
  readonly quarantined: readonly Quarantined[];
  readonly watchdog: {
    readonly state: "running" | "stopped" | "stale";
    readonly pid: number | null;
    readonly lastTick: string | null;
    readonly session: string;
    /** Why nothing that is decided can be done; null in ordinary times. */
    readonly unsaved: string | null;
    /** Seconds between two full looks. */
    readonly interval: number;
    /** Start time of the process, so that a recycled pid is not taken for it. */
    readonly started: string | null;
  };
};

/** A watchdog that has not looked for so many ticks is not watching. */
const TICKS_STALE = 3;
const GRACE_MS = 5_000;

export function statusPath(stateDir: string): string {
  return `${stateDir}/status.json`;
}

/** What a watchdog published; where none runs, what one look of our own shows. */
export async function standingOf(call: Call): Promise<Standing> {
  const path = findConfig(call);
  const stateDir = await stateDirOf(call.outside, path);
  const told = stateDir === null ? null : readStanding(call.outside, stateDir);
  if (told !== null && told.watchdog.state === "running") return told;
  // Behind a door: an ordinary `status` needs none of it.
  return (await import("./fleet-light.ts")).standingNow(call, path, told);
}

/** Whoever runs an engine leaves a pointer; without one the file is read. */
export async function stateDirOf(outside: Outside, path: string): Promise<string | null> {
  const pointed = outside.pointer(path);
  if (pointed !== null) return pointed;
  return (await import("./whereabouts.ts")).whereabouts(outside, path)?.stateDir ?? null;
}

/** Null where nothing was ever published. */
export function readStanding(outside: Outside, stateDir: string): Standing | null {
  const path = statusPath(stateDir);
  const text = outside.text(path);
  if (text === null) return null;
  const told = parsed(text);
  if (told === null) return null;
  const touched = outside.modified(path) ?? 0;
  const { pid, started, interval, session, unsaved } = told.watchdog;
  const alive = pid !== null && started !== null && outside.startOf(pid) === started;
  // A clock that was set back leaves a look in the future, which says as little.
  const late = Math.abs(outside.now() - touched) > TICKS_STALE * interval * 1000 + GRACE_MS;
  const state = alive ? (late ? "stale" : "running") : "stopped";
  const lastTick = new Date(touched).toISOString();
  return {
    ...told,
    watchdog: { state, pid: alive ? pid : null, lastTick, unsaved, session, interval, started },
  };
}

function parsed(text: string): Standing | null {
  try {
    const value: Standing = JSON.parse(text);
    // A watchdog of an older version knows neither holds nor a quarantine nor budgets nor usage nor jobs.
    const known = {
      holds: value.holds ?? [],
      budgets: value.budgets ?? [],
      quarantined: value.quarantined ?? [],
      agents: value.agents.map((one) => (one.usage === undefined ? { ...one, usage: null } : one)),
      jobs: value.jobs ?? [],
    };
    return value.schema === "agents.status/1" ? { ...value, ...known } : null;
  } catch {
    return null;
  }
}

/** Why the fleet is not well; empty when it is. */
export function troubles(standing: Standing): readonly string[] {
  const { watchdog, config, agents, services, quarantined, jobs } = standing;
  const lives = agents.some(
    (one) =>
      one.wanted === "up" &&
      one.watch !== "none" &&
      (one.life === "up" || one.life === "held" || one.life === "backoff"),
  );
  const worried = agents.filter(
    (one) =>
      one.life === "parked" ||
      one.verdict === "asking" ||
      (one.wanted === "up" && one.because.startsWith("cannot start")),
  );
  return [
    ...(watchdog.state === "stale"
      ? ["the watchdog is stuck: it has not looked for more than three ticks"]
      : []),
    ...(watchdog.state === "stopped" && lives
      ? ["no watchdog looks after this fleet; `agents up watchdog` starts it"]
      : []),
    ...(watchdog.state === "running" && watchdog.unsaved !== null ? [watchdog.unsaved] : []),
    ...quarantined.map(({ because }) => because),
    ...(config.ok ? [] : ["the configuration file is broken; the last good one is in force"]),
    ...worried.map((one) => `${one.name}: ${one.because === "" ? one.verdict : one.because}`),
    ...services.filter((one) => one.life === "parked").map((one) => `${one.name}: ${one.because}`),
    ...jobs.flatMap(({ name, last }) =>
      last?.came === "failed" ? [`job ${name} failed: ${last.because}`] : [],
    ),
  ];
}
