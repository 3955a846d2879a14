// `agents watchdog`: the engine in the foreground, until it is told to end. Its keeper starts it again
// after an accident; a second one is refused.

import { resolve } from "node:path";
import { openRecorder } from "../engine/recorder.ts";
import { configInForce } from "./fleet.ts";
import { WATCHDOG } from "./keeper.ts";
import {
  type Call,
  type ExitCode,
  type Held,
  isRefusal,
  Refusal,
  signalled,
  type Site,
  type Until,
} from "./outside.ts";

const POLL_MS = 100;

/** A broken file does not keep the watchdog from watching: the last good one is read in its place. */
export async function watchdog(call: Call): Promise<ExitCode> {
  const { outside } = call;
  const config = await configInForce(call);
  const site = await outside.open(config);
  const log = (text: string): void =>
    outside.stdout.write(`${new Date(outside.now()).toISOString()} ${text}\n`);
  try {
    const lock = await lockOf(call, site);
    log(
      `watchdog up: pid ${process.pid}, ${config.agents.length} agents, ${config.services.length} services, a look every ${config.watchdog.signalMs / 1000} s`,
    );
    try {
      const goesOn = (): boolean => !outside.stop.aborted;
      await site.run(lock, { verb: WATCHDOG, goesOn, ...recording(call, log) });
    } finally {
      await lock.release();
    }
    if (!outside.stop.aborted)
      throw new Refusal(1, "another process has its lock; nothing more is done here");
    log("watchdog ends: it was told to");
    // A person's Ctrl-C is the end; a TERM that nobody owns up to is not: `agents down` ends the keeper too.
    return signalled(outside.stop) === 143 ? 143 : 0;
  } catch (error) {
    log(`watchdog ends: ${reasonOf(error)}`);
    throw error;
  } finally {
    await site.close(false);
  }
}

/** With --record, or the variable that a watchdog behind a keeper gets: every decision and what it was made from. */
function recording(
  { outside, options }: Call,
  log: (text: string) => void,
): Pick<Until, "witness"> {
  const written = options["record"] ?? outside.env["AGENTS_RECORD"];
  if (typeof written !== "string" || written === "") return {};
  const path = resolve(outside.cwd, written);
  log(`records its decisions in ${path}; see \`agents replay\``);
  const by = `${process.pid} ${outside.now()}`;
  return { witness: openRecorder(outside.disk, path, by) };
}

/** A verb that is the engine for a moment is waited for; beside another watchdog there is nothing to do. */
async function lockOf({ outside }: Call, site: Site): Promise<Held> {
  while (!outside.stop.aborted) {
    const lock = await site.acquire(WATCHDOG);
    if (lock === null) throw new Refusal(1, "the lock of this fleet cannot be had");
    if ("release" in lock) return lock;
    if (lock.verb === WATCHDOG) throw new Refusal(6, `already running (pid ${lock.pid})`);
    await outside.pause(POLL_MS);
  }
  throw new Refusal(signalled(outside.stop), "ended before it had the lock");
}

function reasonOf(error: unknown): string {
  if (isRefusal(error) || !(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
