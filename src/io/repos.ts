// The repositories of the loops, followed in the background: `seen` answers at once with what is known.
// A tick never waits for git; a branch that did not move costs a few file reads, and no process.

import type { Config, Loop } from "../config/config.ts";
import type { Memory, RepoSeen } from "../core/types.ts";
import type { Repos } from "../engine/ports.ts";
import { type Branch, isBranchName, type Known, lookAt } from "./branch.ts";
import { type Git, openGit } from "./git.ts";
import {
  looseHead,
  type Place,
  placeKey,
  placeOf,
  refKey,
  type Watch,
  watchKey,
  watchRefs,
} from "./refs.ts";

/** The longest pause after failures in a row. */
const BACKOFF_MAX_MS = 5 * 60_000;

type Ask = {
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  readonly env: Readonly<Record<string, string>>;
  readonly gitLimitMs: number;
};

export type FollowedRepos = Repos & {
  /** By loop: why its repository cannot be followed, or what follows from there being none. */
  warnings(): Readonly<Record<string, string>>;
};

export function openRepos({ now, env, gitLimitMs }: Ask): FollowedRepos {
  const git = openGit({ env, limitMs: gitLimitMs });
  const rings: (() => void)[] = [];
  const ring = (): void => {
    for (const one of rings) one();
  };
  const followed = new Map<string, { readonly wish: string; readonly follower: Follower }>();
  return {
    seen(config: Config, memory: Memory) {
      const loops = config.loops.filter(({ handoff }) => handoff !== null);
      forgetOthers(followed, loops);
      return Object.fromEntries(
        loops.map((loop) => {
          const branch = branchOf(loop);
          const wish = JSON.stringify(branch);
          let known = followed.get(loop.name);
          if (known?.wish !== wish) {
            known?.follower.close();
            known = { wish, follower: follow({ branch, git, now, ring }) };
            followed.set(loop.name, known);
          }
          const base = memory.loops[loop.name]?.sha ?? null;
          return [loop.name, known.follower.seen(base, config.watchdog.signalMs)];
        }),
      );
    },
    onRing: (one) => void rings.push(one),
    warnings: () =>
      Object.fromEntries(
        [...followed]
          .map(([name, { follower }]) => [name, follower.warning()] as const)
          .filter(([, warning]) => warning !== ""),
      ),
    close() {
      forgetOthers(followed, []);
      git.close();
    },
  };
}

type Follower = {
  seen(base: string | null, everyMs: number): RepoSeen | "unseen";
  warning(): string;
  close(): void;
};

type Following = {
  readonly branch: Branch;
  readonly git: Git;
  readonly now: () => number;
  readonly ring: () => void;
};

/** What there is to know of one branch; replaced as a whole by each look. */
type State = {
  readonly place: Place | null;
  readonly known: Known | null;
  /** What the place was found by. */
  readonly placeKey: string;
  /** The refs as they stood before the last look began. */
  readonly key: string;
  readonly lookedAt: number;
  readonly failures: number;
  readonly failure: string;
};

const FRESH: State = {
  place: null,
  known: null,
  placeKey: "",
  key: "",
  lookedAt: 0,
  failures: 0,
  failure: "",
};

function follow({ branch, git, now, ring }: Following): Follower {
  let state: State = FRESH;
  let watching: Watch | null = null;
  let looking = false;
  let closed = false;
  let wanted: { base: string | null; everyMs: number } = { base: null, everyMs: 0 };

  const look = async (): Promise<void> => {
    if (looking || closed) return;
    looking = true;
    const before = state;
    state = await stateAfter({ branch, git, base: wanted.base, before, startedAt: now() });
    looking = false;
    if (isClosed()) return;
    watching = watchAgain(state.place, watching, moved);
    if (changed(before, state)) ring();
    moved();
  };
  const isClosed = (): boolean => closed;
  const moved = (): void => {
    if (state.place !== null && state.failure === "" && refKey(state.place) !== state.key) {
      void look();
    }
  };
  return {
    seen(base, everyMs) {
      wanted = { base, everyMs };
      if (isDue(state, { base, everyMs, now: now() })) void look();
      return answerOf(state, base);
    },
    warning: () => warningOf(state, branch),
    close() {
      closed = true;
      watching?.close();
    },
  };
}

