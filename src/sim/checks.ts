// What must never happen, and what must happen in the end. Every decision is shown to these checks together
// with the truth; a violation is a sentence with its hour, and the seed gives the whole night again.

import type { Config } from "../config/config.ts";
import { spentBudget } from "../core/budget.ts";
import type { Setting } from "../core/case.ts";
import { decide } from "../core/decide.ts";
import { same } from "../core/step.ts";
import { NUDGE } from "../core/stall.ts";
import type { Action, AgentMemory, Decision, Life, Memory, Order, Seen } from "../core/types.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import { brokenRouteRules } from "./checks-route.ts";
import { brokenRules } from "./rules.ts";
import { brokenBudgetRules } from "./spending.ts";
import { brokenTaskRules } from "./task-luck.ts";
import type { Time } from "./time.ts";
import type { Repo } from "./repo.ts";
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

/** Lives that end by themselves within this time while the engine runs. */
const SHORT: Readonly<Partial<Record<Life["is"], number>>> = {
  launching: 5 * MINUTE,
  stopping: 3 * MINUTE,
};
/** For a message that is old already: the looks it takes to go on once it can. */
const SAID = 5 * MINUTE;
const VIOLATIONS_MAX = 20;
const DECISIONS_AN_HOUR = 6000;

/** What people said, as far as the engine heard it. */
type Words = {
  readonly said: Readonly<Record<string, "up" | "down">>;
  readonly fleetUp: boolean;
  readonly heard: readonly string[];
};

type Watched = {
  life: Life["is"];
  since: number;
  run: string | null;
  /** When what was typed last had no reason to be under way for long. */
  said: number;
  /** Nudges typed, and Enters pressed on any text of ours: a program may be deaf to them. */
  nudges: number;
  enters: number;
};

export type Checked = {
  readonly machine: Machine;
  readonly time: Time;
  readonly isAnswered: (order: string) => boolean;
  readonly repos: ReadonlyMap<string, Repo>;
};

