// `status` without a watchdog: the whole configuration is read and tmux asked once. Apart from
// status.ts so that the ordinary, quick `status` loads none of it.

import { report } from "../core/report.ts";
import { FRESH } from "../core/fresh.ts";
import type { Memory } from "../core/types.ts";
import { readMemory } from "../engine/store.ts";
import { problemsText } from "./fleet.ts";
import { type Call, Refusal } from "./outside.ts";
import type { Standing } from "./standing.ts";

export async function standingNow(
  call: Call,
  path: string,
  told: Standing | null,
): Promise<Standing> {
  const { outside } = call;
  const read = await outside.load(path, false);
  if (read.is === "missing" && told === null) throw new Refusal(4, read.failure);
  if (read.is === "wrong" && told === null) throw new Refusal(5, problemsText(read.problems));
  if (read.is !== "config") {
    if (told === null) throw new Refusal(5, "the configuration cannot be read");
    const problems = read.is === "missing" ? [read.failure] : [problemsText(read.problems)];
    return { ...told, config: { path, ok: false, problems } };
  }
  const { config } = read;
  const site = await outside.open(config);
  try {
    const look = await site.ports.terminal.look();
    const stored = outside.exists(`${config.stateDir}/memory.jsonl`)
      ? readMemory(outside.disk, config.stateDir)
      : null;
    const living = look.ok
      ? new Set(
          look.value.rows
            .filter((row) => row.dead === null && row.mark !== null)
            .map((row) => row.session),
        )
      : null;
    const memory = corrected(stored ?? FRESH, living);
    const at = new Date(outside.now()).toISOString();
    return {
      schema: "agents.status/1",
      at,
      config: { path, ok: true, problems: [] },
      tmux: { socket: site.socket },
      quarantined: [],
      watchdog: told?.watchdog ?? {
        state: "stopped",
        pid: null,
        lastTick: null,
        unsaved: null,
        session: `${config.prefix}watchdog`,
        interval: config.watchdog.signalMs / 1000,
        started: null,
      },
      ...report(config, memory, (instant) => new Date(instant).toISOString()),
    };
  } finally {
    await site.close(false);
  }
}

/** What Memory believed when somebody last looked, against what tmux says now. Nothing is written. */
function corrected(memory: Memory, living: ReadonlySet<string> | null): Memory {
  const agents = Object.entries(memory.agents).map(([name, one]) => {
    if (living === null) return [name, { ...one, verdict: { is: "unseen" as const } }] as const;
    const gone =
      !living.has(one.session) &&
      one.life.is !== "down" &&
      one.life.is !== "ended" &&
      one.life.is !== "parked";
    const because = "not running, and no watchdog looks after it";
    return [
      name,
      gone
        ? { ...one, verdict: { is: "gone" as const }, because, life: { is: "ended" as const } }
        : one,
    ] as const;
  });
  return { ...memory, agents: Object.fromEntries(agents) };
}
