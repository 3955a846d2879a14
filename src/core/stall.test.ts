import { expect, test } from "vitest";
import {
  done,
  drafted,
  later,
  look,
  outcomes,
  running,
  SCREENS,
  waiting,
  type Scene,
} from "../sim/scene.ts";
import { NUDGE } from "./stall.ts";
import type { Outcome } from "./types.ts";

const MINUTE = 60_000;
const ONE = `[[agent]]\nname = "a"\n`;
const PLAIN = `[[agent]]\nname = "a"\nbackend = "plain"\n`;

/** Idle from now on. */
function idle(toml: string): Scene {
  return look(running(toml, SCREENS.busy), 1000, { screens: { a: SCREENS.idle } });
}

type Watched = { readonly did: readonly string[]; readonly last: Scene };

/** Half-minute looks at a screen on which nothing happens, whatever is done to it. */
function watch(from: Scene, ms: number, answer: (now: Scene) => readonly Outcome[]): Watched {
  const did: string[] = [];
  let now = from;
  const end = from.at + ms;
  while (now.at < end && now.agent("a").life.is === "up") {
    const came = answer(now);
    const due = came.length > 0 ? now.at + 1 : (now.due ?? end);
    const next = Math.min(due, now.at + 30_000, end);
    now = look(now, Math.max(1, next - now.at), { outcomes: came });
    did.push(...done(now));
  }
  return { did, last: now };
}

const obedient = (now: Scene): readonly Outcome[] => outcomes(now, "a");

test("quiet is asked twice, and only then restarted", () => {
  const { did, last } = watch(idle(ONE), 30 * MINUTE, obedient);
  expect(did.filter((one) => one.startsWith("a: type"))).toEqual([
    `a: type ${NUDGE}`,
    `a: type ${NUDGE}`,
  ]);
  expect(last.agent("a")).toMatchObject({
    life: { is: "stopping", next: "charged" },
    because: "stall: quiet for 662 s, no WAITING-UNTIL, 2 nudges without reaction",
  });
});

test("a nudge that cannot be said is none: nobody is killed over a person's half-typed line", () => {
  const draft = look(idle(ONE), 1000, { screens: { a: drafted("please al") } });
  const { did, last } = watch(draft, 120 * MINUTE, obedient);
  expect([did, last.agent("a").life.is]).toEqual([[], "up"]);
  expect(last.agent("a").because).toContain("not nudged: a half-typed line stands in its input");
});

test("a nudge that a watchdog died over is none", () => {
  const nudged = look(later(idle(ONE), 5 * MINUTE), 1000);
  expect(nudged.agent("a").says.map(({ state }) => state)).toEqual(["typed"]);
  const anew = look(nudged, 10 * MINUTE, { first: true });
  expect(anew.agent("a")).toMatchObject({ says: [], life: { is: "up", quiet: { nudged: 0 } } });
});

test("a person who scrolls is not scrolled away", () => {
  const scrolled = look(idle(ONE), 1000, { panes: { a: { attached: true, inMode: true } } });
  expect(watch(scrolled, 120 * MINUTE, obedient)).toMatchObject({ did: [] });
});

test("work in between begins the clock anew", () => {
  const almost = later(idle(ONE), 4 * MINUTE);
  const again = look(look(almost, 1000, { screens: { a: SCREENS.busy } }), 1000, {
    screens: { a: SCREENS.idle },
  });
  expect(watch(again, 4 * MINUTE, obedient).did).toEqual([]);
});

test("defect 28: the newest WAITING-UNTIL counts, and after it and a grace it is asked", () => {
  const until = new Date(idle(ONE).at + 60 * MINUTE).toISOString();
  const waits = look(idle(ONE), 0, { screens: { a: waiting(until) } });
  expect(watch(waits, 62 * MINUTE, obedient).did).toEqual([]);
  const { did } = watch(waits, 64 * MINUTE, obedient);
  expect(did[0]).toBe(`a: type ${NUDGE}`);
});

test("defect 28: a marker in the far future hides a stall for a day and no longer", () => {
  const waits = look(idle(ONE), 0, { screens: { a: waiting("2099-01-01T00:00:00Z") } });
  const day = 24 * 60 * MINUTE;
  expect(watch(waits, day, obedient).did).toEqual([]);
  expect(watch(waits, day + 5 * MINUTE, obedient).did).not.toEqual([]);
});

test("defect 20: a watchdog that starts anew goes on with the clock it remembers", () => {
  const half = later(idle(ONE), 4 * MINUTE);
  const anew = look(half, 30_000, { first: true });
  expect(watch(anew, 31_000, obedient).did[0]).toBe(`a: type ${NUDGE}`);
});

const weighs =
  (cpuMs: (now: Scene) => number) =>
  (now: Scene): readonly Outcome[] =>
    outcomes(now, "a", { weight: { cpuMs: cpuMs(now), processes: 2 } });

test("without rules, silence kills nobody whose processes work", () => {
  const silent = look(running(PLAIN, "line 1"), 30_000);
  const began = silent.at;
  const { did, last } = watch(
    silent,
    300 * MINUTE,
    weighs(({ at }) => (at - began) * 0.5),
  );
  expect([did, last.agent("a").life.is]).toEqual([[], "up"]);
});

