// `agents down [name…]`: what is named, or everything: wanted = down is saved first, then the watchdog
// ends, then agents, then services. Returns when nothing is left, or names what is.

import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { stopWatchdog, WATCHDOG } from "./keeper.ts";
import { give } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { outcomeLines } from "./up.ts";

/** The whole ladder of a stop, twice: agents, then services. */
const LIMIT_MS = 90_000;

export async function down(call: Call): Promise<ExitCode> {
  const config = await configInForce(call);
  const orphans = orphansOf(call, config).map((one) => one.name);
  checkNames(config, call.args, [WATCHDOG, ...orphans]);
  refuseFromInside(call, config.path);
  const names = call.args.filter((name) => name !== WATCHDOG);
  const everything = call.args.length === 0;
  if (call.options["dryRun"] === true) {
    const what = everything
      ? [
          "the watchdog",
          ...config.agents.map((one) => one.name),
          ...config.services.map((one) => one.name),
        ]
      : call.args;
    call.outside.stdout.write(what.map((one) => `would stop ${one}\n`).join(""));
    return 0;
  }
  const site = await call.outside.open(config);
  try {
    if (everything || call.args.includes(WATCHDOG)) await sayStopped(call, site);
    return everything || names.length > 0 ? await stop(call, site, names) : 0;
  } finally {
    await site.close(everything);
  }
}

async function sayStopped(call: Call, site: Site): Promise<void> {
  const was = await stopWatchdog(call, site);
  call.outside.stdout.write(was ? "watchdog   stopped\n" : "watchdog   was not running\n");
}

async function stop(call: Call, site: Site, names: readonly string[]): Promise<ExitCode> {
  const now = call.options["now"] === true ? { now: "yes" } : {};
  const answer = await give(call, site, { verb: "down", names, args: now, limitMs: LIMIT_MS });
  call.outside.stdout.write(outcomeLines(answer));
  if (answer.state === "done") return 0;
  throw new Refusal(1, answer.because === "" ? "not everything stopped in time" : answer.because);
}

/** An agent that types `agents down` into its own fleet has most likely lost its way. */
export function refuseFromInside({ outside, options }: Call, path: string): void {
  const inside = outside.env["AGENTS_NAME"] !== undefined && outside.env["AGENTS_CONFIG"] === path;
  if (inside && options["config"] === undefined) {
    throw new Refusal(
      2,
      `this shell belongs to agent ${outside.env["AGENTS_NAME"] ?? ""} of the same fleet; if you mean it, say --config ${path}`,
    );
  }
}
