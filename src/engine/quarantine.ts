// Patterns that would hold the loop: a decision that takes too long is broken off, the pattern that took the time
// is found, told of, and out of use until it is edited; where none is found, the screens of this look are unread.
// A pattern that says busy or asking, or where the input is, takes its whole screen along: without it nobody is
// killed and nothing is typed on what that screen does not say.

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
import { shows } from "../core/judge.ts";
import { membersOf } from "../core/member.ts";
import { remembering } from "../core/remembering.ts";
import type { Decision, Memory, Pane, Seen } from "../core/types.ts";

/** A decision about a whole fleet takes milliseconds. */
const decisionMs: Millis = 1_000;
/** The machine may only be busy: where no pattern is to blame, it is decided once more with more time. */
const patienceMs: Millis = 5_000;
/** What one pattern may take on one screen, and then once more before it is blamed. */
const patternMs: Millis = 100;
const againMs: Millis = 250;
/** Patterns that are found in one look; the next one finds more. */
const foundAtOnce = 3;
/** Where so many screens are slow to read and no pattern is to blame, the machine is. */
const slowScreens = 5;
/** As much of a pattern as is told. */
const patternLength = 200;

/** Longer than this no pattern holds a look: each is found within one decision and its trials. */
export const heldAtMostMs: Millis =
  foundAtOnce * (decisionMs + 2 * patternMs + againMs) + patienceMs;

/** Breaks off what only computes; null: it took longer. */
export type Box = <T>(run: () => T, limitMs: Millis) => { readonly value: T } | null;

export type Guard = {
  readonly box: Box;
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
  return (asked, memory, seen) => {
    const { config } = asked;
    const plain = { setting: asked, seen, quarantined: [] };
    if (guard === null || !isDoubtful(config, guard))
      return { ...plain, decision: decide(asked, memory, seen) };
    forgetOthers(found, config);
    const within = (limitMs: Millis): Decided | null => {
      const quarantined = [...found.values()];
      const setting = usable(asked, quarantined, () =>
        quarantined.length === 0 ? asked : { ...asked, config: without(config, isGone) },
      );
      const shown = { ...seen, panes: readable(config, seen, isGone) };
      const made = guard.box(() => decide(setting, memory, shown), limitMs);
      return made && { setting, seen: shown, decision: made.value, quarantined };
    };
    for (let round = 0; round < foundAtOnce; round += 1) {
      const decided = within(decisionMs);
      if (decided !== null) return decided;
      const culprit = culpritIn(without(config, isGone), seen, guard.box);
      if (culprit === null) break;
      found.set(keyOf(culprit.rule), quarantinedBy(culprit, config));
    }
    return within(patienceMs) ?? unread(asked, memory, seen);
  };
}

/** An edited pattern is another one. */
function forgetOthers(found: Map<string, Quarantined>, config: Config): void {
  if (found.size === 0) return;
  const present = new Set(rulesOf(config).map(keyOf));
  for (const key of found.keys()) if (!present.has(key)) found.delete(key);
}

/** What repeats nothing ends soon, and the presets are known to. */
function isDoubtful(config: Config, { trusts }: Guard): boolean {
  return doubts(config, [trusts], () =>
    rulesOf(config).some((rule) => repeats(rule) && !trusts(rule)),
  );
}
const doubts = remembering<boolean>(() => true);

function repeats({ re }: Rule): boolean {
  return /[*+?{]/.test(re.replaceAll(/\\.|\(\?(?:[:=!]|<[=!]|<\w+>)/g, ""));
}

function keyOf({ flags, re }: Rule): string {
  return `${flags} ${re}`;
}

/** The screens that can still be judged without what is gone. */
function readable(config: Config, seen: Seen, isGone: (rule: Rule) => boolean): Seen["panes"] {
  const blind = membersOf(config).filter(({ backend }) => vitalRules(backend).some(isGone));
  const sessions = new Set(blind.map(({ session }) => session));
  if (sessions.size === 0) return seen.panes;
  return mapped(seen.panes, (pane) =>
    sessions.has(pane.session) ? { ...pane, screen: null } : pane,
  );
}

/** Without screens, titles and commits no pattern is asked anything: this ends. */
function unread(setting: Setting, memory: Memory, seen: Seen): Decided {
  const panes = mapped(seen.panes, (pane) => ({ ...pane, title: "", screen: null }));
  const blind: Seen = { ...seen, panes, repos: {} };
  const because = `nothing on the screens could be judged within ${patienceMs / 1000} s; they count as unread`;
  const agents = membersOf(setting.config).map(({ name }) => name);
  const quarantined = [{ pattern: "", agents, because }];
  return { setting, seen: blind, decision: decide(setting, memory, blind), quarantined };
}

function mapped(panes: Seen["panes"], change: (pane: Pane) => Pane): Seen["panes"] {
  return Object.fromEntries(Object.entries(panes).map(([name, pane]) => [name, change(pane)]));
}

type Trial = { readonly rule: Rule; readonly text: string; readonly where: string };

/** The first pattern that takes too long, twice. */
function culpritIn(config: Config, seen: Seen, box: Box): Trial | null {
  let slow = 0;
  for (const trials of trialsOf(config, seen)) {
    const all = (): void => trials.forEach(({ rule, text }) => shows(rule, text));
    if (box(all, patternMs) !== null) continue;
    const culprit = trials.find(({ rule, text }) =>
      [patternMs, againMs].every((limitMs) => box(() => shows(rule, text), limitMs) === null),
    );
    slow += 1;
    if (culprit !== undefined) return culprit;
    if (slow === slowScreens) return null;
  }
  return null;
}

/** What is matched with what, one list for each screen and each repository. */
function trialsOf(config: Config, seen: Seen): readonly (readonly Trial[])[] {
  const screens = membersOf(config).map(({ name, session, backend }): readonly Trial[] => {
    const { title = "", screen = null } = seen.panes[session] ?? {};
    const where = `the screen of ${name}`;
    return [
      ...screenRules(backend).map((rule) => ({ rule, text: screen?.text ?? "", where })),
      ...titleRules(backend).map((rule) => ({ rule, text: title, where })),
    ];
  });
  const commits = config.loops.map((loop): readonly Trial[] => {
    const repo = seen.repos[loop.name] ?? "unseen";
    const subjects = repo === "unseen" ? [] : repo.commits.map(({ subject }) => subject);
    const where = `the subject of a commit (${loop.name})`;
    return subjectRules(loop).flatMap((rule) => subjects.map((text) => ({ rule, text, where })));
  });
  return [...screens, ...commits];
}

function quarantinedBy({ rule, where }: Trial, config: Config): Quarantined {
  const isIt = (one: Rule): boolean => keyOf(one) === keyOf(rule);
  const judged = membersOf(config).filter(({ backend }) =>
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
