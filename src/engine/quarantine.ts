// Patterns that would hold the loop: what a user's own pattern is to be matched with is tried first where it can be
// broken off. One that takes too long is told of, and out of use until it is edited. A pattern that says busy or
// asking, or where the input is, takes its whole screen along: without it nobody is killed and nothing is typed on
// what that screen does not say.

import type { Config, Millis, Rule } from "../config/config.ts";
import {
  rulesOf,
  screenRules,
  subjectRules,
  titleRules,
  vitalRules,
  without,
} from "../config/rules.ts";
import type { Setting } from "../core/case.ts";
import { decide } from "../core/decide.ts";
import { membersOf, type Member } from "../core/member.ts";
import { remembering } from "../core/remembering.ts";
import { fromBottom, rowsOf } from "../core/rows.ts";
import type { Decision, Memory, Pane, Seen } from "../core/types.ts";
import { doubtOf, type Doubt } from "./doubt.ts";

/** All that is new in one look: for a whole fleet it takes milliseconds. */
const lookMs: Millis = 1_000;
/** All that one screen is matched with, where a look took too long; and then each pattern alone before it is blamed. */
const textMs: Millis = 250;
const patternMs: Millis = 500;
/** What was broken off has to be begun anew, which takes a busy machine a while. */
const anewMs: Millis = 2_000;
/** Where so many texts are slow to read and no pattern is to blame, the machine is. */
const slowTexts = 5;
/** As much of a pattern as is told. */
const patternLength = 200;

/** What one pattern that explodes may cost, once. */
export const heldAtMostMs: Millis = lookMs + textMs + patternMs + 3 * anewMs;

/** A pattern, and what it is to be matched with from there on. */
export type Trial = { readonly rule: Rule; readonly text: string; readonly from: number };

export type Guard = {
  /** Tries them where they can be broken off: "late" when they were, "untried" when that cannot be done now. */
  readonly attempt: (trials: readonly Trial[], limitMs: Millis) => "in time" | "late" | "untried";
  /** Patterns that come with the program: they are tried on every screen we know. */
  readonly trusts: (rule: Rule) => boolean;
};

export type Quarantined = {
  readonly pattern: string;
  /** Whom it was to judge. */
  readonly agents: readonly string[];
  readonly because: string;
};

export type Decided = {
  readonly setting: Setting;
  /** What it was decided from: not always all that was seen. */
  readonly seen: Seen;
  readonly decision: Decision;
  /** What is out of use now. */
  readonly quarantined: readonly Quarantined[];
};

/** Decides, whatever patterns the user wrote. Without a guard all of them are trusted. */
export type Decide = (setting: Setting, memory: Memory, seen: Seen) => Decided;

export function guarded(guard: Guard | null): Decide {
  const found = new Map<string, Quarantined>();
  const isGone = (rule: Rule): boolean => found.has(keyOf(rule));
  const usable = remembering<Setting>(() => true);
  const doubts = doubtsOf(guard);
  let known: { readonly config: Config; readonly panes: WeakSet<Pane> } | null = null;
  return (asked, memory, seen) => {
    const { config } = asked;
    const members = membersOf(config, memory);
    let unread: readonly Text[] = [];
    if (guard !== null) {
      forgetOthers(found, config);
      if (known?.config !== config) known = { config, panes: new WeakSet() };
      const { panes } = known;
      const doubt = (rule: Rule): Doubt | null => (isGone(rule) ? null : doubts(rule));
      const news = newTexts(config, seen, { members, panes, doubt });
      const culprits = culpritsIn(news, guard);
      if (culprits === "untried") unread = news;
      else for (const one of culprits) found.set(keyOf(one.rule), quarantinedBy(one, members));
      for (const { pane } of news) if (pane !== null && unread.length === 0) panes.add(pane);
    }
    const gone = [...found.values()];
    const setting = usable(asked, gone, () =>
      gone.length === 0 ? asked : { ...asked, config: without(config, isGone) },
    );
    const quarantined = unread.length === 0 ? gone : [...gone, untried(unread)];
    if (quarantined.length === 0)
      return { setting, seen, decision: decide(setting, memory, seen), quarantined };
    const shown: Seen = {
      ...withoutTexts({ ...seen, panes: readable(members, seen, isGone) }, unread),
      quarantined: quarantined.map(({ because }) => because),
    };
    return { setting, seen: shown, decision: decide(setting, memory, shown), quarantined };
  };
}

/** An edited pattern is another one. */
function forgetOthers(found: Map<string, Quarantined>, config: Config): void {
  if (found.size === 0) return;
  const present = new Set(rulesOf(config).map(keyOf));
  for (const key of found.keys()) if (!present.has(key)) found.delete(key);
}

/** What comes with the program is known to end soon on any text. */
function doubtsOf(guard: Guard | null): (rule: Rule) => Doubt | null {
  const known = new WeakMap<Rule, Doubt | null>();
  return (rule) => {
    const before = known.get(rule);
    if (before !== undefined) return before;
    const doubt = guard === null || guard.trusts(rule) ? null : doubtOf(rule);
    known.set(rule, doubt);
    return doubt;
  };
}

function keyOf({ flags, re }: Rule): string {
  return `${flags} ${re}`;
}

