// `agents service run`: what the system keeps alive. It sees to it that a watchdog runs while the fleet is wanted
// up, and passes its heartbeat on to the system: after a completed look, and only then. It touches no agent.

import { readMemory } from "../engine/store.ts";
import { findConfig } from "./find.ts";
import { configInForce } from "./fleet.ts";
import { ensureWatchdog, stopWatchdog } from "./keeper.ts";
import {
  type Call,
  type ExitCode,
  isRefusal,
  type Outside,
  signalled,
  type Site,
} from "./outside.ts";
import { readStanding, stateDirOf } from "./standing.ts";

const CHECK_MS = 2_000;
const NOTIFY_MS = 5_000;

export async function serviceRun(call: Call): Promise<ExitCode> {
  const { outside } = call;
  await tell(call, "READY=1");
  let heard = "";
  while (!outside.stop.aborted) {
    const beat = await attended(call);
    // A fleet that a person stopped has nothing to look at: that is no silence.
    const isFresh = beat === null || (beat !== "" && beat !== heard);
    if (isFresh) await tell(call, "WATCHDOG=1");
    if (isFresh) heard = beat ?? "";
    await outside.pause(CHECK_MS);
  }
  return signalled(outside.stop) === 143 ? 0 : signalled(outside.stop);
}

/** When the last look was completed, "" where none was; null while none is wanted. What goes wrong here is said and tried again. */
async function attended(call: Call): Promise<string | null> {
  const { outside } = call;
  try {
    const running = await lastTickOf(call);
    if (running !== null) return running;
    const config = await configInForce(call);
    const site = await outside.open(config);
    try {
      return await watched(call, site);
    } finally {
      await site.close(false);
    }
  } catch (error) {
    outside.stderr.write(
      `agents service: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    if (!isRefusal(error)) throw error;
    return "";
  }
}

/** The short way, which is nearly always enough: what a running watchdog published. Null where none runs. */
async function lastTickOf(call: Call): Promise<string | null> {
  const stateDir = await stateDirOf(call.outside, findConfig(call));
  const told = stateDir === null ? null : readStanding(call.outside, stateDir);
  return told?.watchdog.state === "running" ? told.watchdog.lastTick : null;
}

async function watched(call: Call, site: Site): Promise<string | null> {
  const { outside } = call;
  const { stateDir } = site.config;
  if (!isWanted(outside, stateDir)) return null;
  const before = readStanding(outside, stateDir);
  if (before?.watchdog.state === "stale") await stopWatchdog(call, site);
  // That takes a while, in which a person may have said `down`.
  if (!isWanted(outside, stateDir)) return null;
  if (await ensureWatchdog(call, site))
    outside.stdout.write("agents service: started the watchdog\n");
  return readStanding(outside, stateDir)?.watchdog.lastTick ?? "";
}

function isWanted({ disk }: Outside, stateDir: string): boolean {
  const memory = readMemory(disk, stateDir);
  if (memory === null) return false;
  const said = Object.values(memory.agents).map(({ wanted }) => wanted);
  return [memory.fleet.wanted, ...said].includes("up");
}

/** Without a system that listens, nobody is told. */
async function tell({ outside }: Call, what: string): Promise<void> {
  if ((outside.env["NOTIFY_SOCKET"] ?? "") === "") return;
  const told = await outside.ask(["systemd-notify", what], { dir: "/", limitMs: NOTIFY_MS });
  if (!told.ok) outside.stderr.write(`agents service: ${told.failure}\n`);
}
