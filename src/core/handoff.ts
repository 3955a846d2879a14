// What one agent of a loop must hear of another's work: commits whose subject matches a rule, and
// inbox files that changed. Tells nothing but constant words, file names of the config and hashes:
// what stands in a repository is never typed to an agent.

import type { Handoff } from "../config/config.ts";
import { hash } from "./hash.ts";
import type { LoopMemory, RepoSeen, Say } from "./types.ts";

/** Something to say: each step tells one agent at most one thing of a kind. */
export type Tell = {
  readonly to: string;
  readonly kind: Say["kind"];
  readonly text: string;
};

type Handed = {
  readonly sha: string | null;
  readonly inboxes: Readonly<Record<string, string>>;
  readonly says: readonly Tell[];
};

/** `sha` after a look at a branch without a commit: whatever is pushed first is then news. */
const NOTHING_YET = "";

/** Patterns are tried on this much of a subject, so that a hostile one cannot cost the tick. */
const SUBJECT_MAX = 300;
const SHAS_SHOWN = 3;
const SHA_SHOWN = 9;

export function handoffStep(
  handoff: Handoff,
  memory: Pick<LoopMemory, "sha" | "inboxes">,
  repo: RepoSeen,
): Handed {
  const inboxes = inboxesOf(handoff, repo);
  return {
    sha: repo.head ?? memory.sha ?? NOTHING_YET,
    inboxes,
    says: [
      ...(memory.sha === null ? [] : commitTells(handoff, repo)),
      ...inboxTells({ handoff, before: memory.inboxes, now: inboxes }),
    ],
  };
}

function commitTells(handoff: Handoff, repo: RepoSeen): readonly Tell[] {
  const tells = new Map<string, Tell>();
  for (const rule of handoff.rules) {
    const key = `${rule.kind} ${rule.pings}`;
    if (tells.has(key)) continue;
    const sameKey = handoff.rules.filter((r) => r.kind === rule.kind && r.pings === rule.pings);
    const tests = sameKey.map(({ re }) => patternOf(re));
    const shas = repo.commits
      .filter(({ subject }) => tests.some((test) => test?.test(subject.slice(0, SUBJECT_MAX))))
      .map(({ sha }) => sha);
    if (repo.lost && repo.head !== null) tells.set(key, tellOf(rule, lostText(repo.head)));
    else if (shas.length > 0) tells.set(key, tellOf(rule, commitText(rule.kind, shas)));
  }
  return [...tells.values()];
}

type Rule = Handoff["rules"][number];

function tellOf(rule: Rule, text: string): Tell {
  return { to: rule.pings, kind: rule.kind === "other" ? "claim" : rule.kind, text };
}

/** The reference's own two patterns mean the word: "claims page: fix" claims nothing. */
function patternOf(re: string): RegExp | null {
  const word = /^\^(?:claim|review)$/.test(re) ? `${re}(?=[:\\s(]|$)` : re;
  try {
    return new RegExp(word, "i");
  } catch {
    // The config refuses such a pattern with its line; an older copy of it must not stop the loop.
    return null;
  }
}

function commitText(kind: Rule["kind"], shas: readonly string[]): string {
  const commits = listed({ shas, before: 0 });
  const said = {
    claim: `a claim was pushed ${commits}. Pull, then verify what is claimed.`,
    review: `a review was pushed ${commits}. Pull, read the verdict, then act on it.`,
    other: `work that concerns you was pushed ${commits}. Pull, read it, then act on it.`,
  };
  return `watchdog: ${said[kind]}`;
}

type Commits = { readonly shas: readonly string[]; readonly before: number };

const LIST = /\(commits? ([0-9a-f, ]+?)(?: and (\d+) before)?\)/;

function listed({ shas, before }: Commits): string {
  const shown = shas.slice(-SHAS_SHOWN).map((sha) => sha.slice(0, SHA_SHOWN));
  const hidden = before + shas.length - shown.length;
  const word = hidden + shown.length === 1 ? "commit" : "commits";
  return `(${word} ${shown.join(", ")}${hidden === 0 ? "" : ` and ${hidden} before`})`;
}

function commitsIn(text: string): Commits | null {
  const [, shas, before] = LIST.exec(text) ?? [];
  return shas === undefined ? null : { shas: shas.split(", "), before: Number(before ?? 0) };
}

/** Two pings that wait, as one: no commit goes unnamed. Null: they say different things. */
export function joined(older: string, newer: string): string | null {
  const [before, now] = [commitsIn(older), commitsIn(newer)];
  // That the branch was rewritten, and what to look for then, covers all that was to be said.
  if (now === null) return newer;
  if (before === null || older.replace(LIST, "") !== newer.replace(LIST, "")) return null;
  const shas = [...before.shas, ...now.shas];
  return newer.replace(LIST, listed({ shas, before: before.before + now.before }));
}

function lostText(head: string): string {
  const at = head.slice(0, SHA_SHOWN);
  return `watchdog: the branch was rewritten and now stands at ${at}. Fetch, compare it with what you know, and look for claims and reviews you have not answered.`;
}

/** A file that is gone, or empty, was consumed: its next text is news again. */
function inboxesOf(handoff: Handoff, repo: RepoSeen): Readonly<Record<string, string>> {
  return Object.fromEntries(
    handoff.inboxes.flatMap(({ file }) => {
      const seen = Object.hasOwn(repo.files, file) ? repo.files[file] : null;
      return seen && seen.text.trim() !== "" ? [[file, seen.hash]] : [];
    }),
  );
}

type Inboxes = {
  readonly handoff: Handoff;
  readonly before: Readonly<Record<string, string>>;
  readonly now: Readonly<Record<string, string>>;
};

/** Names every file that waits for the agent, not only the changed one: a later ping may replace this one. */
function inboxTells({ handoff, before, now }: Inboxes): readonly Tell[] {
  const targets = [...new Set(handoff.inboxes.map(({ pings }) => pings))];
  return targets.flatMap((to) => {
    const waiting = handoff.inboxes
      .filter(({ file, pings }) => pings === to && now[file] !== undefined)
      .map(({ file }) => file);
    if (waiting.every((file) => before[file] === now[file])) return [];
    const mark = hash(waiting.map((file) => now[file]).join(" ")).slice(0, SHA_SHOWN);
    const text = `watchdog: for you in the repository: ${waiting.join(", ")} (${mark}). Pull, read, act on it, then delete it, commit and push.`;
    return [{ to, kind: "inbox", text }];
  });
}