export function openChecks({ machine, time, isAnswered, repos }: Checked): Checks {
  const violations: string[] = [];
  const stats = { decisions: 0, starts: 0, kills: 0, texts: 0 };
  let words: Words = { said: {}, fleetUp: false, heard: [] };
  /** As they stood before a decision that was not saved yet: an engine that dies has not heard. */
  let unsaved: Words | null = null;
  /** News whose receipts the last decision found. */
  let received: readonly { readonly name: string; readonly text: string }[] = [];
  const watched = new Map<string, Watched>();
  const open = new Map<string, { readonly order: Order; readonly at: number }>();
  const started = new Set<string>();
  /** What a person stopped at some time of the night. */
  const forbidden = new Set<string>();
  const pasted = new Map<string, number>();
  let looked = 0;
  let hour = { from: 0, count: 0 };

  const wrong = (what: string): void => {
    if (violations.length < VIOLATIONS_MAX)
      violations.push(`${new Date(time.now()).toISOString()} ${what}`);
  };

  /** News that was on its way to this one, or (null) to anybody, may be said again. */
  const excuse = (name: string | null): void => {
    for (const repo of repos.values()) repo.excused(name);
  };

  const truthOf = (name: string): { readonly truth: Truth; readonly since: number } | null => {
    const session = [...machine.sessions.values()].find((one) => one.mark?.target === name);
    if (session === undefined || session.dead !== null) return null;
    return { truth: session.actor.truth(), since: session.actor.since() };
  };

  /** A person's half-typed line stands there: nothing is typed over it, and nothing killed behind it. */
  const isTypedAt = (name: string): boolean =>
    [...machine.sessions.values()].some(
      ({ mark, actor }) => mark?.target === name && actor.draft()?.by === "person",
    );

  const isStopped = (name: string, config: Config): boolean => {
    const word = words.said[name];
    if (word !== undefined) return word === "down";
    if (words.fleetUp) return false;
    // Whoever starts one agent of a fleet that is down means the services that it needs as well.
    const isService = config.services.some((one) => one.name === name);
    return !(isService && Object.values(words.said).includes("up"));
  };

  const hear = (order: Order, at: number): void => {
    if (words.heard.includes(order.id) || at >= order.expires) return;
    open.set(order.id, { order, at: time.steady() });
    words = { ...words, heard: [...words.heard.slice(-50), order.id] };
    const { verb, names } = order;
    if (verb !== "up" && verb !== "down" && verb !== "restart") return;
    const word = verb === "down" ? "down" : "up";
    if (names.length === 0 && verb !== "restart")
      words = { ...words, fleetUp: word === "up", said: {} };
    // What runs at the end of a loop does not run against a person's word.
    if (word === "down") for (const name of names) forbidden.add(name);
    for (const name of names) words = { ...words, said: { ...words.said, [name]: word } };
  };

  const actionIsFit = (action: Action, { seen, before, decision, setting }: Decided): void => {
    if (action.because === "" && action.do !== "answer") wrong(`${action.id}: no because`);
    // Nor is anything done to an agent by telling a person that nobody is seen.
    const looks = [
      "note",
      "answer",
      "write",
      "evidence",
      "weigh",
      "notify",
      "work",
      "job",
    ].includes(action.do);
    if (seen.server === "unseen" && !looks) wrong(`${action.id}: done to the unseen`);
    if (action.do === "start") {
      excuse(action.target);
      started.add(action.target);
      stats.starts += 1;
      if (isStopped(action.target, setting.config))
        wrong(`${action.target} is started though a person stopped it`);
      const account = setting.config.agents.find((one) => one.name === action.target)?.account;
      if (
        account !== undefined &&
        before.holds[account] !== undefined &&
        decision.memory.holds[account] !== undefined
      )
        wrong(`${action.target} is started inside the hold of ${account}`);
    }
    if (action.do === "answer") open.delete(action.order);
  };

  const stopIsFit = (name: string, was: AgentMemory | undefined, one: Decided): void => {
    const now = one.decision.memory.agents[name];
    if (now?.life.is !== "stopping" || was?.life.is === "stopping") return;
    stats.kills += 1;
    const real = truthOf(name);
    const asked = one.seen.orders.some(({ verb }) => verb === "restart" || verb === "down");
    if (real === null || asked || now.life.next === "down" || now.life.next === "ended") return;
    const member = one.setting.config.agents.find((agent) => agent.name === name);
    const plain = one.setting.config.backends[member?.backend ?? ""]?.screen.busy.length === 0;
    if (real.since > looked) return;
    const why = `${name} is stopped (${now.because}) while it is ${real.truth}`;
    const phase = now.life.next === "restart" && now.because.startsWith("phase ");
    if (real.truth === "working" && !phase && !(plain && now.life.next === "restart")) wrong(why);
    if (real.truth === "asking" || real.truth === "limited" || real.truth === "waiting") {
      if (now.life.next === "charged") wrong(why);
    }
    const nudges = Math.max(watched.get(name)?.nudges ?? 0, watched.get(name)?.enters ?? 0);
    if (now.because.startsWith("stall") && nudges < (member?.nudges ?? 0))
      wrong(`${name} is killed as stalled after ${nudges} nudges that reached it`);
  };

  const settled = (): void => {
    for (const known of watched.values())
      Object.assign(known, { since: time.steady(), said: time.steady() });
  };

  const watch = (name: string, now: AgentMemory): void => {
    const known = watched.get(name);
    if (known !== undefined && now.verdict.is === "unseen") known.since = time.steady();
    const run = now.run?.id ?? null;
    if (known === undefined || known.life !== now.life.is || known.run !== run) {
      const { nudges, enters } = known?.run === run ? known : { nudges: 0, enters: 0 };
      const since = time.steady();
      watched.set(name, { life: now.life.is, since, said: since, run, nudges, enters });
      return;
    }
    const limit = SHORT[now.life.is];
    if (limit !== undefined && time.steady() - known.since > limit) {
      wrong(`${name} is ${now.life.is} for ${Math.round(limit / SECOND)} s: ${now.because}`);
      known.since = time.steady() + HOUR;
    }
    const late = now.says.find((say) => say.state !== "queued" && time.now() - say.at > HOUR);
    // Nothing moves on behind a dialog that nobody answers, nor while a person is waited for or nobody can look.
    const stands =
      truthOf(name)?.truth === "asking" || now.verdict.is === "unseen" || now.life.is === "parked";
    if (late === undefined || stands) known.said = time.steady();
    else if (time.steady() - known.said > SAID) {
      wrong(`${name}: a ${late.kind} message is ${late.state} for an hour`);
      known.said = time.steady() + HOUR;
    }
  };

  return {
    violations,
    stats,
    wrong,
    decided: (one) => {
      const { seen, decision, before, setting } = one;
      stats.decisions += 1;
      if (time.steady() - hour.from > HOUR) hour = { from: time.steady(), count: 0 };
      hour.count += 1;
      if (hour.count === DECISIONS_AN_HOUR) wrong("the engine spins");
      words = unsaved ?? words;
      unsaved = words;
      for (const order of seen.orders) hear(order, seen.at);
      if (decision.due !== null && decision.due <= seen.at) wrong("due is not in the future");
      for (const [name, loop] of Object.entries(decision.memory.loops)) {
        const was = before.loops[name];
        const what = was === undefined ? null : (repos.get(name)?.stepped(was, loop) ?? null);
        if (what !== null) wrong(what);
      }
      if (!seen.stateWritable) {
        settled();
        for (const [id, { order }] of open) open.set(id, { order, at: time.steady() });
      }
      for (const action of decision.actions) actionIsFit(action, one);
      received = decision.actions.flatMap((action) => {
        const said = action.do === "note" && action.event === "said";
        const text = said ? before.agents[action.target]?.says[0]?.text : undefined;
        return text === undefined ? [] : [{ name: action.target, text }];
      });
      const broken = [brokenRules, brokenTaskRules, brokenRouteRules, brokenBudgetRules];
      for (const what of broken.flatMap((rules) => rules(one))) wrong(what);
      for (const [name, now] of Object.entries(decision.memory.agents)) {
        stopIsFit(name, before.agents[name], one);
        if (seen.stateWritable) watch(name, now);
      }
      for (const [id, { order, at }] of open) {
        const late = order.expires - order.at + 10 * MINUTE;
        if (time.steady() - at < late || time.now() - order.at < late) continue;
        open.delete(id);
        if (!isAnswered(id))
          wrong(`the order ${order.verb} ${order.names.join(" ")} is never answered`);
      }
      if (stats.decisions % 16 === 0) {
        const again = decide(setting, before, seen);
        if (!same(again, decision)) wrong("the same look gives another decision");
        if (!same(JSON.parse(JSON.stringify(decision.memory)), decision.memory))
          wrong("Memory is no plain JSON");
      }
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
      const draft = actor.draft();
      if (draft?.by === "person") wrong(`${name}: typed over a person's draft`);
      const known = watched.get(name);
      if (text === NUDGE && known !== undefined) known.nudges += 1;
      if (text.startsWith("unique")) {
        pasted.set(text, (pasted.get(text) ?? 0) + 1);
        if (pasted.get(text) === 2) wrong(`${name}: the same text is pasted twice: ${text}`);
      }
    },
    pressed: (session, keys) => {
      const { actor, mark } = session;
      const name = mark?.target ?? session.name;
      if (keys.includes("Enter") && actor.truth() === "asking" && actor.since() < looked - SECOND)
        wrong(`${name}: Enter into a dialog`);
      if (keys.includes("Enter") && actor.draft()?.by === "person")
        wrong(`${name}: a person's draft is submitted`);
      const known = watched.get(name);
      if (keys.includes("Enter") && known !== undefined && actor.draft()?.by === "us")
        known.enters += 1;
    },
    forgotten: () => {
      const living = [...machine.sessions.values()].some(({ dead }) => dead === null);
      words = { said: {}, fleetUp: living, heard: words.heard };
      unsaved = null;
    },
    unanswered: (session) => excuse(machine.sessions.get(session)?.mark?.target ?? null),
    saved: () => {
      unsaved = null;
      for (const { name, text } of received)
        for (const repo of repos.values()) repo.heard(name, text);
    },
    paused: () => {
      words = unsaved ?? words;
      settled();
      looked = time.steady();
    },
    atLast: (memory, { config }) => {
      for (const [name, repo] of repos) {
        for (const what of repo.overdue()) wrong(`at last ${what}`);
        const mine = config.agents.filter(({ loop }) => loop === name);
        if (mine.every((one) => memory.agents[one.name]?.life.is === "up" && !isTypedAt(one.name)))
          for (const what of repo.unheard()) wrong(`at last ${what}`);
        const last = config.loops.find((loop) => loop.name === name)?.onComplete?.run;
        if (last === undefined || started.has(last) || forbidden.has(last)) continue;
        const agent = config.agents.find((one) => one.name === last);
        if (agent !== undefined && spentBudget(agent, memory) !== null) continue;
        if (memory.loops[name]?.complete === true)
          wrong(`at last ${last} never ran though the loop is complete`);
      }
      for (const agent of config.agents) {
        const { name, enabled, kind, loop, watch: watching } = agent;
        if (
          !enabled ||
          spentBudget(agent, memory) !== null ||
          watching === "none" ||
          (kind === "loop" && memory.loops[loop ?? ""]?.complete === true)
        )
          continue;
        const one = memory.agents[name];
        if (one === undefined) {
          wrong(`at last ${name} is unknown`);
          continue;
        }
        const { life, because } = one;
        const real = truthOf(name)?.truth ?? "dead";
        if (life.is === "down") wrong(`at last ${name} is down: ${because}`);
        if (life.is === "parked" && because === "")
          wrong(`at last ${name} is parked without a word`);
        if (life.is === "held")
          wrong(`at last ${name} is held (${life.why}) and really ${real}: ${because}`);
        const silent = real === "wedged" || real === "dead";
        if (life.is === "up" && watching === "heal+stall" && silent && !isTypedAt(name))
          wrong(`at last ${name} is up and really ${real}: ${because}`);
      }
      for (const account of Object.keys(memory.holds)) wrong(`at last ${account} is still held`);
    },
  };
}
