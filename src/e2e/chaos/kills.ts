// Faults that end something: agents, their sessions, the watchdog, the tmux server, its clients, several at once.

import {
  anyone,
  clientsOf,
  doze,
  harm,
  mainOf,
  ofKind,
  running,
  signal,
  together,
  type Arena,
  type Done,
  type Fault,
} from "./arena.ts";

const tooSoon = ({ keeper }: Arena): string | null =>
  keeper.isPatient() ? null : "the keeper would wait for long";

export async function killWatchdog({ fleet, witness, keeper }: Arena): Promise<Done> {
  witness.handoff.crashed();
  signal(fleet.watchdog(), "SIGKILL");
  const ms = keeper.dies();
  return { harmed: [], later: { ms } };
}

export async function killServer(arena: Arena): Promise<Done> {
  const done = harm(arena, running(arena.fleet));
  arena.witness.handoff.crashed();
  signal(await arena.fleet.server(), "SIGKILL");
  arena.fleet.excuse(done.harmed);
  return done;
}

export async function killAgent(arena: Arena, name = anyone(arena)): Promise<Done> {
  const done = harm(arena, [name], { killed: true });
  arena.witness.handoff.crashed();
  signal(mainOf(arena, name), "SIGKILL");
  return done;
}

export const KILLS: readonly Fault[] = [
  { kind: "agent killed", strike: (arena) => killAgent(arena) },
  {
    kind: "half of the agents killed",
    strike: async (arena) => {
      const names = running(arena.fleet).filter(() => arena.luck.hit(0.5));
      return together(...(await Promise.all(names.map((name) => killAgent(arena, name)))));
    },
  },
  { kind: "watchdog killed", unfit: tooSoon, strike: killWatchdog },
  {
    kind: "commits pushed while the watchdog is dead",
    unfit: tooSoon,
    strike: async (arena) => {
      const done = await killWatchdog(arena);
      await arena.witness.handoff.push("claim");
      await arena.witness.handoff.push("review");
      return done;
    },
  },
  { kind: "server killed", strike: killServer },
  {
    kind: "watchdog and server killed",
    unfit: tooSoon,
    strike: async (arena) => {
      const server = await arena.fleet.server();
      const done = harm(arena, running(arena.fleet));
      const watchdog = await killWatchdog(arena);
      signal(server, "SIGKILL");
      return together(done, watchdog);
    },
  },
  {
    kind: "three things killed within half a second",
    unfit: tooSoon,
    strike: async (arena) => {
      const kills = [killServer, killWatchdog, killAgent].toSorted(() => arena.luck.next() - 0.5);
      const done: Done[] = [];
      for (const kill of kills) {
        done.push(await kill(arena));
        await doze(arena, 0, 200);
      }
      return together(...done);
    },
  },
  {
    kind: "session killed by a person",
    strike: async (arena) => {
      const name = anyone(arena);
      const done = harm(arena, [name]);
      arena.witness.handoff.crashed();
      await arena.fleet.tmux("kill-session", "-t", `=${arena.fleet.session(name)}`);
      return done;
    },
  },
  {
    kind: "the watchdog's tmux clients killed",
    strike: async ({ fleet, witness }) => {
      const watchdog = fleet.watchdog();
      witness.handoff.crashed();
      if (watchdog !== null) clientsOf(watchdog).forEach((pid) => signal(pid, "SIGKILL"));
      return { harmed: [] };
    },
  },
  {
    kind: "agent exits by itself",
    strike: async (arena) => {
      const name = anyone(arena);
      const done = harm(arena, [name], { killed: true });
      arena.witness.handoff.crashed();
      arena.fleet.tell(name, `exit ${arena.luck.pick([0, 1, 3])}`);
      await doze(arena, 100, 200);
      return done;
    },
  },
  {
    kind: "agent killed that left a child behind",
    strike: async (arena) => {
      const name = ofKind(arena, "tui", "plain", "family") ?? anyone(arena);
      arena.fleet.tell(name, "spawn");
      await doze(arena, 200, 400);
      return killAgent(arena, name);
    },
  },
];
