// The monkey: for the asked time one fault after another, by a seed, on a real fleet; each must be followed by
// everything being right again. It ends what it began, and says what it did and what was violated.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { chance } from "../../sim/chance.ts";
import { openBounds, type Bounds, type Figures } from "./bounds.ts";
import { explainedIn, replayedIn } from "./explained.ts";
import { harm, openKeeper, signal, type Arena, type Done, type Fault } from "./arena.ts";
import { openFleet, type Fleet, type Members } from "./fleet.ts";
import { FREEZES } from "./freezes.ts";
import { KILLS } from "./kills.ts";
import { MEDDLING } from "./meddling.ts";
import { forgive, up, WORDS } from "./people.ts";
import { notRight, recover, undisturbed, type Recovery } from "./right.ts";
import { openWitness, pause, type Invariant, type Witness } from "./witness.ts";

export const FAULTS: readonly Fault[] = [...KILLS, ...FREEZES, ...MEDDLING, ...WORDS];

export type Asked = {
  readonly seed: number;
  readonly minutes: number;
  readonly members: Members;
  /** Kinds, one after another; empty: whatever luck says. */
  readonly kinds: readonly string[];
  readonly keep: boolean;
  readonly say: (line: string) => void;
  /** Ends the run early; what was begun is cleared away all the same. */
  readonly stop: AbortSignal;
};

export type Report = {
  readonly seed: number;
  readonly recoveries: readonly Recovery[];
  readonly skipped: Readonly<Record<string, string>>;
  readonly checks: Readonly<Record<Invariant, number>>;
  readonly violations: Witness["violations"];
  readonly handoff: ReturnType<Witness["handoff"]["figures"]>;
  readonly bounds: Figures;
};

/** Fewer than the ends in a day that park an agent. */
const CHARGED_MOST = 15;
const ANNOUNCED_MS = 90_000;
const PUSH_EVERY = { least: 2_000, most: 9_000 } as const;

export async function chaos(asked: Asked): Promise<Report> {
  const fleet = openFleet(asked.members);
  const servers = new Set<number>();
  const witness = openWitness(fleet, asked.say);
  const bounds = openBounds(fleet, witness);
  const arena: Arena = { fleet, witness, luck: chance(asked.seed), keeper: openKeeper() };
  try {
    await up(arena);
    const { recoveries, skipped } = await play(arena, asked, servers);
    await settle(arena, asked.stop);
    return await end(arena, bounds, { recoveries, skipped, seed: asked.seed });
  } finally {
    bounds.close();
    await witness.close();
    await clear(fleet, servers, asked.keep);
  }
}

type Played = Pick<Report, "recoveries" | "skipped">;

async function play(arena: Arena, asked: Asked, servers: Set<number>): Promise<Played> {
  const { fleet, luck } = arena;
  const recoveries: Recovery[] = [];
  const skipped: Record<string, string> = {};
  const until = Date.now() + asked.minutes * 60_000;
  const pushing = pushes(arena, asked.seed);
  let checked = Date.now();
  try {
    for (const fault of faults(arena, asked.kinds)) {
      if (Date.now() > until) break;
      asked.stop.throwIfAborted();
      const unfit = fault.unfit?.(arena) ?? null;
      if (unfit !== null) skipped[fault.kind] = unfit;
      else {
        for (const pid of [await fleet.server(), await fleet.keeperServer(), fleet.watchdog()])
          if (pid !== null) servers.add(pid);
        recoveries.push(await suffer(arena, fault, { since: checked, say: asked.say }));
        checked = Date.now();
      }
      await pause(unfit === null ? luck.between(0, 1_500) : 10);
    }
  } finally {
    await pushing.over();
  }
  undisturbed(arena, "the last fault", { since: checked, done: { harmed: [] } });
  return { recoveries, skipped };
}

/** Those that were asked for; or all of them, in an order by luck, again and again. */
function* faults({ luck }: Arena, kinds: readonly string[]): Generator<Fault> {
  if (kinds.length > 0) yield* kinds.flatMap((kind) => FAULTS.filter((one) => one.kind === kind));
  else
    for (;;) {
      const drawn = FAULTS.map((fault) => ({ fault, ball: luck.next() }));
      yield* drawn.toSorted((a, b) => a.ball - b.ball).map(({ fault }) => fault);
    }
}

type Suffering = { readonly since: number; readonly say: Asked["say"] };

