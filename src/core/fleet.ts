// What concerns all agents at once: which tmux server they live on, whether the machine slept, and
// whether so many look wrong together that it must be the detector and not they.

import type { Config, Millis } from "../config/config.ts";
import type { Action, Memory, Seen, Server } from "./types.ts";

/** After a suspend or a clock jump nothing is killed for this long. */
const RESUME_GRACE_MS: Millis = 120_000;
/** A look this many ticks late means that the machine slept. */
const TICKS_ASLEEP = 3;
/** The two clocks may disagree by this much between two looks. */
const CLOCKS_APART_MS: Millis = 5_000;
/** Once the brake is on, it stays on for this long. */
const BRAKE_MS: Millis = 600_000;
/** That many may look wrong at once without raising doubt. */
const SUSPECTS_FEW = 2;

export type FleetStep = {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  readonly serverLost: boolean;
};

/**
 * A Memory that knows nothing, and agents of ours that live: it was lost, for nobody starts them but us. They
 * are kept; what was never remembered must not be the end of a night's work.
 */
export function recovered(memory: Memory, seen: Seen): Memory {
  const known = Object.keys(memory.agents).length > 0 || memory.fleet.server !== null;
  const living = Object.values(seen.panes).some(({ mark, dead }) => mark !== null && dead === null);
  return known || !living ? memory : { ...memory, fleet: { ...memory.fleet, wanted: "up" } };
}

export function stepFleet(config: Config, memory: Memory, seen: Seen): FleetStep {
  const { fleet } = memory;
  const actions: Action[] = [];
  const serverLost = isLost(fleet.server, seen.server);
  if (serverLost)
    actions.push(note(seen, "server-lost", "the tmux server is gone; what it held starts again"));
  const slept = hasSlept(config, seen);
  if (slept)
    actions.push(
      note(
        seen,
        "resumed",
        "the machine slept or its clock jumped; nothing is killed for two minutes",
      ),
    );
  const brakes = suspects(memory) > limitOf(memory) && !isBraked(memory, seen);
  if (brakes)
    actions.push(
      note(
        seen,
        "brake",
        `${suspects(memory)} agents look wrong at once: nothing is killed for ten minutes; please look`,
      ),
    );
  const next = {
    ...fleet,
    server: seen.server === "unseen" ? fleet.server : seen.server === "none" ? null : seen.server,
    resumedAt: slept ? seen.at : fleet.resumedAt,
    brakeAt: brakes ? seen.at : fleet.brakeAt,
  };
  return { memory: { ...memory, fleet: next }, actions, serverLost };
}

/** Why nothing may be killed now; null when killing is allowed. */
export function ceasefire(memory: Memory, seen: Seen): string | null {
  const { resumedAt } = memory.fleet;
  if (!seen.stateWritable) return "its state cannot be written";
  if (resumedAt !== null && seen.at >= resumedAt && seen.at - resumedAt < RESUME_GRACE_MS)
    return "the machine has just woken up or its clock jumped";
  return isBraked(memory, seen) ? "many agents look wrong at once" : null;
}

function isLost(before: Server | null, now: Seen["server"]): boolean {
  if (before === null || now === "unseen") return false;
  return now === "none" || now.pid !== before.pid || now.started !== before.started;
}

function hasSlept(config: Config, seen: Seen): boolean {
  if (seen.since === null) return false;
  const { wall, steady } = seen.since;
  const tick = config.watchdog.signalMs;
  return Math.abs(wall - steady) > CLOCKS_APART_MS || wall > TICKS_ASLEEP * tick + CLOCKS_APART_MS;
}

function suspects(memory: Memory): number {
  return Object.values(memory.agents).filter((one) => one.suspect !== null).length;
}

function limitOf(memory: Memory): number {
  const living = Object.values(memory.agents).filter((one) => one.run !== null).length;
  return Math.max(SUSPECTS_FEW, Math.floor(living / 3));
}

export function isBraked(memory: Memory, seen: Pick<Seen, "at">): boolean {
  const { brakeAt } = memory.fleet;
  return brakeAt !== null && seen.at >= brakeAt && seen.at - brakeAt < BRAKE_MS;
}

function note(seen: Seen, event: string, because: string): Action {
  return {
    do: "note",
    id: `fleet.${event}.${seen.at.toString(36)}`,
    target: "fleet",
    event,
    because,
    loud: true,
  };
}