type Looking = {
  readonly branch: Branch;
  readonly git: Git;
  readonly base: string | null;
  readonly before: State;
  readonly startedAt: number;
};

async function stateAfter({ branch, git, base, before, startedAt }: Looking): Promise<State> {
  const failed = (failure: string, place: Place | null): State => ({
    ...before,
    place,
    lookedAt: startedAt,
    failures: before.failures + 1,
    failure,
  });
  if (!isBranchName(branch.branch)) {
    return failed(`${JSON.stringify(branch.branch)} is no name of a git branch`, null);
  }
  // An origin may be added or moved while the fleet runs.
  const again =
    before.place !== null && before.failures === 0 && placeKey(before.place) === before.placeKey;
  const placed = again
    ? { ok: true as const, place: before.place }
    : await placeOf(git, branch.repo, branch.branch);
  if (!placed.ok) return failed(placed.failure, null);
  const { place } = placed;
  const keys = { placeKey: placeKey(place), key: refKey(place) };
  const settled = { place, ...keys, lookedAt: startedAt, failures: 0, failure: "" };
  if (place.is === "none") return { ...settled, known: null };
  const last = before.known;
  const looked = await lookAt({
    git,
    branch,
    origin: place.origin,
    known: looseHead(place),
    base,
    last,
  });
  return looked.ok ? { ...settled, known: looked.known } : failed(looked.failure, place);
}

type Due = { readonly base: string | null; readonly everyMs: number; readonly now: number };

function isDue(state: State, { base, everyMs, now }: Due): boolean {
  const age = now - state.lookedAt;
  if (state.failures > 0) {
    return age >= Math.min(everyMs * 2 ** Math.min(state.failures - 1, 30), BACKOFF_MAX_MS);
  }
  if (state.place === null || refKey(state.place) !== state.key) return true;
  if (state.place.is === "none") return false;
  return (state.place.is === "network" && age >= everyMs) || answerOf(state, base) === "unseen";
}

function answerOf({ place, known }: State, base: string | null): RepoSeen | "unseen" {
  if (place?.is === "none") return { head: null, commits: [], lost: false, files: {} };
  if (known === null) return "unseen";
  const { head, files, commits, lost } = known;
  if (base === null || base === head || head === null) {
    return { head, commits: [], lost: false, files };
  }
  return base === known.base ? { head, commits, lost, files } : "unseen";
}

function warningOf({ place, failure }: State, { repo, branch }: Branch): string {
  if (failure !== "") return `the branch ${branch} of ${repo} cannot be followed: ${failure}`;
  if (place?.is !== "none") return "";
  return `${repo} is no git repository: nothing is handed over, and a status file counts as it lies on disk`;
}

function changed(before: State, after: State): boolean {
  const shown = ({ place, known, failure }: State): string =>
    JSON.stringify([place?.is, known, failure]);
  return shown(before) !== shown(after);
}

function watchAgain(place: Place | null, old: Watch | null, moved: () => void): Watch | null {
  if (place !== null && old !== null && old.key === watchKey(place)) return old;
  old?.close();
  return place === null ? null : watchRefs(place, moved);
}

function branchOf(loop: Loop): Branch {
  const inboxes = loop.handoff?.inboxes.map(({ file }) => file) ?? [];
  return {
    repo: loop.repo,
    branch: loop.handoff?.branch ?? "",
    folder: loop.stateSubdir,
    files: [...new Set([...loop.phases.map(({ status }) => status), ...inboxes])],
  };
}

function forgetOthers(
  followed: Map<string, { readonly follower: Follower }>,
  loops: readonly Loop[],
): void {
  for (const [name, { follower }] of followed) {
    if (loops.some((loop) => loop.name === name)) continue;
    follower.close();
    followed.delete(name);
  }
}
