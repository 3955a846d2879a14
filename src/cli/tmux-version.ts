// Which tmux is installed, and whether it is new enough. Asks tmux for its version and nothing else.

import type { Outside } from "./outside.ts";

/** Older ones lack what is asked of panes and environments. */
export const OLDEST_TMUX = "3.2";
const LIMIT_MS = 2_000;

/** "3.3a"; null where there is no tmux that answers. */
export async function tmuxVersion(outside: Outside): Promise<string | null> {
  const ran = await outside.ask(["tmux", "-V"], { dir: "/", limitMs: LIMIT_MS });
  if (!ran.ok || ran.value.code !== 0) return null;
  return ran.value.stdout.trim().replace(/^tmux /, "");
}

/** One that counts differently, such as "master", is taken for new. */
export function isOld(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const [, oldestMajor, oldestMinor] = /(\d+)\.(\d+)/.exec(OLDEST_TMUX) ?? [];
  if (major === undefined || minor === undefined) return false;
  const by = Number(major) - Number(oldestMajor);
  return by < 0 || (by === 0 && Number(minor) < Number(oldestMinor));
}
