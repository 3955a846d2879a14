// A false workshop: worktrees, branches and a target that are lists of lines. It keeps the truth about every line
// that an agent ever wrote, so that a check can ask where each of them is.

import type { Bench, Result, Workshop } from "../engine/ports.ts";
import type { Time } from "./time.ts";

type Tree = { readonly open: string[] };
type Told = Promise<Result<Readonly<Record<string, string>>>>;

/** The engine's side of it: it may die between two steps, and the world may refuse. */
export type Hand = {
  readonly step: <T>(what: string, run: () => T) => T;
  /** Throws where nobody waits for the answer any more. */
  readonly goesOn: () => void;
  readonly latency: () => number;
  /** Why this cannot be done just now; null: it can. */
  readonly refuses: (what: string) => string | null;
  readonly check: (task: string) => "passed" | "failed" | "killed";
  readonly conflicts: (task: string) => boolean;
  /** What the classifier prints. */
  readonly hardness: (task: string) => string;
};

export type Yard = {
  readonly target: readonly string[];
  open(hand: Hand): Workshop;
  /** What agents do in the worktree of their task. */
  write(task: string, line: string): void;
  commit(task: string): void;
  /** Lines that lie in no commit, on no branch and under no ref. */
  unkept(task: string): readonly string[];
  /** Lines that were written and are nowhere. */
  lost(): readonly string[];
  trees(): readonly string[];
};

export function openYard(time: Time, wrong: (what: string) => void): Yard {
  const target: string[] = [];
  const branches = new Map<string, string[]>();
  const trees = new Map<string, Tree>();
  const rescued = new Set<string>();
  const written = new Set<string>();

  const keep = (task: string): string => {
    const open = trees.get(task)?.open ?? [];
    for (const line of open) rescued.add(line);
    return open.length === 0 ? "" : `refs/agents/rescue/${task}/1`;
  };
  const headOf = (task: string): string => branches.get(task)?.join("|") ?? "";
  const stand = (task: string): void => {
    if (!branches.has(task)) branches.set(task, []);
    if (!trees.has(task)) trees.set(task, { open: [] });
  };
  const push = (task: string): void => {
    for (const line of branches.get(task) ?? []) {
      if (target.includes(line)) wrong(`${line} is merged twice`);
      target.push(line);
    }
  };

  const open = (hand: Hand): Workshop => {
    let landing = 0;
    const after = (): Promise<void> =>
      new Promise((resolve, reject) => {
        time.plan(hand.latency(), () => {
          try {
            hand.goesOn();
            resolve();
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
    const done = async (what: string, run: () => Readonly<Record<string, string>>): Told => {
      const refusal = hand.refuses(what);
      const value = refusal === null ? hand.step(what, run) : {};
      await after();
      return refusal === null ? { ok: true, value } : { ok: false, failure: refusal };
    };
    const land = async ({ task }: Bench): Told => {
      const isThere = (): boolean => {
        const mine = branches.get(task) ?? [];
        return mine.length > 0 && mine.every((line) => target.includes(line));
      };
      const first = await done(`rebase ${task}`, () => ({ ref: keep(task) }));
      if (!first.ok) return first;
      trees.get(task)?.open.splice(0);
      if (isThere())
        return { ok: true, value: { result: "landed", landed: headOf(task), head: headOf(task) } };
      if (hand.conflicts(task)) return { ok: true, value: { result: "conflict", files: "a" } };
      const checked = hand.check(task);
      await after();
      if (checked === "killed") return { ok: false, failure: "the check was ended by KILL" };
      if (checked === "failed") return { ok: true, value: { result: "failed", code: "1" } };
      const pushed = await done(`push ${task}`, () => {
        push(task);
        return {};
      });
      if (!pushed.ok) return pushed;
      return { ok: true, value: { result: "landed", landed: headOf(task), head: headOf(task) } };
    };
    return {
      dir: ({ root, task }) => `${root}/${task}`,
      worktree: ({ task }) =>
        done(`worktree ${task}`, () => {
          stand(task);
          return { base: "base", head: headOf(task) };
        }),
      rescue: ({ task }) => done(`rescue ${task}`, () => ({ ref: keep(task) })),
      diff: ({ task }) =>
        done(`diff ${task}`, () => {
          const ref = keep(task);
          const commits = String(branches.get(task)?.length ?? 0);
          const left = String(trees.get(task)?.open.length ?? 0);
          return { head: headOf(task), base: "base", commits, left, ref };
        }),
      classify: ({ task }) => done(`classify ${task}`, () => ({ said: hand.hardness(task) })),
      check: async ({ task }) => {
        const checked = hand.check(task);
        await after();
        const code = checked === "passed" ? "0" : checked === "failed" ? "1" : "";
        return { ok: true, value: { code, why: checked === "killed" ? "ended by KILL" : "" } };
      },
      land: async (bench) => {
        landing += 1;
        if (landing > 1) wrong(`${bench.task} lands while another one does`);
        const told = await land(bench);
        landing -= 1;
        return told;
      },
      pr: () => Promise.resolve({ ok: false, failure: "nobody to offer it to" }),
      discard: ({ task }) =>
        done(`discard ${task}`, () => {
          const ref = keep(task);
          trees.delete(task);
          return { ref };
        }),
    };
  };

  return {
    target,
    open,
    write: (task, line) => {
      written.add(line);
      const tree = trees.get(task);
      if (tree === undefined) wrong(`${task} is worked on without a worktree`);
      else tree.open.push(line);
    },
    commit: (task) => {
      const lines = trees.get(task)?.open.splice(0) ?? [];
      branches
        .get(task)
        ?.push(...lines.filter((line) => branches.get(task)?.includes(line) !== true));
    },
    unkept: (task) => (trees.get(task)?.open ?? []).filter((line) => !rescued.has(line)),
    lost: () => {
      const kept = new Set([...target, ...rescued]);
      for (const lines of branches.values()) for (const line of lines) kept.add(line);
      for (const { open: lines } of trees.values()) for (const line of lines) kept.add(line);
      return [...written].filter((line) => !kept.has(line));
    },
    trees: () => [...trees.keys()],
  };
}
