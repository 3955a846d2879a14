// Faults that hold something up: SIGSTOP, a git that hangs, a full disk, a socket that a cleaner took.

import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import {
  anyone,
  doze,
  mainOf,
  signal,
  together,
  type Arena,
  type Done,
  type Fault,
} from "./arena.ts";
import { killAgent, killWatchdog } from "./kills.ts";

const LARGE = "1g";
const REMOUNTS = 5;

/** Stopped for a while; whatever happens meanwhile, it goes on. */
async function stopped<T>(pid: number | null, meanwhile: () => Promise<T>): Promise<T> {
  signal(pid, "SIGSTOP");
  try {
    return await meanwhile();
  } finally {
    signal(pid, "SIGCONT");
  }
}

export function fill(dir: string): boolean {
  for (let tries = 0; tries < REMOUNTS; tries += 1) {
    const { blocks, bfree, bsize } = statfsSync(dir);
    const options = `remount,size=${(blocks - bfree) * bsize}`;
    if (spawnSync("mount", ["-o", options, dir]).status === 0) return true;
  }
  return false;
}

export const empty = (dir: string): void =>
  void spawnSync("mount", ["-o", `remount,size=${LARGE}`, dir]);

async function fullDisk(arena: Arena): Promise<Done> {
  const { fleet, luck } = arena;
  const dir = `${fleet.lab.dir}/log`;
  const done: Done[] = [];
  if (!fill(dir)) return { harmed: [] };
  try {
    await doze(arena, 500, 2_000);
    if (luck.hit(0.5)) done.push(await killAgent(arena));
    if (luck.hit(0.3) && arena.keeper.isPatient()) done.push(await killWatchdog(arena));
    await doze(arena, 1_000, 4_000);
  } finally {
    empty(dir);
  }
  return together(...done, { harmed: [] });
}

export const FREEZES: readonly Fault[] = [
  {
    kind: "watchdog stopped for a while",
    strike: (arena) =>
      stopped(arena.fleet.watchdog(), async () => {
        await doze(arena, 300, 4_000);
        const done = arena.luck.hit(0.5) ? await killAgent(arena) : { harmed: [] };
        if (arena.luck.hit(0.5)) await arena.witness.handoff.push("claim");
        await doze(arena, 300, 6_000);
        return done;
      }),
  },
  {
    kind: "server stopped for a while",
    strike: async (arena) =>
      stopped(await arena.fleet.server(), async () => {
        // Whatever was being typed may be typed again: nobody answered.
        arena.witness.handoff.crashed();
        await doze(arena, 500, 20_000);
        return { harmed: [] };
      }),
  },
  {
    kind: "watchdog and server stopped for a while",
    strike: async (arena) => {
      const server = await arena.fleet.server();
      return stopped(arena.fleet.watchdog(), () =>
        stopped(server, async () => {
          arena.witness.handoff.crashed();
          await doze(arena, 500, 8_000);
          return { harmed: [] };
        }),
      );
    },
  },
  {
    kind: "agent stopped for a while",
    strike: (arena) =>
      stopped(mainOf(arena, anyone(arena)), async () => {
        arena.witness.handoff.crashed();
        await doze(arena, 500, 6_000);
        return { harmed: [] };
      }),
  },
  {
    kind: "git hangs",
    strike: async (arena) => {
      writeFileSync(arena.fleet.file("git-hangs"), "");
      try {
        await arena.witness.handoff.push(arena.luck.pick(["claim", "review"]));
        const done = arena.luck.hit(0.5) ? await killAgent(arena) : { harmed: [] };
        await doze(arena, 500, 5_000);
        return done;
      } finally {
        rmSync(arena.fleet.file("git-hangs"));
      }
    },
  },
  {
    kind: "log_dir full",
    unfit: ({ fleet }) => fleet.disk,
    strike: fullDisk,
  },
  {
    kind: "tmux socket deleted",
    strike: async (arena) => {
      const { env, socket } = arena.fleet.lab;
      rmSync(`${env["TMUX_TMPDIR"] ?? ""}/tmux-${process.getuid?.() ?? 0}/${socket}`, {
        force: true,
      });
      // Who is connected does not notice; who comes new has to have it made again.
      return killWatchdog(arena);
    },
    unfit: ({ keeper }) => (keeper.isPatient() ? null : "the keeper would wait longer"),
  },
];
