// `agents up [name…]`: services, then agents; without names the watchdog first. It is a person's word:
// every `down` and `parked` is forgotten. What runs already is left as it is.

import type { Answer } from "../engine/orders.ts";
import { checkNames, configOf, orphansOf, problemsText } from "./fleet.ts";
import { ensureWatchdog, WATCHDOG } from "./keeper.ts";
import { give } from "./order.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";
import { plan } from "./plan.ts";
import { refuseStrangers } from "./strangers.ts";
import { wrapProblems } from "./wraps.ts";

/** How long an agent may take to leave `launching`. */
const LIMIT_MS = 60_000;

export async function up(call: Call): Promise<ExitCode> {
  if (call.options["dryRun"] === true) return plan(call);
  const config = await configOf(call, true);
  const more = orphansOf(call, config).flatMap(({ name, orphan }) => (orphan ? [] : [name]));
  checkNames(config, call.args, [WATCHDOG, ...more]);
  const lacks = await wrapProblems(call.outside, config);
  if (lacks.length > 0) throw new Refusal(5, problemsText(lacks));
  const names = call.args.filter((name) => name !== WATCHDOG);
  const withWatchdog = call.args.length === 0 || call.args.includes(WATCHDOG);
  const site = await call.outside.open(config);
  try {
    await refuseStrangers(call, site);
    return await begin(call, site, { names, withWatchdog });
  } finally {
    await site.close(false);
  }
}

type Wanted = { readonly names: readonly string[]; readonly withWatchdog: boolean };

async function begin(call: Call, site: Site, { names, withWatchdog }: Wanted): Promise<ExitCode> {
  const { stdout } = call.outside;
  if (withWatchdog) {
    const started = await ensureWatchdog(call, site);
    stdout.write(started ? "watchdog   started\n" : "watchdog   already running\n");
  }
  if (call.args.length > 0 && names.length === 0) return 0;
  const answer = await give(call, site, {
    verb: "up",
    names,
    args: overrides(call),
    limitMs: LIMIT_MS,
  });
  stdout.write(outcomeLines(answer));
  if (answer.state === "done") return 0;
  const because = answer.because === "" ? "not everything came up in time" : answer.because;
  throw new Refusal(1, `${because}\n${NEXT}`);
}

const NEXT =
  "`agents logs NAME` shows what it printed, `agents why NAME` what follows, `agents doctor` what is missing here";

/** AGENT_MODEL_x and AGENT_BACKEND_x of this shell: for this start only. */
export function overrides({ outside }: Call): Readonly<Record<string, string>> {
  const pairs = Object.entries(outside.env).filter(([name]) =>
    /^AGENT_(MODEL|BACKEND)_/.test(name),
  );
  return Object.fromEntries(pairs);
}

export function outcomeLines({ outcomes }: Answer): string {
  const width = Math.max(0, ...Object.keys(outcomes).map((name) => name.length));
  return Object.entries(outcomes)
    .map(([name, said]) => `${name.padEnd(width)}   ${said}\n`)
    .join("");
}
