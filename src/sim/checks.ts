// What must never happen. Every decision is shown to these checks together with the truth; a violation is a sentence
// with its hour, and the seed gives the whole night again. What must be so in the end is in checks-last.ts.

import type { Config } from "../config/config.ts";
import type { Setting } from "../core/case.ts";
import { decide } from "../core/decide.ts";
import { same } from "../core/step.ts";
import { NUDGE } from "../core/stall.ts";
import type { Action, AgentMemory, Decision, Memory, Seen } from "../core/types.ts";
import { openAsked } from "./asked.ts";
import { HOUR, SECOND } from "./chance.ts";
import { brokenAtLast } from "./checks-last.ts";
import { brokenRouteRules } from "./checks-route.ts";
import { brokenRules } from "./rules.ts";
import { openSaid } from "./said.ts";
import { brokenBudgetRules } from "./spending.ts";
import { brokenTaskRules } from "./task-luck.ts";
import type { Time } from "./time.ts";
import type { Repo } from "./repo.ts";
import { openWatched } from "./watched.ts";
import type { Machine, Session, Truth } from "./world.ts";

export type Decided = {
  readonly setting: Setting;
  readonly before: Memory;
  readonly seen: Seen;
  readonly decision: Decision;
};

export type Checks = {
  readonly violations: string[];
  readonly stats: { decisions: number; starts: number; kills: number; texts: number };
  wrong(what: string): void;
  decided(one: Decided): void;
  typed(session: Session, text: string): void;
  pressed(session: Session, keys: readonly string[]): void;
  unanswered(session: string): void;
  /** The last decision is on disk. */
  saved(): void;
  /** The engine was killed or stood still: what took long says nothing. */
  paused(): void;
  /** Memory was lost: who still lives is wanted, and what people said is gone with it. */
  forgotten(): void;
  /** After the calm: everything that is wanted is there, or says why not. */
  atLast(memory: Memory, setting: Setting): void;
};

const VIOLATIONS_MAX = 20;
const DECISIONS_AN_HOUR = 6000;
/** Every so many decisions are made once more. */
const MADE_AGAIN = 16;
/** Nor is anything done to an agent by telling a person that nobody is seen. */
const LOOKS: readonly Action["do"][] = [
  "note",
  "answer",
  "write",
  "evidence",
  "weigh",
  "notify",
  "work",
  "job",
];

export type Checked = {
  readonly machine: Machine;
  readonly time: Time;
  readonly isAnswered: (order: string) => boolean;
  readonly repos: ReadonlyMap<string, Repo>;
};

/** What an agent really does, and since when; null: it does not live. */
export type TruthOf = (name: string) => { readonly truth: Truth; readonly since: number } | null;

export function openChecks({ machine, time, isAnswered, repos }: Checked): Checks {
  const violations: string[] = [];
  const stats = { decisions: 0, starts: 0, kills: 0, texts: 0 };
  const said = openSaid();
  const asked = openAsked(time, isAnswered);
  const watched = openWatched(time);
  /** News whose receipts the last decision found. */
  let received: readonly News[] = [];
  const started = new Set<string>();
  const pasted = new Map<string, number>();
  let looked = 0;
  let hour = { from: 0, count: 0 };

  const wrong = (what: string): void => {
    if (violations.length < VIOLATIONS_MAX)
      violations.push(`${new Date(time.now()).toISOString()} ${what}`);
  };
  const allWrong = (found: readonly string[]): void => found.forEach(wrong);
  /** News that was on its way to this one, or (null) to anybody, may be said again. */
  const excuse = (name: string | null): void => {
    for (const repo of repos.values()) repo.excused(name);
  };
  const truthOf: TruthOf = (name) => {
    const session = [...machine.sessions.values()].find((one) => one.mark?.target === name);
    if (session === undefined || session.dead !== null) return null;
    return { truth: session.actor.truth(), since: session.actor.since() };
  };

  const count = (): void => {
    stats.decisions += 1;
    if (time.steady() - hour.from > HOUR) hour = { from: time.steady(), count: 0 };
    hour.count += 1;
    if (hour.count === DECISIONS_AN_HOUR) wrong("the engine spins");
  };

  const hear = ({ orders, at, stateWritable }: Seen): void => {
    said.begin();
    for (const order of orders) if (said.hear(order, at)) asked.hear(order);
    if (stateWritable) return;
    watched.excused();
    asked.excused();
  };

  const act = (action: Action, one: Decided): void => {
    allWrong(actionFaults(action, one));
    if (action.do === "answer") asked.answered(action.order);
    if (action.do !== "start") return;
    excuse(action.target);
    started.add(action.target);
    stats.starts += 1;
    if (said.isStopped(action.target, one.setting.config))
      wrong(`${action.target} is started though a person stopped it`);
  };

  const stop = (name: string, was: AgentMemory | undefined, one: Decided): void => {
    const now = one.decision.memory.agents[name];
    if (now?.life.is !== "stopping" || was?.life.is === "stopping") return;
    stats.kills += 1;
    const real = truthOf(name);
    const orders = one.seen.orders.some(({ verb }) => verb === "restart" || verb === "down");
    if (real === null || orders || real.since > looked) return;
    allWrong(stopFaults({ name, now, truth: real.truth, felt: watched.nudges(name) }, one));
  };

  return {
    violations,
    stats,
    wrong,
    decided: (one) => {
      const { seen, decision, before } = one;
      count();
      hear(seen);
      if (decision.due !== null && decision.due <= seen.at) wrong("due is not in the future");
      for (const [name, loop] of Object.entries(decision.memory.loops)) {
        const was = before.loops[name];
        const what = was === undefined ? null : (repos.get(name)?.stepped(was, loop) ?? null);
        if (what !== null) wrong(what);
      }
      for (const action of decision.actions) act(action, one);
      received = receivedBy(one);
      const broken = [brokenRules, brokenTaskRules, brokenRouteRules, brokenBudgetRules];
      for (const rules of broken) allWrong(rules(one));
      for (const [name, now] of Object.entries(decision.memory.agents)) {
        stop(name, before.agents[name], one);
        if (seen.stateWritable) allWrong(watched.look(name, now, truthOf(name)?.truth ?? null));
      }
      for (const { verb, names } of asked.overdue())
        wrong(`the order ${verb} ${names.join(" ")} is never answered`);
      if (stats.decisions % MADE_AGAIN === 0) allWrong(repeatFaults(one));
      looked = time.steady();
    },
    typed: (session, text) => {
      stats.texts += 1;
      const { actor, mark } = session;
      const name = mark?.target ?? session.name;
      for (const repo of repos.values()) {
        const again = repo.told(name, text);
        if (again !== null) wrong(again);
      }
      if (actor.truth() === "asking" && actor.since() < looked - SECOND)
        wrong(`${name}: typed into a dialog`);
      if (actor.draft()?.by === "person") wrong(`${name}: typed over a person's draft`);
      if (text === NUDGE) watched.nudged(name);
      if (!text.startsWith("unique")) return;
      pasted.set(text, (pasted.get(text) ?? 0) + 1);
      if (pasted.get(text) === 2) wrong(`${name}: the same text is pasted twice: ${text}`);
    },
    pressed: ({ actor, mark, name: session }, keys) => {
      if (!keys.includes("Enter")) return;
      const name = mark?.target ?? session;
      if (actor.truth() === "asking" && actor.since() < looked - SECOND)
        wrong(`${name}: Enter into a dialog`);
      if (actor.draft()?.by === "person") wrong(`${name}: a person's draft is submitted`);
      if (actor.draft()?.by === "us") watched.entered(name);
    },
    forgotten: () =>
      said.forgotten([...machine.sessions.values()].some(({ dead }) => dead === null)),
    unanswered: (session) => excuse(machine.sessions.get(session)?.mark?.target ?? null),
    saved: () => {
      said.saved();
      for (const { name, text } of received)
        for (const repo of repos.values()) repo.heard(name, text);
    },
    paused: () => {
      said.unheard();
      watched.excused();
      looked = time.steady();
    },
    atLast: (memory, { config }) => {
      const ran = (name: string): boolean => started.has(name) || said.wasStopped(name);
      allWrong(brokenAtLast({ config, memory, repos, machine, truthOf, ran }));
    },
  };
}

