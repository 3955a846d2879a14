// Patterns that pass the probe and explode on a screen; the thread in which they are tried is the real one.

import { expect, test } from "vitest";
import { rulesOf } from "../config/rules.ts";
import { openAttempt } from "../io/attempt.ts";
import { slowRules } from "../io/redos.ts";
import { look, running, SCREENS, screenOf, settingOf } from "../sim/scene.ts";
import type { RepoSeen, Seen } from "../core/types.ts";
import { guarded, heldAtMostMs, type Guard } from "./quarantine.ts";

/** Nobody who makes up lines from the pattern's own letters finds the letter that makes it explode. */
const EVIL = String.raw`(?:\u03b2|[\u03b2\u03b3])+!$`;
const EXPLODES = `${SCREENS.idle}\n${"β".repeat(60)}`;
const backend = (rules: string): string => `[[agent]]\nname = "a"\nbackend = "mine"
[[agent]]\nname = "b"\nbackend = "talker"
[backend.mine]\nbin = "mine"
[backend.mine.screen]\n${rules}\n`;
const BUSY = backend(`busy = ['${EVIL}']\nidle = ["shortcuts"]`);
const IDLE = backend(`idle = ['${EVIL}', "shortcuts"]`);
const distrusting: Guard = { attempt: openAttempt(), trusts: () => false };

function shown(toml: string, screen: string): { readonly toml: string; readonly seen: Seen } {
  const before = running(toml);
  const { panes, at } = look(before, 1_000);
  const mine = panes["t-a"];
  if (mine === undefined) throw new Error("it does not run");
  const seen: Seen = {
    at,
    zone: "UTC",
    since: { wall: 1_000, steady: 1_000 },
    stateWritable: true,
    server: before.server,
    panes: { ...panes, "t-a": { ...mine, screen: screenOf(screen, at) } },
    files: {},
    repos: {},
    ready: [],
    orders: [],
    outcomes: [],
  };
  return { toml, seen };
}

function timed<T>(run: () => T): { readonly value: T; readonly ms: number } {
  const begun = performance.now();
  const value = run();
  return { value, ms: performance.now() - begun };
}

test("a pattern that passes the probe and explodes on a screen holds one look, within a bound, and no other", () => {
  expect(slowRules(rulesOf(settingOf(BUSY).config).filter(({ re }) => re === EVIL))).toEqual([]);
  const { seen } = shown(BUSY, EXPLODES);
  const { memory } = running(BUSY);
  const decide = guarded(distrusting);
  const setting = settingOf(BUSY);
  const first = timed(() => decide(setting, memory, seen));
  const second = timed(() => decide(setting, memory, { ...seen, at: seen.at + 30_000 }));
  expect(first.ms).toBeLessThan(heldAtMostMs);
  expect(second.ms).toBeLessThan(first.ms / 4);
  const because = `the pattern ${EVIL} takes too long on the screen of a and is out of use until it is edited; meanwhile nothing is typed there and nobody killed for silence`;
  const quarantined = [{ pattern: EVIL, agents: ["a"], because }];
  expect([first.value.quarantined, second.value.quarantined]).toEqual([quarantined, quarantined]);
  const verdicts = ["a", "b"].map((name) => second.value.decision.memory.agents[name]?.verdict.is);
  expect(verdicts).toEqual(["unseen", "idle"]);
}, 30_000);

test("a pattern that an agent can do without goes alone: its screen is still read", () => {
  const { seen } = shown(IDLE, EXPLODES);
  const { seen: read, decision } = guarded(distrusting)(
    settingOf(IDLE),
    running(IDLE).memory,
    seen,
  );
  expect(read.panes["t-a"]?.screen?.text).toBe(EXPLODES);
  expect(decision.memory.agents["a"]?.evidence[0]?.rule).toBe("shortcuts");
}, 30_000);

test("a person who is told of things is told of it", () => {
  const toml = `${BUSY}[[notify]]\nto = "bell"\n`;
  const decide = guarded(distrusting);
  const { seen } = shown(toml, EXPLODES);
  const first = decide(settingOf(toml), running(toml).memory, seen);
  const later = { ...seen, at: seen.at + 4 * 60_000 };
  const { decision, quarantined } = decide(settingOf(toml), first.decision.memory, later);
  const told = decision.actions.flatMap((one) => (one.do === "notify" ? one.notice.items : []));
  expect(told.map(({ event, text }) => [event, text])).toEqual([
    ["degraded", quarantined[0]?.because],
  ]);
}, 30_000);

test("an edited pattern is another one: it is in use again", () => {
  const decide = guarded(distrusting);
  const { seen } = shown(BUSY, EXPLODES);
  const { memory } = running(BUSY);
  expect(decide(settingOf(BUSY), memory, seen).quarantined).toHaveLength(1);
  const edited = settingOf(BUSY.replace(EVIL, String.raw`\u03b2+!$`));
  const after = decide(edited, memory, seen);
  expect([after.quarantined, after.setting]).toEqual([[], edited]);
}, 30_000);

