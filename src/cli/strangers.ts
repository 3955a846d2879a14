// Before a first start over a state directory of the reference supervisor: are its sessions still alive
// on the person's own tmux server? Two fleets in one project would be two agents in one worktree.

import { membersOf } from "../core/member.ts";
import { watchdogSession } from "./keeper.ts";
import { type Call, Refusal, type Site } from "./outside.ts";

/** Looks once, read-only, and only while this program has no state of its own here. */
export async function refuseStrangers({ outside }: Call, site: Site): Promise<void> {
  const { config } = site;
  if (outside.exists(`${config.stateDir}/memory.jsonl`)) return;
  const names = await site.strangers();
  const ours = new Set([...membersOf(config).map((one) => one.session), watchdogSession(config)]);
  const found = names.filter((name) => ours.has(name));
  if (found.length === 0) return;
  throw new Refusal(
    6,
    `sessions of these names run on your default tmux server, started by something else: ${found.join(", ")}. ` +
      `Stop them there (\`tmux kill-session -t =${found[0] ?? ""}\`, the watchdog first), or give this fleet another session_prefix.`,
  );
}