function actionFaults(
  action: Action,
  { seen, before, decision, setting }: Decided,
): readonly string[] {
  const wrong: string[] = [];
  if (action.because === "" && action.do !== "answer") wrong.push(`${action.id}: no because`);
  if (seen.server === "unseen" && !LOOKS.includes(action.do))
    wrong.push(`${action.id}: done to the unseen`);
  if (action.do !== "start") return wrong;
  const account = accountOf(setting.config, action.target);
  const held = ({ holds }: Memory): boolean => account !== null && holds[account] !== undefined;
  if (held(before) && held(decision.memory))
    wrong.push(`${action.target} is started inside the hold of ${account}`);
  return wrong;
}

function accountOf({ agents }: Config, name: string): string | null {
  return agents.find((one) => one.name === name)?.account ?? null;
}

type Stopped = {
  readonly name: string;
  readonly now: AgentMemory;
  readonly truth: Truth;
  /** Nudges that reached it. */
  readonly felt: number;
};

function stopFaults({ name, now, truth, felt }: Stopped, { setting }: Decided): readonly string[] {
  const { life, because } = now;
  if (life.is !== "stopping" || life.next === "down" || life.next === "ended") return [];
  const member = setting.config.agents.find((agent) => agent.name === name);
  const isPlain = setting.config.backends[member?.backend ?? ""]?.screen.busy.length === 0;
  const isPhase = life.next === "restart" && because.startsWith("phase ");
  const wrong: string[] = [];
  const why = `${name} is stopped (${because}) while it is ${truth}`;
  if (truth === "working" && !isPhase && !(isPlain && life.next === "restart")) wrong.push(why);
  const waits = truth === "asking" || truth === "limited" || truth === "waiting";
  if (waits && life.next === "charged") wrong.push(why);
  if (because.startsWith("stall") && felt < (member?.nudges ?? 0))
    wrong.push(`${name} is killed as stalled after ${felt} nudges that reached it`);
  return wrong;
}

type News = { readonly name: string; readonly text: string };

function receivedBy({ before, decision }: Decided): readonly News[] {
  return decision.actions.flatMap((action) => {
    const isSaid = action.do === "note" && action.event === "said";
    const text = isSaid ? before.agents[action.target]?.says[0]?.text : undefined;
    return text === undefined ? [] : [{ name: action.target, text }];
  });
}

function repeatFaults({ setting, before, seen, decision }: Decided): readonly string[] {
  const wrong: string[] = [];
  if (!same(decide(setting, before, seen), decision))
    wrong.push("the same look gives another decision");
  if (!same(JSON.parse(JSON.stringify(decision.memory)), decision.memory))
    wrong.push("Memory is no plain JSON");
  return wrong;
}
