// A sign of life, after looks that were done to their end and not more often than asked for: a file is written, an
// address is fetched. It is never waited for, and what fails is silence, which is what the other side listens for.

import type { Heartbeat } from "../config/config.ts";
import type { Instant } from "../core/types.ts";
import type { Disk } from "../engine/disk.ts";

const BEAT_LIMIT_MS = 10_000;

export type Beats = (heartbeat: Heartbeat, url: string | null, at: Instant) => void;

export function openHeartbeat(disk: Pick<Disk, "write">, steady: () => number): Beats {
  let last: number | null = null;
  let under = false;
  return (heartbeat, url, at) => {
    const now = steady();
    if (last !== null && now - last < heartbeat.everyMs) return;
    last = now;
    if (heartbeat.file !== null) disk.write(heartbeat.file, `${new Date(at).toISOString()}\n`);
    if (url === null || under) return;
    under = true;
    void beat(url).finally(() => {
      under = false;
    });
  };
}

async function beat(url: string): Promise<void> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(BEAT_LIMIT_MS) });
    await answer.body?.cancel();
  } catch {
    // The other side hears nothing, and that is what it is for.
  }
}
