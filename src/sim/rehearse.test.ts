import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { presetBackends } from "../config/backends.ts";
import { load } from "../config/load.ts";
import type { Config } from "../config/config.ts";
import type { Rehearsing } from "../engine/rehearsal.ts";
import { rehearse } from "./rehearse.ts";
import { showsOf, skinOf, type Labelled } from "./skin.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5, 9);
const presets = readFileSync("src/config/backends.toml", "utf8");
const labels: readonly { readonly file: string; readonly verdict: string | null }[] = JSON.parse(
  readFileSync("src/core/screens/index.json", "utf8"),
);
const screens = JSON.stringify(
  labels
    .filter(({ verdict }) => verdict !== null)
    .map((one) => ({ ...one, text: readFileSync(`src/core/screens/${one.file}`, "utf8") })),
);

function configOf(text: string, path = "/here/agents.toml"): Config {
  const loaded = load({ path, text, presets, home: "/home", env: {}, look: () => "file" });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config;
}

const FLEET = `[defaults]
session_prefix = "x-"
log_dir = ".agents"
watch = "heal+stall"
prompt = "work"
[[agent]]
name = "first"
backend = "claude"
[[agent]]
name = "second"
backend = "codex"
[[agent]]
name = "third"
backend = "gemini"
[[agent]]
name = "script"
backend = "shell"
`;

const asked = (more: Partial<Rehearsing> = {}): Rehearsing => ({
  config: configOf(FLEET),
  seed: 1,
  start: START,
  lastsMs: 2 * HOUR,
  faults: "some",
  screens,
  ...more,
});

test("the same file and seed have the same story, wherever the file lies", async () => {
  const here = await rehearse(asked());
  const there = await rehearse(asked({ config: configOf(FLEET, "/far/away/agents.toml") }));
  expect(there).toEqual(here);
  expect((await rehearse(asked({ seed: 2 }))).story).not.toEqual(here.story);
}, 30_000);

test("where nothing goes wrong, everybody is started once and nobody is stopped or parked", async () => {
  const { story, tally, parked, falseKills } = await rehearse(asked({ faults: "none" }));
  expect({ ...tally, nudges: 0 }).toEqual({
    starts: 4,
    restarts: 0,
    holds: 0,
    nudges: 0,
    kills: 0,
  });
  expect([parked, falseKills]).toEqual([[], []]);
  expect(story.slice(0, 2)).toEqual([
    { at: START, who: "fleet", what: "up, said a person" },
    { at: START, who: "first", what: "is started: the fleet is up" },
  ]);
}, 30_000);

test("a loop of the example goes through its phases and runs what comes last", async () => {
  const example = readFileSync("agents.example.toml", "utf8");
  const config = configOf(example.replace("signal_interval = 1 ", "signal_interval = 15 "));
  expect(config.watchdog.signalMs).toBe(15_000);
  const { story, loops } = await rehearse(asked({ config, faults: "none", lastsMs: 3 * HOUR }));
  expect(loops).toEqual([{ name: "loop", phase: "2", complete: true }]);
  const steps = story.filter(({ who, what }) => who === "loop" || what.startsWith("is started"));
  const told = steps.map(({ who, what }) => `${who} ${what}`).toSorted();
  expect(told).toEqual([
    "adversary is started again",
    "adversary is started: the fleet is up",
    "builder is started again",
    "builder is started: the fleet is up",
    "loop phase 1 is done: on to 2",
    "loop phase 2 is done and was the last: the phase sequence is complete",
    "report is started: it was told to run",
  ]);
}, 60_000);

test.each(["claude", "codex", "opencode", "gemini", "demo"])(
  "%s works and rests on screens that its own rules read",
  (name) => {
    const backend = presetBackends(presets, "/home")[name];
    if (backend === undefined) throw new Error(`no backend ${name}`);
    const captured: readonly Labelled[] = JSON.parse(screens);
    const skin = skinOf({ backend, screens: captured, at: START });
    expect([skin?.idle.text, skin?.busy.text]).toEqual([expect.any(String), expect.any(String)]);
    expect(skin !== null && showsOf(skin)("limited")).toBe(true);
    expect(skin !== null && showsOf(skin)("waiting")).toBe(true);
  },
);

test("a backend without rules is a command that prints", () => {
  const backend = configOf(FLEET).backends["shell"];
  if (backend === undefined) throw new Error("no backend shell");
  expect(skinOf({ backend, screens: JSON.parse(screens), at: START })).toBe(null);
});