test("without rules, screen, output and processor time are quiet together before it is restarted", () => {
  const silent = look(running(PLAIN, "line 1"), 30_000);
  const { last } = watch(
    silent,
    12 * MINUTE,
    weighs(() => 7),
  );
  expect(last.agent("a")).toMatchObject({
    life: { is: "stopping", next: "charged" },
    because: "stall: quiet for 602 s, no WAITING-UNTIL",
  });
});

test("what moves at every look is not weighed; what moved once is, six seconds later", () => {
  const ruled = `${ONE}backend = "ruled"\n[backend.ruled]\nbin = "x"\nactive_re = "WORKS"\n`;
  let now = watch(
    look(running(ruled, "line 1"), 30_000),
    MINUTE,
    weighs(() => 7),
  ).last;
  const after = (ms: number, line: string): readonly string[] => {
    now = look(now, ms, { screens: { a: line } });
    return now.deeds.map((deed) => deed.do);
  };
  expect([after(30_000, "line 2"), now.due]).toEqual([[], now.at + 6_000]);
  expect([after(30_000, "line 3"), after(30_000, "line 4")]).toEqual([[], []]);
  expect(now.due).toBe(now.at + 5 * MINUTE);
  expect(after(30_000, "line 4")).toEqual(["weigh"]);
});

test("a weight that comes late begins the measure, it does not end it", () => {
  const silent = look(running(PLAIN, "line 1"), 30_000);
  const deaf = watch(silent, 20 * MINUTE, () => []);
  expect(deaf.last.agent("a").life.is).toBe("up");
  const measured = watch(
    deaf.last,
    9 * MINUTE,
    weighs(() => 7),
  );
  expect([measured.did, measured.last.agent("a").life.is]).toEqual([[], "up"]);
});

test("nobody is killed for what lasted across a suspend", () => {
  const silent = watch(
    look(running(PLAIN, "line 1"), 30_000),
    5 * MINUTE,
    weighs(() => 7),
  ).last;
  const woken = look(silent, 120 * MINUTE, { steadyMs: 1000 });
  const { did, last } = watch(
    woken,
    9 * MINUTE,
    weighs(() => 7),
  );
  expect([did, last.agent("a").life.is]).toEqual([[], "up"]);
});

test("a foreign program and a broken session are restarted after two looks, not one", () => {
  const broken = look(running(ONE), 1000, { screens: { a: SCREENS.fatal } });
  expect([broken.agent("a").life.is, done(broken)]).toEqual(["up", []]);
  const again = look(broken, 2000);
  expect(again.agent("a")).toMatchObject({
    life: { is: "stopping", next: "charged" },
    because: "fatal error on its screen: API Error: 400 broken",
  });
});

test("nobody is killed while the state cannot be written, or a person types there", () => {
  const broken = look(running(ONE), 1000, { screens: { a: SCREENS.fatal } });
  const typing = { panes: { a: { attached: true, humanAt: broken.at } } };
  const lives = [look(broken, 2000, { stateWritable: false }), look(broken, 2000, typing)].map(
    (one) => [one.agent("a").life.is, one.agent("a").because],
  );
  const line = "fatal error on its screen: API Error: 400 broken; not killed:";
  expect(lives).toEqual([
    ["up", `${line} its state cannot be written`],
    ["up", `${line} a person is typing there`],
  ]);
});

test("what could not be started again is not killed", () => {
  const prompted = `[[agent]]\nname = "a"\nprompt_file = "p.md"\n`;
  const there = running(prompted, SCREENS.idle, { "/fleet/p.md": { text: "work" } });
  const broken = look(there, 1000, {
    screens: { a: SCREENS.fatal },
    files: { "/fleet/p.md": "missing" },
  });
  expect(look(broken, 2000).agent("a").life.is).toBe("up");
});

test("watch heal restarts what broke and leaves alone what is quiet", () => {
  const heal = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
  expect(watch(idle(heal), 120 * MINUTE, obedient).did).toEqual([]);
});

test("who works without a new line in its log is asked about once, and never killed for it", () => {
  const source = { value: "x", text: null, until: null, cause: null, at: 0 } as const;
  const busy = { ...source, is: "fresh", says: "busy" } as const;
  const signals = {
    id: null,
    prompts: [],
    sources: [
      { ...busy, from: "json_file", silent: false },
      { ...busy, from: "jsonl_tail", silent: true },
    ],
  } as const;
  const screens = { a: `${SCREENS.busy}!` };
  const silent = look(running(ONE, SCREENS.busy), 1000, { screens, panes: { a: { signals } } });
  const loud = (scene: Scene) => scene.deeds.filter((deed) => deed.do === "note" && deed.loud);
  expect(loud(silent).map(({ because }) => because)).toEqual([
    "says that it works, but its own log has had nothing new for longer than its silent_after",
  ]);
  const [soon, hours] = [look(silent, 1000), later(silent, 4 * 3_600_000)];
  expect([loud(soon), done(hours), hours.agent("a").life.is]).toEqual([[], [], "up"]);
});
