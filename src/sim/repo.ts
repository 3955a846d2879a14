// A false repository that a builder and an adversary share: claims, reviews, and a status file that says at
// last that the phase is done. What was pushed is seen a while later, and sometimes not at all.

import type { Config } from "../config/config.ts";
import type { LoopMemory, Memory, RepoSeen } from "../core/types.ts";
import { HOUR, type Chance } from "./chance.ts";
import type { Time } from "./time.ts";

type Commit = {
  readonly sha: string;
  readonly subject: string;
  readonly phase: number;
  readonly at: number;
};

/** Whoever is busy hears of news when the turn is over. */
const HEARD_MS = HOUR;

export type Repo = {
  /** A turn of this role ended: it may push. */
  turned(role: string): void;
  seen(config: Config, memory: Memory): Readonly<Record<string, RepoSeen | "unseen">>;
  /** Text was typed to this role. */
  told(role: string, text: string): void;
  /** What is wrong with this step of the loop; null when nothing is. */
  stepped(before: LoopMemory, after: LoopMemory): string | null;
  /** Memory says so, and it is saved. */
  entered(index: number): void;
  /** Claims and reviews of the present phase that nobody was told of, though later ones came through. */
  unheard(): readonly string[];
};

const LISTENERS: Readonly<Record<string, string>> = { claim: "adversary", review: "builder" };

export function openRepo(chance: Chance, time: Time, calm: () => boolean): Repo {
  const commits: Commit[] = [];
  const told = new Set<string>();
  let phase = 0;
  let isDone = false;
  let fetched = 0;
  const push = (subject: string): void => {
    const sha = Array.from({ length: 5 }, () =>
      chance.between(0x10000000, 0xffffffff).toString(16),
    ).join("");
    commits.push({ sha, subject, phase, at: time.steady() });
  };
  const seenOf = (base: string | null): RepoSeen => {
    const known = commits.slice(0, fetched);
    const head = known.at(-1)?.sha ?? null;
    const from = base === null ? known.length : known.findIndex(({ sha }) => sha === base) + 1;
    const status = `STATUS-${phase}.md`;
    const text = isDone ? "## DONE\nbuilt and checked\n" : "# in progress\n";
    return {
      head,
      commits: known.slice(from).map(({ sha, subject }) => ({ sha, subject })),
      lost: false,
      files: { [status]: { text, hash: text } },
    };
  };
  return {
    turned: (role) => {
      if (role === "builder" && chance.hit(0.5)) push("claim: the next step");
      if (role === "adversary" && chance.hit(0.5)) push("review: looked at it");
      if (role === "adversary" && !calm() && chance.hit(0.08)) {
        isDone = true;
        push("the phase is done");
      }
    },
    seen: ({ loops }, memory) => {
      if (chance.hit(0.6)) fetched = commits.length;
      const unseen = !calm() && chance.hit(0.05);
      return Object.fromEntries(
        loops.map(({ name }) => {
          const sha = memory.loops[name]?.sha ?? null;
          return [name, unseen ? ("unseen" as const) : seenOf(sha === "" ? null : sha)];
        }),
      );
    },
    told: (role, text) => {
      for (const { sha, subject } of commits) {
        const listener = LISTENERS[subject.split(":")[0] ?? ""];
        if (listener === role && text.includes(sha.slice(0, 9))) told.add(sha);
      }
    },
    stepped: (before, after) => {
      if (after.index === before.index && after.complete === before.complete) return null;
      if (after.index !== before.index && after.index !== before.index + 1)
        return `the loop went from phase ${before.index} to ${after.index}`;
      if (!isDone || before.index !== phase)
        return `phase ${before.index} is left though it is not done`;
      return null;
    },
    entered: (index) => {
      if (index === phase) return;
      phase = index;
      isDone = false;
    },
    unheard: () => {
      const last = Object.keys(LISTENERS).map((kind) =>
        commits.filter((one) => one.phase === phase && one.subject.startsWith(kind)),
      );
      // A later one tells of the earlier ones as well.
      return last.flatMap((all) => {
        const heard = all.findLastIndex(({ sha }) => told.has(sha));
        const old = all.findIndex(
          ({ at }, index) => index > heard && time.steady() - at > HEARD_MS,
        );
        return old === -1 ? [] : [all[old]?.subject ?? ""];
      });
    },
  };
}