/** The screens that can still be judged without what is gone. */
function readable(
  members: readonly Member[],
  seen: Seen,
  isGone: (rule: Rule) => boolean,
): Seen["panes"] {
  const blind = members.filter(({ backend }) => vitalRules(backend).some(isGone));
  const sessions = new Set(blind.map(({ session }) => session));
  if (sessions.size === 0) return seen.panes;
  const panes = Object.entries(seen.panes).map(([name, pane]) => [
    name,
    sessions.has(pane.session) ? { ...pane, screen: null } : pane,
  ]);
  return Object.fromEntries(panes);
}

/** Nothing is concluded from what could not be tried: the next look has another go. */
function withoutTexts(seen: Seen, unread: readonly Text[]): Seen {
  if (unread.length === 0) return seen;
  const sessions = new Set(unread.map(({ pane }) => pane?.session));
  const panes = Object.entries(seen.panes).map(([name, pane]) => [
    name,
    sessions.has(pane.session) ? { ...pane, title: "", screen: null } : pane,
  ]);
  return { ...seen, panes: Object.fromEntries(panes), repos: {} };
}

function untried(unread: readonly Text[]): Quarantined {
  const agents = unread.flatMap(({ name }) => (name === null ? [] : [name]));
  const because =
    "patterns could not be tried, because no thread was to be had: screens count as unread";
  return { pattern: "", agents, because };
}

/** What is new of one pane or one repository, and what it is to be matched with. */
type Text = {
  readonly where: string;
  /** Null: of a repository. */
  readonly name: string | null;
  readonly pane: Pane | null;
  readonly trials: readonly Trial[];
};

type Asking = {
  readonly members: readonly Member[];
  /** Those that were tried already: a pane that did not change is the same object. */
  readonly panes: WeakSet<Pane>;
  readonly doubt: (rule: Rule) => Doubt | null;
};

function newTexts(config: Config, seen: Seen, { members, panes, doubt }: Asking): readonly Text[] {
  const shown = members.flatMap(({ name, session, backend }): readonly Text[] => {
    const pane = seen.panes[session];
    if (pane === undefined || panes.has(pane)) return [];
    const trials = [
      ...trialsOf(screenRules(backend), pane.screen?.text ?? "", doubt),
      ...trialsOf(titleRules(backend), pane.title, doubt),
    ];
    return [{ where: `the screen of ${name}`, name, pane, trials }];
  });
  const pushed = config.loops.map((loop): Text => {
    const repo = seen.repos[loop.name] ?? "unseen";
    const subjects = repo === "unseen" ? [] : repo.commits.map(({ subject }) => subject);
    const rules = subjectRules(loop);
    const where = `the subject of a commit (${loop.name})`;
    const trials = subjects.flatMap((subject) => trialsOf(rules, subject, doubt));
    return { where, name: null, pane: null, trials };
  });
  return [...shown, ...pushed].filter(({ trials }) => trials.length > 0);
}

function trialsOf(rules: readonly Rule[], text: string, doubt: Asking["doubt"]): readonly Trial[] {
  if (text === "" || rules.every((rule) => doubt(rule) === null)) return [];
  const rows = rowsOf(text);
  return rules.flatMap((rule) => {
    if (doubt(rule)?.(rows.text) !== true) return [];
    const from = rule.rows === null ? 0 : fromBottom(rows, rule.rows);
    return [{ rule, text: rows.text, from }];
  });
}

type Culprit = { readonly rule: Rule; readonly where: string };

/** The patterns that take too long, and alone as well; each is looked for once. */
function culpritsIn(texts: readonly Text[], { attempt }: Guard): readonly Culprit[] | "untried" {
  const all = texts.flatMap(({ trials }) => trials);
  const whole = all.length === 0 ? "in time" : attempt(all, lookMs);
  if (whole !== "late") return whole === "untried" ? whole : [];
  const culprits: Culprit[] = [];
  let slow = 0;
  for (const { where, trials } of texts) {
    const isLeft = ({ rule }: Trial): boolean =>
      culprits.every((one) => keyOf(one.rule) !== keyOf(rule));
    const text = attempt(trials.filter(isLeft), textMs);
    if (text === "untried") return text;
    if (text === "in time") continue;
    const before = culprits.length;
    for (const trial of trials.filter(isLeft)) {
      const alone = attempt([trial], patternMs);
      if (alone === "untried") return alone;
      if (alone === "late") culprits.push({ rule: trial.rule, where });
    }
    if (culprits.length === before) slow += 1;
    if (slow === slowTexts) break;
  }
  return culprits;
}

function quarantinedBy({ rule, where }: Culprit, members: readonly Member[]): Quarantined {
  const isIt = (one: Rule): boolean => keyOf(one) === keyOf(rule);
  const judged = members.filter(({ backend }) =>
    [...screenRules(backend), ...titleRules(backend)].some(isIt),
  );
  const isVital = judged.some(({ backend }) => vitalRules(backend).some(isIt));
  const pattern = rule.re.slice(0, patternLength);
  const follows = isVital ? "; meanwhile nothing is typed there and nobody killed for silence" : "";
  return {
    pattern,
    agents: judged.map(({ name }) => name),
    because: `the pattern ${pattern} takes too long on ${where} and is out of use until it is edited${follows}`,
  };
}
