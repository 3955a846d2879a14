// What the demo came to, asked of git and of the tasks' own files: who landed where, whether the history is a line,
// whether anything that an agent wrote is nowhere.

import { proofOf, type Wish } from "./almanac.ts";
import type { Ground } from "./ground.ts";

export type Row = {
  readonly id: string;
  readonly state: string;
  readonly because: string;
  readonly visits: Readonly<Record<string, number>>;
  readonly rounds: number;
  readonly attempt: number;
  readonly landed: string | null;
  readonly branch: string;
};

export type Ledger = {
  readonly merged: readonly string[];
  readonly failed: readonly string[];
  /** Sentences; empty when all is as it should be. */
  readonly wrong: readonly string[];
  readonly rescued: number;
};

export function ledger(ground: Ground, wishes: readonly Wish[], rows: readonly Row[]): Ledger {
  const merged = rows.filter((row) => isOnTarget(ground, row)).map(({ id }) => id);
  const over = ["done", "failed", "cancelled"];
  const failed = rows.filter(({ id, state }) => over.includes(state) && !merged.includes(id));
  const rescues = lines(ground.inRepo("for-each-ref", "--format=%(refname)", "refs/agents/rescue"));
  const merges = lines(ground.git("rev-list", "--merges", "main"));
  const trees = lines(ground.inRepo("worktree", "list"));
  const dirt = ground.inRepo("status", "--porcelain");
  return {
    merged,
    failed: failed.map(({ id }) => id),
    rescued: rescues.length,
    wrong: [
      ...wishes
        .filter(({ id }) => rows.every((row) => row.id !== id))
        .map(({ id }) => `${id} is lost: no task has that name any more`),
      ...rows
        .filter(({ state }) => !over.includes(state))
        .map((row) => `${row.id} is not over: ${row.state}: ${row.because}`),
      ...rows
        .filter(({ id, state }) => state === "done" && !merged.includes(id))
        .map(({ id }) => `${id} says that it is done, and is not on main`),
      ...(merges.length === 0 ? [] : [`the history is no line: ${merges.length} merges`]),
      ...(new Set(rows.map(({ landed }) => landed)).size === rows.length
        ? []
        : ["two tasks landed as one commit"]),
      ...(trees.length === 1 || failed.length > 0
        ? []
        : [`${trees.length - 1} worktrees are left`]),
      ...(dirt === "" ? [] : [`the base checkout was touched: ${dirt}`]),
      ...wishes.filter(({ id }) => merged.includes(id)).flatMap((wish) => lost(ground, wish)),
    ],
  };
}

/** "Merged" is read from the target, never from what a task says of itself. */
function isOnTarget({ git }: Ground, { landed }: Row): boolean {
  if (landed === null) return false;
  try {
    git("merge-base", "--is-ancestor", landed, "main");
    return true;
  } catch {
    return false;
  }
}

function lost({ git }: Ground, wish: Wish): readonly string[] {
  const { path, text } = proofOf(wish);
  try {
    return git("show", `main:${path}`).includes(text)
      ? []
      : [`${wish.id}: ${path} does not say "${text}"`];
  } catch {
    return [`${wish.id}: ${path} is not on main`];
  }
}

export function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** One line a task: how often it went through which step, and what it came to. */
export function rowText({ id, state, because, visits, rounds, attempt }: Row): string {
  const again = Object.entries(visits)
    .filter(([, count]) => count > 1)
    .map(([step, count]) => `${step} ${count} times`);
  const more = [
    ...again,
    ...(rounds > 0 ? [`sent back ${rounds === 1 ? "once" : `${rounds} times`}`] : []),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ];
  return `${id.padEnd(7)} ${state.padEnd(9)} ${because}${more.length === 0 ? "" : ` (${more.join(", ")})`}`;
}
