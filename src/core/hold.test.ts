import { expect, test } from "vitest";
import {
  done,
  drafted,
  later,
  limited,
  look,
  outcomes,
  running,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";
import { RESUME_PERSISTENT } from "./hold.ts";

const MINUTE = 60_000;
const THREE = ["a", "b", "c"]
  .map((name) => `[[agent]]\nname = "${name}"\nwatch = "heal"\n`)
  .join("");
/** Half past seven, and the slack after it. */
const RESET = Date.UTC(2026, 2, 7, 19, 30) + 45_000;

/** All three stand before the banner of one account. */
function held(screen: string = SCREENS.limited): Scene {
  return look(running(THREE, SCREENS.busy), 1000, { screens: { a: screen, b: screen, c: screen } });
}

type Asked = { readonly asked: readonly string[]; readonly last: Scene };

/** Looks when something is due; what is typed stands in the box, and Enter brings this screen. */
function follow(from: Scene, until: number, answer: string): Asked {
  const asked: string[] = [];
  let now = from;
  let screens: Record<string, string> = {};
  while (now.at < until) {
    const came = ["a", "b", "c"].flatMap((name) => outcomes(now, name));
    const wait = came.length > 0 ? 40 : Math.max(1, Math.min(now.due ?? until, until) - now.at);
    now = look(now, Math.min(wait, 30_000), { outcomes: came, screens });
    screens = {};
    for (const deed of now.deeds) {
      if (deed.do === "type") {
        asked.push(deed.target);
        screens[deed.target] = limited("19:30 (UTC)").replace("> ", `> ${deed.text}`);
      }
      if (deed.do === "press") screens[deed.target] = answer;
    }
  }
  return { asked, last: now };
}

test("a limit is an instant of the account, and its agents wait for it", () => {
  const waits = held();
  expect(waits.memory.holds).toEqual({
    talker: { until: RESET, sure: true, since: waits.at, by: "a", probes: 0, probing: null },
  });
  expect(["a", "b", "c"].map((name) => waits.agent(name).life.is)).toEqual([
    "held",
    "held",
    "held",
  ]);
  expect(later(waits, 10 * MINUTE).memory.holds).toEqual(waits.memory.holds);
});

test("one asks after the reset; when it works, the others follow one after another", () => {
  const { asked, last } = follow(held(), RESET + 5 * MINUTE, SCREENS.busy);
  expect(asked[0]).toBe("a");
  expect(asked.toSorted()).toEqual(["a", "b", "c"]);
  expect(last.memory.holds).toEqual({});
  expect(["a", "b", "c"].map((name) => last.agent(name).life.is)).toEqual(["up", "up", "up"]);
});

test("nobody asks before the reset", () => {
  expect(follow(held(), RESET - 1, SCREENS.busy).asked).toEqual([]);
});

test("defect 24: an answer in vain is asked again, ever more rarely, and never not at all", () => {
  const { asked } = follow(held(), RESET + 240 * MINUTE, limited(null));
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.length).toBeLessThan(20);
});

test("another agent asks each time: to one of them, perhaps, nothing can be said", () => {
  const draft = SCREENS.limited.replace("> ", "> please al");
  const mute = look(held(), 1000, { screens: { a: draft } });
  const { asked, last } = follow(mute, RESET + 20 * MINUTE, SCREENS.busy);
  expect(asked.includes("b")).toBe(true);
  expect(last.memory.holds).toEqual({});
});

test("a banner without a time is asked about after the fallback", () => {
  const waits = held(limited(null));
  expect(waits.memory.holds["talker"]).toMatchObject({
    until: waits.at + 5 * MINUTE,
    sure: false,
  });
});

test("an end that is named a look later counts from then on", () => {
  const nameless = held(limited(null));
  const named = look(nameless, 1000, { screens: { b: SCREENS.limited } });
  const hold = (scene: Scene) => [
    scene.memory.holds["talker"]?.until,
    scene.memory.holds["talker"]?.sure,
  ];
  expect(hold(nameless)).toEqual([nameless.at + 5 * MINUTE, false]);
  expect(hold(named)).toEqual([RESET, true]);
});

