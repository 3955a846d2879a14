// False repositories, one for each loop, that its agents share: claims, reviews, inboxes, and a status file that
// says at last that the phase is done. What was pushed is seen a while later, and sometimes not at all; now and
// then somebody rewrites the branch. It keeps the truth about who was told of what.

import type { Agent, Handoff, Loop } from "../config/config.ts";
import type { LoopMemory, Memory, RepoSeen } from "../core/types.ts";
import { HOUR, MINUTE, type Chance } from "./chance.ts";
import type { Time } from "./time.ts";

type Rule = Handoff["rules"][number];

type Commit = {
  readonly sha: string;
  readonly subject: string;
  /** Whom its subject concerns. */
  readonly listeners: readonly string[];
  readonly phase: number;
  readonly at: number;
  /** How often each of them was told, how many excuses it had when that began, and whether it is known to have heard. */
  readonly told: Map<string, { times: number; heard: boolean; readonly excuses: number }>;
};

/** Whoever is busy hears of news when the turn is over. */
const HEARD_MS = HOUR;
/** What is done is left within this time of calm. */
const LEFT_MS = 20 * MINUTE;

export type Repo = {
  /** A turn of this agent ended: it may push. */
  turned(agent: Agent): void;
  seen(memory: Memory): RepoSeen | "unseen";
  /** Text was typed to this agent; null, or what is wrong with that. */
  told(name: string, text: string): string | null;
  /** Its receipt is there, and saved: this is never said again. */
  heard(name: string, text: string): void;
  /** After what happened, nobody can know what this agent, or (null) any of them, was told. */
  excused(name: string | null): void;
  /** What is wrong with this step of the loop; null when nothing is. */
  stepped(before: LoopMemory, after: LoopMemory): string | null;
  /** Memory says so, and it is saved. */
  entered(loop: LoopMemory): void;
  /** The branch is rewritten: what the loop knew is no ancestor any more. */
  rewrite(): void;
  /** Until then fetching takes for ever. */
  slow(forMs: number): void;
  /** A phase that is done and was not left. */
  overdue(): readonly string[];
  /** What somebody was not told of though it was pushed long ago, and nothing later either. */
  unheard(): readonly string[];
};

export type Sharing = {
  readonly loop: Loop;
  readonly agents: readonly Agent[];
  readonly chance: Chance;
  readonly time: Time;
  /** Nothing goes wrong any more. */
  readonly calm: () => boolean;
  /** The file in the directory of the repository. */
  readonly write: (path: string, text: string) => void;
};

