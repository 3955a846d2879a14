// `agents attach NAME`: this terminal becomes the agent's, until it is let go again. The pane is found by
// our marker on the fleet's own server; nothing is started.

import type { Row } from "../engine/ports.ts";
import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { WATCHDOG } from "./keeper.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

export async function attach(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const [name = ""] = call.args;
  const { socket, row } = await paneOf(call, name);
  if (!outside.stdout.isTTY)
    throw new Refusal(1, `this is no terminal; \`agents logs ${name}\` shows what it printed`);
  outside.stderr.write(`${hint(name, row)}\n`);
  const flags = options["readOnly"] === true ? ["-r"] : [];
  // A terminal inside of another tmux server may show this one as well.
  const { TMUX: _outer, ...env } = outside.env;
  const argv = ["tmux", "-u", "-L", socket, "attach-session", ...flags, "-t", row.pane];
  const code = await outside.hand(argv, env);
  if (code === 0) return 0;
  throw new Refusal(code === 127 ? 7 : 1, `tmux ended with code ${code}`);
}

type Found = { readonly socket: string; readonly row: Row };

/** Our own connection is closed again before the terminal is handed over. */
async function paneOf(call: Call, name: string): Promise<Found> {
  const config = await configInForce(call);
  const orphans = orphansOf(call, config).map((one) => one.name);
  checkNames(config, [name], [WATCHDOG, ...orphans]);
  const site = await call.outside.open(config);
  const isDog = name === WATCHDOG;
  try {
    const look = await (isDog ? site.watchdogs : site.ports.terminal).look();
    if (!look.ok) throw new Refusal(7, look.failure);
    const row = look.value.rows.find((one) => one.mark?.target === name);
    if (row === undefined)
      throw new Refusal(
        1,
        `${name} has no session: it is not running; \`agents up ${name}\` starts it`,
      );
    return { socket: isDog ? site.watchdogSocket : site.socket, row };
  } finally {
    await site.close(false);
  }
}

function hint(name: string, row: Row): string {
  const dead = row.dead === null ? "" : " It has ended; this is its last screen.";
  return `agents: attaching to ${name}; the tmux prefix (usually Ctrl-b), then d, comes back.${dead}`;
}