test("a banner that stays on the screen of a working agent holds nobody", () => {
  const busy = `${SCREENS.limited}\n${SCREENS.busy}`;
  const works = look(running(THREE, SCREENS.busy), 1000, { screens: { a: busy } });
  expect([works.memory.holds, works.agent("a").life.is]).toEqual([{}, "up"]);
});

test("progress lifts the hold before its instant", () => {
  const waits = held();
  const works = look(waits, MINUTE, { screens: { b: SCREENS.busy } });
  expect(works.memory.holds).toEqual({});
  expect(works.deeds).toContainEqual({
    do: "note",
    target: "talker",
    event: "lifted",
    loud: false,
    because: "the usage limit of talker is over: b works",
  });
});

test("what waits in a queue does not keep the agent from being asked to go on", () => {
  const waking = `[[agent]]\nname = "a"\nwake = { interval = 60, prompt_file = "wake.md" }\n`;
  const wake = { "/fleet/wake.md": { text: "wake up" } };
  const draft = { screens: { a: drafted("x") } };
  const due = look(running(waking, SCREENS.busy, wake), 2 * MINUTE, draft);
  expect(due.agent("a").says.map(({ kind }) => kind)).toEqual(["wake"]);
  const waits = look(due, 1000, { screens: { a: SCREENS.limited } });
  const asked = look(look(waits, RESET - waits.at), 1);
  expect(done(asked)).toEqual([`a: type ${RESUME_PERSISTENT}`]);
});

test("an idle agent of a held account is neither nudged nor restarted", () => {
  const two = `[[agent]]\nname = "a"\n[[agent]]\nname = "b"\n`;
  const waits = look(running(two, SCREENS.busy), 1000, {
    screens: { a: SCREENS.limited, b: SCREENS.idle },
  });
  const long = later(waits, 25 * MINUTE);
  expect([done(long), long.agent("b").life, long.agent("b").because]).toEqual([
    [],
    { is: "up", since: expect.any(Number), quiet: null },
    "waits for the usage limit of talker",
  ]);
});

test("another account does not wait", () => {
  const two = `[[agent]]\nname = "a"\naccount = "x"\n[[agent]]\nname = "b"\naccount = "y"\n`;
  const waits = look(running(two, SCREENS.busy), 1000, { screens: { a: SCREENS.limited } });
  expect([Object.keys(waits.memory.holds), waits.agent("b").life.is]).toEqual([["x"], "up"]);
});

test("a loop's agent is told to look at its files again, a persistent one to go on", () => {
  const { last } = follow(held(), RESET, SCREENS.busy);
  const asked = look(last, 1);
  expect(done(asked)).toEqual([`a: type ${RESUME_PERSISTENT}`]);
});

test("who was asked is not asked again for the time of a probe, and is free when it shows no banner", () => {
  const works = look(held(), MINUTE, { screens: { b: SCREENS.busy } });
  const { asked, last } = follow(works, works.at + 3 * MINUTE, SCREENS.idle);
  expect(asked.toSorted()).toEqual(["a", "c"]);
  expect([last.agent("a").life.is, last.agent("c").life.is]).toEqual(["up", "up"]);
});

test("failure 3: an agent that ends at a banner holds its account for the others, until the reset and no longer", () => {
  const before = running(THREE, SCREENS.busy);
  const dead = { dead: { code: 1, signal: null } };
  let now = look(before, 1000, { panes: { a: dead }, screens: { a: SCREENS.limited } });
  for (let looks = 0; looks < 5 && now.agent("a").life.is !== "backoff"; looks += 1)
    now = look(now, 100, { outcomes: outcomes(now, "a") });
  expect(now.memory.holds).toEqual({
    talker: { until: RESET, sure: true, since: now.at, by: "a", probes: 0, probing: null },
  });
  const ms = RESET - now.at;
  const over = look(now, ms, { steadyMs: ms, screens: { b: SCREENS.idle, c: SCREENS.idle } });
  expect(over.memory.holds).toEqual({});
  expect(done(look(over, 1))).toContain("a: start");
});

test("words of a usage limit are told once, others are told as one", () => {
  const because = (screen: string): string => held(screen).agent("a").because;
  expect(because(limited("19:30 (UTC)"))).toBe("usage limit reached · resets 19:30 (UTC)");
});
