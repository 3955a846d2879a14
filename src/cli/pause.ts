// `agents pause [name…]`: leave it alone. Its process goes on, but nothing is typed into it save a person's
// own words, and no quiet, edit or limit moves it, until `agents resume`.

import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import type { Call, ExitCode } from "./outside.ts";
import { outcomeLines } from "./up.ts";

const LIMIT_MS = 30_000;

export function pause(call: Call): Promise<ExitCode> {
  return say(call, "pause");
}

export async function say(
  call: Call,
  verb: "pause" | "resume",
  args: Readonly<Record<string, string>> = {},
): Promise<ExitCode> {
  const config = await configInForce(call);
  checkNames(
    config,
    call.args,
    orphansOf(call, config).map((one) => one.name),
  );
  const site = await call.outside.open(config);
  try {
    const answer = await give(call, site, { verb, names: call.args, args, limitMs: LIMIT_MS });
    mustBeDone(answer, `could not ${verb} in time`);
    call.outside.stdout.write(outcomeLines(answer));
    return 0;
  } finally {
    await site.close(false);
  }
}
