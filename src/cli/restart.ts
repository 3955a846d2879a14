// `agents restart [name…]`: what is named, or all that is meant to run, is stopped and started again, and
// what parked it is forgiven. The watchdog by name only: it gets this shell's environment and touches nobody.

import type { Config } from "../config/config.ts";
import { refuseFromInside } from "./down.ts";
import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { ensureWatchdog, stopWatchdog, WATCHDOG } from "./keeper.ts";
import { give } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { readStanding } from "./standing.ts";
import { outcomeLines, overrides } from "./up.ts";

/** The whole ladder of a stop, and a start. */
const LIMIT_MS = 120_000;

export async function restart(call: Call): Promise<ExitCode> {
  const config = await configInForce(call);
  checkNames(config, call.args, [WATCHDOG, ...orphansOf(call, config).map((one) => one.name)]);
  refuseFromInside(call, config.path);
  const names = call.args.filter((name) => name !== WATCHDOG);
  const agents = call.args.length === 0 || names.length > 0;
  const watchdog = call.args.includes(WATCHDOG);
  if (call.options["dryRun"] === true) {
    const meant = call.args.length === 0 ? meantToRun(call, config) : call.args;
    call.outside.stdout.write(meant.map((name) => `would restart ${name}\n`).join(""));
    return 0;
  }
  const site = await call.outside.open(config);
  try {
    if (watchdog) await renewWatchdog(call, site);
    if (agents) await again(call, site, names);
    return 0;
  } finally {
    await site.close(false);
  }
}

async function renewWatchdog(call: Call, site: Site): Promise<void> {
  const was = await stopWatchdog(call, site);
  await ensureWatchdog(call, site);
  call.outside.stdout.write(`watchdog   ${was ? "restarted" : "started; none was running"}\n`);
}

async function again(call: Call, site: Site, names: readonly string[]): Promise<void> {
  const now = call.options["now"] === true ? { now: "yes" } : {};
  const answer = await give(call, site, {
    verb: "restart",
    names,
    args: { ...overrides(call), ...now },
    limitMs: LIMIT_MS,
  });
  call.outside.stdout.write(outcomeLines(answer));
  if (answer.state === "done") return;
  throw new Refusal(1, answer.because === "" ? "not everything came up in time" : answer.because);
}

function meantToRun({ outside }: Call, config: Config): readonly string[] {
  const told = readStanding(outside, config.stateDir);
  const services = config.services.map((one) => one.name);
  const agents = told?.agents.filter((one) => one.wanted === "up" && !one.orphan) ?? [];
  return told === null ? [] : [...services, ...agents.map((one) => one.name)];
}
