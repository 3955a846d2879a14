// What was pushed and what was said of it: every claim and review must reach the agent that it concerns, and
// reach it once, unless something died in between. Pushes with a git of its own, that never hangs.

import { execFile } from "node:child_process";
import type { Fleet } from "./fleet.ts";

export type Said = {
  readonly at: number;
  readonly run: string;
  readonly text: string;
  readonly typedAt?: number | null;
  readonly pastedAt?: number | null;
};

type Pushed = {
  readonly sha: string;
  readonly kind: "claim" | "review";
  readonly at: number;
  readonly told: number[];
};

export type Handoff = {
  push(kind: "claim" | "review"): Promise<void>;
  heard(name: string, said: Said): void;
  /** Something died that may be told twice of what was being told. */
  crashed(): void;
  /** Pushed, and not announced yet. */
  open(): readonly string[];
  figures(): {
    readonly pushed: number;
    readonly inCrash: number;
    readonly waits: readonly number[];
  };
};

const CONCERNS = { claim: "reviewer", review: "builder" } as const;
const SAID =
  /^watchdog: a (claim|review) was pushed \(commits? ([0-9a-f, ]+?)(?: and (\d+) before)?\)/;
const PUSH_MS = 20_000;
/** A message is under way for so long, at most. */
const WINDOW_MS = 10_000;

export function openHandoff(
  fleet: Fleet,
  wrong: (invariant: "doubled" | "announced", what: string) => void,
): Handoff {
  const pushed: Pushed[] = [];
  const crashes: number[] = [];
  let inCrash = 0;
  let count = 0;

  const tell = (one: Pushed, at: number): void => {
    one.told.push(at);
    const before = one.told.at(-2);
    if (before === undefined) return;
    const died = crashes.some((crash) => crash >= before - WINDOW_MS && crash <= at);
    if (died) inCrash += 1;
    else wrong("doubled", `${one.kind} ${one.sha} was announced ${one.told.length} times`);
  };

  const git = (...words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = { env: fleet.lab.env, timeout: PUSH_MS, encoding: "utf8" } as const;
      execFile("git", ["-C", `${fleet.lab.dir}/work`, ...words], options, (error, out) =>
        error === null ? resolve(out.trim()) : reject(error),
      );
    });
  const push = async (kind: Pushed["kind"]): Promise<void> => {
    count += 1;
    await git("commit", "-q", "--allow-empty", "-m", `${kind}: number ${count}`);
    pushed.push({ sha: await git("rev-parse", "HEAD"), kind, at: Date.now(), told: [] });
    await git("push", "-q", "origin", "main");
  };
  /** One after another: two at once would stand in each other's way. */
  let pushing: Promise<void> = Promise.resolve();

  return {
    push: (kind) => {
      const next = pushing.then(() => push(kind));
      pushing = next.catch(() => undefined);
      return next;
    },
    heard: (name, { text, at }) => {
      const [, kind, shas = "", before = "0"] = SAID.exec(text) ?? [];
      if (kind !== "claim" && kind !== "review") return;
      if (CONCERNS[kind] !== name) wrong("announced", `${name} was told of a ${kind}`);
      const named = shas.split(", ");
      const mine = pushed.filter((one) => one.kind === kind);
      const first = mine.findIndex((one) => one.sha.startsWith(named[0] ?? "-"));
      const earlier = mine.slice(Math.max(0, first - Number(before)), Math.max(0, first));
      const these = mine.filter((one) => named.some((sha) => one.sha.startsWith(sha)));
      for (const one of [...earlier, ...these]) tell(one, at);
    },
    crashed: () => void crashes.push(Date.now()),
    open: () =>
      pushed
        .filter((one) => one.told.length === 0)
        .map((one) => `${one.kind} ${one.sha.slice(0, 9)}`),
    figures: () => ({
      pushed: pushed.length,
      inCrash,
      waits: pushed.flatMap((one) => (one.told[0] === undefined ? [] : [one.told[0] - one.at])),
    }),
  };
}
