// Tells who sits at a terminal: a bell and a notification where the watchdog itself was started on one, and a line at
// the foot of every terminal that is attached to the fleet. The line goes through tmux: bytes written to another's
// terminal behind its back would fall into the middle of what tmux draws there.

import { run } from "./exec.ts";
import { inTimedFormat } from "./tmux-quote.ts";

const ASK_LIMIT_MS = 5_000;
/** How long the line stands. */
const SHOWN_MS = 15_000;
const CLIENTS_MAX = 20;

export type RingPlace = {
  readonly socket: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  /** The terminal of this process; null where it has none. */
  readonly terminal: ((text: string) => void) | null;
};

export function openRing({
  socket,
  env,
  dir,
  terminal,
}: RingPlace): (line: string) => Promise<number> {
  const tmux = async (...words: readonly string[]): Promise<string> => {
    const argv = ["tmux", "-L", socket, ...words];
    const ran = await run({ argv, dir, env, limitMs: ASK_LIMIT_MS });
    return ran.ok && ran.value.code === 0 ? ran.value.stdout : "";
  };
  return async (line) => {
    terminal?.(`\u0007\u001b]9;${line}\u0007`);
    const listed = await tmux("list-clients", "-F", "#{client_control_mode} #{client_name}");
    // Control clients are programs, ours among them.
    const clients = listed.split("\n").flatMap((row) => /^0 (.+)$/.exec(row)?.[1] ?? []);
    // Drawn on a status line, `#[` would be a colour.
    const shown = inTimedFormat(line.replaceAll("#[", "# ["));
    for (const client of clients.slice(0, CLIENTS_MAX))
      await tmux("display-message", "-c", client, "-d", String(SHOWN_MS), "--", shown);
    return clients.length + (terminal === null ? 0 : 1);
  };
}