/** `since`: nobody may have begun anew from then on who is not harmed. */
async function suffer(arena: Arena, fault: Fault, { since, say }: Suffering): Promise<Recovery> {
  const done = await struck(arena, fault);
  const recovery = await recover(arena, fault.kind, done);
  say(`${fault.kind}: ${done.harmed.join(" ") || "nobody"} harmed, right after ${recovery.ms} ms`);
  await arena.witness.look();
  undisturbed(arena, fault.kind, { since, done });
  await forgive(arena, CHARGED_MOST);
  return recovery;
}

async function struck(arena: Arena, fault: Fault): Promise<Done> {
  try {
    return await fault.strike(arena);
  } catch (error) {
    throw new Error(`the fault "${fault.kind}" itself failed`, { cause: error });
  }
}

/** Claims and reviews go on all the while, whatever else happens. */
function pushes({ witness }: Arena, seed: number): { readonly over: () => Promise<void> } {
  // Its own luck: how long a fault takes must not change the next one.
  const luck = chance(seed + 1);
  const ended = new AbortController();
  const pushing = (async () => {
    while (!ended.signal.aborted) {
      await witness.handoff.push(luck.pick(["claim", "review"]));
      await pause(luck.between(PUSH_EVERY.least, PUSH_EVERY.most));
    }
  })();
  // What goes wrong in it is said when it is waited for.
  pushing.catch(() => undefined);
  return {
    over: async () => {
      ended.abort();
      await pushing;
    },
  };
}

/** Nothing goes wrong any more: what is still open must come to its end. */
async function settle(arena: Arena, stop: AbortSignal): Promise<void> {
  const { handoff } = arena.witness;
  const until = Date.now() + ANNOUNCED_MS;
  while (handoff.open().length > 0 && Date.now() < until) {
    stop.throwIfAborted();
    await pause(100);
  }
  for (const one of handoff.open()) arena.witness.wrong("announced", `${one} was never announced`);
  const begun = Date.now();
  while (notRight(arena, begun).length > 0 && Date.now() < until) await pause(100);
}

async function end(
  arena: Arena,
  bounds: Bounds,
  played: Played & { readonly seed: number },
): Promise<Report> {
  const { fleet, witness } = arena;
  const figures = bounds.figures();
  bounds.close();
  harm(arena, fleet.names);
  const ran = await fleet.agents("down");
  fleet.excuse(fleet.names);
  if (ran.code !== 0) witness.wrong("left", `agents down ended with ${ran.code}: ${ran.stderr}`);
  witness.checked("left");
  const left = [...fleet.census()].map(([name, runs]) => `${name} ${[...runs.values()].join(" ")}`);
  if (left.length > 0) witness.wrong("left", `after down there is still: ${left.join(", ")}`);
  if ((await fleet.server()) !== null)
    witness.wrong("left", "after down the tmux server still runs");
  await witness.look();
  const told = explainedIn(join(fleet.lab.dir, "log"));
  for (const what of told.unexplained) witness.wrong("explained", what);
  const again = replayedIn(fleet.recording);
  for (const what of again.otherwise) witness.wrong("replayed", what);
  const handoff = witness.handoff.figures();
  const announced = handoff.waits.length;
  const said = { announced: handoff.pushed, doubled: announced };
  const counted = { ...said, explained: told.deeds, replayed: again.decisions };
  const checks = { ...witness.checks, ...counted };
  return { ...played, checks, violations: witness.violations, handoff, bounds: figures };
}

/** By pid only what belongs to this fleet, or was its server or its watchdog. */
async function clear(fleet: Fleet, servers: ReadonlySet<number>, keep: boolean): Promise<void> {
  await fleet.agents("down", "--now");
  // Nothing of these is left, unless that failed.
  for (const pid of [await fleet.keeperServer(), fleet.watchdog()])
    if (pid !== null && servers.has(pid)) signal(pid, "SIGKILL");
  const left = [...fleet.census().values()].flatMap((runs) => [...runs.values()].flat());
  left.forEach((pid) => signal(pid, "SIGKILL"));
  const server = await fleet.server();
  if (server !== null && servers.has(server)) signal(server, "SIGKILL");
  const log = join(fleet.lab.dir, "log");
  if (keep) {
    spawnSync("cp", ["-a", log, `${log}-kept`]);
    process.stderr.write(`kept: ${log}-kept, ${fleet.home}\n`);
  }
  if (fleet.disk === null) spawnSync("umount", ["-l", log]);
  const made = keep ? [fleet.copy] : [fleet.copy, dirname(fleet.lab.dir)];
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
}
