// `agents rehearse`: the user's own file against a false world, and the story of what the watchdog would do. What
// is printed hangs on the file's text, the seed, the flags and the version alone; `--stats` adds the speed.

import type { Config } from "../config/config.ts";
import { load } from "../config/load.ts";
import type { Rehearsed, Rehearsing } from "../engine/rehearsal.ts";
import { countFlag, durationFlag, wordOf } from "./flags.ts";
import { configOf, problemsText } from "./fleet.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { storyText } from "./story-text.ts";

const START = Date.UTC(2026, 0, 5, 9);
const NIGHT_MS = 8 * 3_600_000;
/** The example looks every second. */
const DEMO_MS = 2 * 3_600_000;
const LONGEST_MS = 90 * 24 * 3_600_000;
const FAULTS = ["none", "some", "all"] as const;
/** Where every rehearsed fleet lies: the story of a file is the same in every directory. */
const PLACE = { path: "/rehearsal/agents.toml", home: "/home" } as const;

export async function rehearse(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const config = await fleetOf(call);
  const lastsMs = durationFlag(options, "until") ?? (options["demo"] === true ? DEMO_MS : NIGHT_MS);
  if (lastsMs <= 0 || lastsMs > LONGEST_MS)
    throw new Refusal(2, "--until takes a length of time above 0 and up to 90d");
  const { faults = "some" } = options;
  const asked: Rehearsing = {
    config,
    seed: countFlag(options, "seed") ?? 1,
    start: START,
    lastsMs,
    faults: wordOf(String(faults), FAULTS, "--faults"),
    screens: await (await outside.shipped()).screens(),
  };
  const begun = outside.now();
  const rehearsed = await outside.rehearse(asked);
  const tookMs = Math.max(1, outside.now() - begun);
  const text = options["json"] === true ? document(asked, rehearsed) : storyText(asked, rehearsed);
  outside.stdout.write(text);
  if (options["stats"] === true) outside.stderr.write(speed(asked, rehearsed, tookMs));
  return 0;
}

/** The file must be in order where it lies; what is rehearsed is its text alone. */
async function fleetOf(call: Call): Promise<Config> {
  const { presets, example } = await call.outside.shipped();
  const real = call.options["demo"] === true ? null : await configOf(call);
  const text = real === null ? example : (call.outside.text(real.path) ?? "");
  const loaded = load({ ...PLACE, text, env: {}, look: () => "file", presets });
  if (loaded.ok) return loaded.config;
  throw new Refusal(5, problemsText(loaded.problems));
}

function speed({ lastsMs, config }: Rehearsing, { decisions }: Rehearsed, tookMs: number): string {
  const times = Math.round(lastsMs / tookMs).toLocaleString("en");
  const days = ((lastsMs / 86_400_000) * config.agents.length * 1000) / tookMs;
  return `${times} times real speed: ${tookMs} ms, ${decisions} decisions, ${days.toFixed(1)} agent-days per second\n`;
}

function document(asked: Rehearsing, rehearsed: Rehearsed): string {
  const { seed, start, lastsMs, faults } = asked;
  const { story, tally, loops, parked, falseKills } = rehearsed;
  const iso = (at: number): string => new Date(at).toISOString();
  return `${JSON.stringify({
    schema: "agents.rehearsal/1",
    seed,
    faults,
    from: iso(start),
    until: iso(start + lastsMs),
    summary: {
      ...tally,
      idle: Math.round(rehearsed.idleMs / 1000),
      up: Math.round(rehearsed.upMs / 1000),
      falseKills,
      parked,
      loops,
    },
    story: story.map(({ at, who, what }) => ({ at: iso(at), who, what })),
  })}\n`;
}
