// Where a branch's refs lie on this machine, whether they moved, and a watch on them. A few cheap
// file reads and no process: what moved is found out by repos.ts, with git.

import { readFileSync, statSync, watch, type FSWatcher } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SHA } from "./branch.ts";
import type { Git, GitAnswer } from "./git.ts";

/** The branch as it can be followed from `repo`. */
export type Place =
  | { readonly is: "none"; readonly gitDir: string }
  | {
      /** `network`: no file here tells whether the branch moved, so it has to be asked. */
      readonly is: "local" | "network";
      readonly origin: boolean;
      /** A git directory and the ref in it whose change means news. */
      readonly root: string;
      readonly ref: string;
      readonly config: string;
    };

export type Placed =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly failure: string };

export async function placeOf(git: Git, repo: string, branch: string): Promise<Placed> {
  if (statKey(repo) === "") return { ok: true, place: { is: "none", gitDir: repo } };
  const own = await git.run(repo, COMMON_DIR);
  if (!own.ok) {
    return /not a git repository/i.test(own.failure)
      ? { ok: true, place: { is: "none", gitDir: join(repo, ".git") } }
      : own;
  }
  const root = lineOf(own);
  const config = join(root, "config");
  const heads = `refs/heads/${branch}`;
  const remote = await git.run(repo, ["config", "--get", "remote.origin.url"]);
  if (!remote.ok && remote.code !== 1) return remote;
  if (!remote.ok) {
    return { ok: true, place: { is: "local", origin: false, root, ref: heads, config } };
  }
  const url = await git.run(repo, ["ls-remote", "--get-url", "origin"]);
  const path = localPath(url.ok ? lineOf(url) : "", dirname(root));
  const theirs = path === null ? null : await git.run(path, COMMON_DIR);
  if (theirs?.ok === true) {
    const there = lineOf(theirs);
    return { ok: true, place: { is: "local", origin: true, root: there, ref: heads, config } };
  }
  // Every push and pull of an agent in this clone moves the tracking ref: earlier news, at no cost.
  const ref = `refs/remotes/origin/${branch}`;
  return { ok: true, place: { is: "network", origin: true, root, ref, config } };
}

const COMMON_DIR = ["rev-parse", "--path-format=absolute", "--git-common-dir"];

/** Equal keys: the branch did not move. Loose refs, packed refs and reftables each leave a trace in it. */
export function refKey(place: Place): string {
  // A repository comes into being step by step, and is one only when these are all there.
  if (place.is === "none") {
    const parts = ["", "HEAD", "objects", "refs"].map((part) => join(place.gitDir, part));
    return parts.map(statKey).join(" ");
  }
  const { root, ref, config } = place;
  const files = [join(root, "packed-refs"), join(root, "reftable", "tables.list"), config];
  return [looseRef(join(root, ref)), ...files.map(statKey)].join(" ");
}

/** Equal keys: the same place. Where a branch can be followed depends on what the configuration says. */
export function placeKey(place: Place): string {
  return place.is === "none" ? refKey(place) : `${statKey(place.root)} ${statKey(place.config)}`;
}

/** The head as a file of a repository on this machine tells it; null: only git can tell. */
export function looseHead(place: Place): string | null {
  if (place.is !== "local") return null;
  const text = looseRef(join(place.root, place.ref));
  return SHA.test(text) ? text : null;
}

export type Watch = { readonly key: string; close(): void };

/** Directories, not files: git renames refs into place. Without a watch the next look finds the change. */
export function watchRefs(place: Place, moved: () => void): Watch {
  const dirs = watchedDirs(place);
  const watchers: FSWatcher[] = [];
  for (const dir of dirs) {
    try {
      const watcher = watch(dir, { persistent: false }, moved);
      watcher.on("error", () => watcher.close());
      watchers.push(watcher);
    } catch {
      // No such directory any more, or no watches left on this system.
    }
  }
  return {
    key: watchKey(place),
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Changes when a watched directory was replaced by another of its name. */
export function watchKey(place: Place): string {
  return watchedDirs(place)
    .map((dir) => `${dir}:${statSync(dir, { throwIfNoEntry: false })?.ino ?? ""}`)
    .join(" ");
}

function watchedDirs(place: Place): readonly string[] {
  if (place.is === "none") return [existing(dirname(place.gitDir))];
  const dirs = [existing(dirname(join(place.root, place.ref))), place.root];
  const tables = join(place.root, "reftable");
  return [...new Set(statKey(tables) === "" ? dirs : [...dirs, tables])];
}

function existing(dir: string): string {
  return statKey(dir) === "" && dirname(dir) !== dir ? existing(dirname(dir)) : dir;
}

function looseRef(path: string): string {
  try {
    return readFileSync(path, "latin1").slice(0, 100).trim();
  } catch {
    return "";
  }
}

function statKey(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return stat.isDirectory() ? `d${stat.ino}` : `${stat.ino}.${stat.size}.${stat.mtimeNs}`;
  } catch {
    return "";
  }
}

function localPath(url: string, base: string): string | null {
  if (url.startsWith("file://")) return fileURLToPath(url);
  if (url === "" || /^[^/]*:/.test(url)) return null;
  return resolve(base, url);
}

function lineOf(answer: GitAnswer & { readonly ok: true }): string {
  return answer.out.toString("utf8").replace(/\n$/, "");
}
