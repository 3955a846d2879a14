// `agents watchdog`: the engine in the foreground, until it is told to end. Its keeper starts it again
// after an accident; a second one is refused.

import { configInForce } from "./fleet.ts";
import { WATCHDOG } from "./keeper.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

/** A broken file does not keep the watchdog from watching: the last good one is read in its place. */
export async function watchdog(call: Call): Promise<ExitCode> {
  const config = await configInForce(call);
  const site = await call.outside.open(config);
  try {
    const lock = await site.acquire(WATCHDOG);
    if (lock === null || !("release" in lock)) {
      throw new Refusal(6, `already running${lock === null ? "" : ` (pid ${lock.pid})`}`);
    }
    const log = (text: string): void =>
      call.outside.stdout.write(`${new Date(call.outside.now()).toISOString()} ${text}\n`);
    log(
      `watchdog up: pid ${process.pid}, ${config.agents.length} agents, ${config.services.length} services, a look every ${config.watchdog.signalMs / 1000} s`,
    );
    try {
      await site.run(lock, { verb: WATCHDOG, goesOn: () => !call.outside.stop.aborted });
    } finally {
      await lock.release();
    }
    log("watchdog ends: it was told to");
    return 0;
  } finally {
    await site.close(false);
  }
}