export function openRepo({ loop, agents, chance, time, calm, write }: Sharing): Repo {
  const mine = agents.filter((one) => one.loop === loop.name);
  const rules = loop.handoff?.rules ?? [];
  const commits: Commit[] = [];
  const inboxes = new Map<string, string>();
  const closer =
    rules.find(({ kind }) => kind === "claim")?.pings ?? mine.at(-1)?.name ?? loop.name;
  let phase = 0;
  let doneAt: number | null = null;
  let completed = false;
  let fetched = 0;
  let slowUntil = 0;
  /** By name; null: everybody's. */
  const excuses = new Map<string | null, number>();
  const excusesOf = (name: string): number => (excuses.get(name) ?? 0) + (excuses.get(null) ?? 0);
  /** When the loop last saw that its commit is gone, and when each agent was last told so. */
  let lostAt: number | null = null;
  const toldOfLoss = new Map<string, number>();
  const push = (subject: string): void => {
    const sha = Array.from({ length: 5 }, () =>
      chance.between(0x10000000, 0xffffffff).toString(16),
    ).join("");
    const listeners = rules
      .filter(({ re }) => new RegExp(re, "i").test(subject))
      .map(({ pings }) => pings);
    commits.push({ sha, subject, listeners, phase, at: time.steady(), told: new Map() });
  };
  const finish = (): void => {
    const text = `${loop.doneMarker}\nbuilt and checked\n`;
    const status = loop.phases[phase]?.status ?? "";
    if (doneAt !== null || status === "") return;
    doneAt = time.steady();
    push("the phase is done");
    const folder = loop.stateSubdir === "" ? loop.repo : `${loop.repo}/${loop.stateSubdir}`;
    if (loop.handoff === null || chance.hit(0.5)) write(`${folder}/${status}`, text);
  };
  const filesOf = (): RepoSeen["files"] => {
    const status = loop.phases[phase]?.status ?? "";
    const text = doneAt === null ? "# in progress\n" : `${loop.doneMarker}\nbuilt and checked\n`;
    const written = [...inboxes].map(([file, words]) => [file, { text: words, hash: words }]);
    return Object.fromEntries([[status, { text, hash: text }], ...written]);
  };
  return {
    turned: (agent) => {
      if (agent.loop !== loop.name) return;
      const concerning = rules.filter(({ pings }) => pings !== agent.name);
      for (const rule of concerning) if (chance.hit(0.5)) push(subjectOf(rule));
      for (const { file, pings } of loop.handoff?.inboxes ?? [])
        if (pings !== agent.name && chance.hit(0.05))
          inboxes.set(file, `note ${chance.between(1, 1e9)}`);
        else if (pings === agent.name) inboxes.delete(file);
      if (agent.name === closer && chance.hit(calm() ? 0.4 : 0.08)) finish();
    },
    seen: (memory) => {
      if (time.steady() >= slowUntil && chance.hit(0.6)) fetched = commits.length;
      if (!calm() && (time.steady() < slowUntil || chance.hit(0.05))) return "unseen";
      const base = memory.loops[loop.name]?.sha ?? null;
      const known = commits.slice(0, fetched);
      const at = base === null ? known.length - 1 : known.findIndex(({ sha }) => sha === base);
      const lost = at === -1 && base !== null && base !== "" && known.length > 0;
      if (base === null) lostAt = null;
      if (lost) lostAt = time.steady();
      return {
        head: known.at(-1)?.sha ?? null,
        commits: lost ? [] : known.slice(at + 1).map(({ sha, subject }) => ({ sha, subject })),
        lost,
        files: filesOf(),
      };
    },
    told: (name, text) => {
      const named = commits.findLastIndex(({ sha }) => text.includes(sha.slice(0, 9)));
      const rewritten = text.includes("was rewritten");
      if (rewritten) toldOfLoss.set(name, time.steady());
      const again: string[] = [];
      for (const [index, { sha, subject, listeners, told }] of commits.entries()) {
        const says = text.includes(sha.slice(0, 9)) || (rewritten && index <= named);
        if (!says || !listeners.includes(name)) continue;
        const before = told.get(name) ?? { times: 0, heard: false, excuses: excusesOf(name) };
        before.times += 1;
        told.set(name, before);
        const doubted = excusesOf(name) - before.excuses;
        if (!rewritten && (before.heard || before.times > 1 + doubted)) again.push(subject);
      }
      return again.length === 0 ? null : `${name} is told again of: ${again.join(", ")}`;
    },
    heard: (name, text) => {
      for (const { sha, told } of commits) {
        const one = told.get(name);
        if (one !== undefined && text.includes(sha.slice(0, 9))) one.heard = true;
      }
    },
    excused: (name) => void excuses.set(name, (excuses.get(name) ?? 0) + 1),
    stepped: (before, after) => {
      if (before.completedRun && !after.completedRun && after.complete)
        return "what runs at the end of the loop would run twice";
      if (after.index === before.index && after.complete === before.complete) return null;
      if (after.index !== before.index && after.index !== before.index + 1)
        return `the loop went from phase ${before.index} to ${after.index}`;
      if (doneAt === null || before.index !== phase)
        return `phase ${before.index} is left though it is not done`;
      return null;
    },
    entered: ({ index, complete }) => {
      completed = complete;
      if (index === phase) return;
      phase = index;
      doneAt = null;
      lostAt = null;
      inboxes.clear();
    },
    rewrite: () => {
      if (commits.length === 0) return;
      commits.splice(chance.between(Math.max(0, commits.length - 3), commits.length - 1));
      push("history, told anew");
      fetched = Math.min(fetched, commits.length);
    },
    slow: (forMs) => void (slowUntil = time.steady() + forMs),
    overdue: () => {
      const isDue = doneAt !== null && !completed && time.steady() - doneAt > LEFT_MS;
      return isDue && loop.autoAdvance ? [`phase ${phase} is done and was not left`] : [];
    },
    unheard: () => {
      if (completed) return [];
      const present = commits.filter((one) => one.phase === phase);
      return [...new Set(rules.map(({ pings }) => pings))].flatMap((name) => {
        if (lostAt !== null && time.steady() - lostAt > HEARD_MS)
          if ((toldOfLoss.get(name) ?? -1) < lostAt)
            return [`${name} was not told that the branch was rewritten`];
        const concerning = present.filter(({ listeners }) => listeners.includes(name));
        // A later one tells of the earlier ones as well.
        const heard = concerning.findLastIndex(({ told }) => told.has(name));
        const old = concerning.find(
          ({ at }, index) => index > heard && time.steady() - at > HEARD_MS,
        );
        return old === undefined ? [] : [`${name} was not told: ${old.subject}`];
      });
    },
  };
}

const SUBJECTS: Readonly<Record<Rule["kind"], string>> = {
  claim: "claim: the next step",
  review: "review: looked at it",
  other: "news: something new",
};

/** A subject that this rule is meant to match, as far as one can be guessed from the pattern. */
function subjectOf({ kind, re }: Rule): string {
  const usual = SUBJECTS[kind];
  if (new RegExp(re, "i").test(usual)) return usual;
  const literal = (re.split("|")[0] ?? "").replaceAll(/\\[bswd]|[\^$()?*+[\]\\]/g, "");
  return `${literal} the next step`;
}
