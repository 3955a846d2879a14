// A user's own fleet in the false world: its agents, services, loops, accounts and times are theirs, everything else
// is made up from a seed. What comes out hangs on config, seed and flags alone; nothing real is read or touched.

import type { Config } from "../config/config.ts";
import { promptFiles } from "../core/prompt.ts";
import type { Rehearsed, Rehearsing } from "../engine/rehearsal.ts";
import { plainActor, terminalActor } from "./actor.ts";
import { TROUBLES, type Trouble } from "./faults.ts";
import { openWorld, playNight, type Fleet } from "./night.ts";
import { order } from "./people.ts";
import { dressed, showsOf, skinOf, type Labelled, type Skin } from "./skin.ts";
import { openStory } from "./story.ts";

/** What agents do by themselves, and what their accounts do; the machine stays well. */
const SOME: ReadonlySet<Trouble> = new Set(["agents", "limits"]);
const FALSE_KILL = /^\S+ (.* is stopped .* while it is .*|.* is killed as stalled .*)$/;

export async function rehearse(asked: Rehearsing): Promise<Rehearsed> {
  const { config, seed, start, lastsMs } = asked;
  const fleet = (): Fleet => own(asked);
  // Its screens are real ones; what its programs would write of themselves nobody knows.
  const world = openWorld({ seed, start, without: without(asked.faults), fleet, speaks: false });
  const story = openStory();
  order(world, "up", []);
  world.time.plan(lastsMs, () => {
    world.over = true;
    world.bell.rung = true;
  });
  await playNight(world, story.hear);
  const told = story.told();
  const { agents = {}, loops = {} } = world.memory ?? {};
  return {
    story: told,
    tally: story.tally(),
    ...story.times(),
    falseKills: world.checks.violations.flatMap((what) => FALSE_KILL.exec(what)?.[1] ?? []),
    parked: Object.entries(agents).flatMap(([name, { life }]) =>
      life.is === "parked" ? [{ name, why: life.why }] : [],
    ),
    loops: config.loops.flatMap(({ name, phases }) => {
      const phase = phases[loops[name]?.index ?? 0];
      const complete = loops[name]?.complete ?? false;
      return phase === undefined ? [] : [{ name, phase: phase.id, complete }];
    }),
    decisions: world.checks.stats.decisions,
  };
}

function without(faults: Rehearsing["faults"]): ReadonlySet<Trouble> {
  switch (faults) {
    case "none":
      return new Set(TROUBLES);
    case "some":
      return new Set(TROUBLES.filter((one) => !SOME.has(one)));
    case "all":
      return new Set();
  }
}

function own({ config, screens, start }: Rehearsing): Fleet {
  const labelled: readonly Labelled[] = JSON.parse(screens);
  const skins = new Map<string, Skin | null>();
  const skinFor = (name: string): Skin | null => {
    const backend = config.backends[name];
    if (backend === undefined) return null;
    const known = skins.get(name);
    if (known !== undefined) return known;
    const skin = skinOf({ backend, screens: labelled, at: start });
    skins.set(name, skin);
    return skin;
  };
  return {
    config,
    files: filesOf(config),
    cast: (agent, part) => {
      const skin = agent === null ? null : skinFor(agent.backend);
      const backend = config.backends[agent?.backend ?? ""];
      if (skin === null || backend === undefined) return plainActor(part);
      const actor = terminalActor({ ...part, shows: showsOf(skin) });
      return dressed(actor, { backend, skin, at: () => part.time.now() });
    },
  };
}

/** Every file that an agent begins with is there, and so is what starts something at the end of a loop. */
function filesOf(config: Config): Readonly<Record<string, string>> {
  const named = config.agents.flatMap((agent) => [
    ...promptFiles(config, agent),
    ...(agent.wake === null ? [] : [agent.wake.file]),
  ]);
  const envs = [...config.agents, ...config.services].flatMap(({ envFile }) => envFile ?? []);
  const triggers = config.loops.flatMap(({ onComplete }) => onComplete?.triggerFile ?? []);
  return Object.fromEntries([
    ...named.map((path) => [path, "Begin.\n"] as const),
    ...[...triggers, ...envs].map((path) => [path, ""] as const),
  ]);
}