test("a commit's subject can explode as well", () => {
  const toml = `[[agent]]\nname = "l"\nkind = "loop"\nrole = "builder"\n${backend(`idle = ["shortcuts"]`)}[loop]\nphases = [{ id = "p", plan = "p.md", status = "STATUS.md" }]
[loop.handoff]\nrules = [{ pattern = '${EVIL}', pings = "a" }]\n`;
  const setting = settingOf(toml);
  const { seen } = shown(toml, SCREENS.idle);
  const repo: RepoSeen = {
    head: "2",
    commits: [{ sha: "2", subject: "β".repeat(60) }],
    lost: false,
    files: {},
  };
  const { memory } = running(toml);
  const loops = Object.entries(memory.loops).map(([name, one]) => [name, { ...one, sha: "1" }]);
  const known = { ...memory, loops: Object.fromEntries(loops) };
  const made = guarded(distrusting)(setting, known, { ...seen, repos: { loop: repo } });
  expect(made.quarantined.map(({ because }) => because)).toEqual([
    `the pattern ${EVIL} takes too long on the subject of a commit (loop) and is out of use until it is edited`,
  ]);
}, 30_000);

function decidedWith(attempt: Guard["attempt"]) {
  const { seen } = shown(BUSY, SCREENS.idle);
  const guard: Guard = { attempt, trusts: ({ re }) => re !== EVIL };
  const { quarantined, decision } = guarded(guard)(settingOf(BUSY), running(BUSY).memory, seen);
  const verdicts = ["a", "b"].map((name) => decision.memory.agents[name]?.verdict.is);
  return { quarantined, verdicts };
}

test("no pattern is blamed on a machine that is only busy", () => {
  const fine = { quarantined: [], verdicts: ["idle", "idle"] };
  expect(decidedWith((_trials, ms) => (ms < 1_000 ? "in time" : "late"))).toEqual(fine);
  expect(
    decidedWith(({ length }, ms) => (length === 1 && ms === 500 ? "in time" : "late")),
  ).toEqual(fine);
});

/** How often each limit is asked for where everybody has the same pattern. */
function asksOf(agents: number, alone: "in time" | "late"): Readonly<Record<number, number>> {
  const others = Array.from(
    { length: agents - 1 },
    (_, at) => `[[agent]]\nname = "n${at}"\nbackend = "mine"\n`,
  );
  const toml = `${others.join("")}${BUSY}`;
  const asks: Record<number, number> = {};
  const attempt: Guard["attempt"] = ({ length }, ms) => {
    asks[ms] = (asks[ms] ?? 0) + 1;
    if (length === 0) return "in time";
    return ms === 500 ? alone : "late";
  };
  const guard: Guard = { attempt, trusts: ({ re }) => re !== EVIL };
  guarded(guard)(settingOf(toml), running(toml).memory, shown(toml, SCREENS.idle).seen);
  return asks;
}

test("a machine on which everything is slow is looked into five times, and a pattern is blamed once", () => {
  expect(asksOf(8, "in time")).toEqual({ 1000: 1, 250: 5, 500: 5 });
  expect(asksOf(8, "late")).toEqual({ 1000: 1, 250: 8, 500: 1 });
});

test("what could not be tried is tried at the next look", () => {
  const { seen } = shown(BUSY, SCREENS.idle);
  const answers = ["untried", "in time"] as const;
  let count = 0;
  const attempt: Guard["attempt"] = () => answers[count++] ?? "late";
  const decide = guarded({ attempt, trusts: ({ re }) => re !== EVIL });
  const setting = settingOf(BUSY);
  const { memory } = decide(setting, running(BUSY).memory, seen).decision;
  const { quarantined } = decide(setting, memory, { ...seen, at: seen.at + 30_000 });
  expect([count, quarantined]).toEqual([2, []]);
});

test("what cannot be tried is not read, and said so; who needs no trial is judged as ever", () => {
  const because =
    "patterns could not be tried, because no thread was to be had: screens count as unread";
  expect(decidedWith(() => "untried")).toEqual({
    quarantined: [{ pattern: "", agents: ["a"], because }],
    verdicts: ["unseen", "idle"],
  });
});

test("what repeats nothing, and what comes with the program, is not tried", () => {
  const { seen } = shown(BUSY, SCREENS.idle);
  const { memory } = running(BUSY);
  const tried = (pattern: string): readonly string[] => {
    const patterns: string[] = [];
    const decide = guarded({
      attempt: (trials) => {
        patterns.push(...trials.map(({ rule }) => rule.re));
        return "in time";
      },
      trusts: ({ re }) => re !== pattern,
    });
    decide(settingOf(BUSY), memory, seen);
    return patterns;
  };
  expect([tried("shortcuts"), tried(EVIL), tried("none")]).toEqual([[], [EVIL], []]);
});

test("a screen that did not change is not tried again", () => {
  const { seen } = shown(BUSY, SCREENS.idle);
  let count = 0;
  const attempt: Guard["attempt"] = () => {
    count += 1;
    return "in time";
  };
  const decide = guarded({ attempt, trusts: () => false });
  const setting = settingOf(BUSY);
  const { memory } = decide(setting, running(BUSY).memory, seen).decision;
  decide(setting, memory, { ...seen, at: seen.at + 30_000 });
  expect(count).toBe(1);
});
