// One look at a branch with git: its head, what was committed after a base, and the text of some files
// in it. Writes no ref, so that it never stands in the way of an agent's own fetch; decides nothing.

import { posix } from "node:path";
import type { RepoSeen } from "../core/types.ts";
import type { Git, GitAnswer } from "./git.ts";

export type Branch = {
  readonly repo: string;
  readonly branch: string;
  /** The folder tried before the root for each of `files`. */
  readonly folder: string;
  readonly files: readonly string[];
};

export type Known = RepoSeen & { readonly base: string | null };

export type Looked =
  | { readonly ok: true; readonly known: Known }
  | { readonly ok: false; readonly failure: string };

/** The newest ones; a fleet that was away for longer still hears of them. */
const COMMITS_MAX = 1000;
const FILE_BYTES_MAX = 256 * 1024;
export const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What git itself refuses in a branch name, and what it would read as a pattern. */
export function isBranchName(name: string): boolean {
  return (
    name !== "" &&
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.lock(?:\/|$)|\.$|(?:^|\/)\./.test(name)
  );
}

type Look = {
  readonly git: Git;
  readonly branch: Branch;
  readonly origin: boolean;
  /** The head where a file tells it; null: git is asked. */
  readonly known: string | null;
  readonly base: string | null;
  /** The last look, whose files still hold when the head did not move. */
  readonly last: Known | null;
};

export async function lookAt(look: Look): Promise<Looked> {
  const { git, branch, origin, base, last } = look;
  const head = await headOf(look);
  if (!head.ok) return head;
  const none = Object.fromEntries(branch.files.map((file) => [file, null]));
  if (head.sha === null) {
    return { ok: true, known: { head: null, base, commits: [], lost: false, files: none } };
  }
  const fetched = origin ? await bring(git, branch, head.sha) : null;
  if (fetched !== null && !fetched.ok) return fetched;
  const [history, files] = await Promise.all([
    historyOf(look, head.sha),
    last?.head === head.sha
      ? { ok: true as const, files: last.files }
      : filesOf(git, branch, head.sha),
  ]);
  if (!history.ok) return history;
  if (!files.ok) return files;
  const { commits, lost } = history;
  return { ok: true, known: { head: head.sha, base, commits, lost, files: files.files } };
}

type Failed = { readonly ok: false; readonly failure: string };

async function headOf({
  git,
  branch: { repo, branch },
  origin,
  known,
}: Look): Promise<{ readonly ok: true; readonly sha: string | null } | Failed> {
  if (known !== null) return { ok: true, sha: known };
  const ref = `refs/heads/${branch}`;
  const answer = await git.run(
    repo,
    origin
      ? ["ls-remote", "--quiet", "--end-of-options", "origin", ref]
      : ["for-each-ref", "--format=%(objectname)\t%(refname)", "--end-of-options", ref],
  );
  if (!answer.ok) return answer;
  const row = textOf(answer)
    .split("\n")
    .map((line) => line.split("\t"))
    .find(([, name]) => name === ref);
  const sha = row?.[0];
  return { ok: true, sha: sha !== undefined && SHA.test(sha) ? sha : null };
}

/** Objects only: no ref moves, no FETCH_HEAD is written, no tags, no submodules. */
async function bring(git: Git, { repo, branch }: Branch, head: string): Promise<GitAnswer> {
  const here = await git.run(repo, ["cat-file", "-e", `${head}^{commit}`]);
  if (here.ok) return here;
  const quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--refmap="];
  const alone = ["--no-recurse-submodules", "--no-auto-maintenance"];
  const ref = `refs/heads/${branch}`;
  return git.run(repo, ["fetch", ...quiet, ...alone, "--end-of-options", "origin", ref]);
}

type History = Pick<RepoSeen, "commits" | "lost">;

async function historyOf(
  { git, branch: { repo }, base }: Look,
  head: string,
): Promise<({ readonly ok: true } & History) | Failed> {
  if (base === null || base === head) return { ok: true, commits: [], lost: false };
  const lost = { ok: true as const, commits: [], lost: true };
  if (base !== "" && !SHA.test(base)) return lost;
  if (base !== "") {
    const ancestor = await git.run(repo, ["merge-base", "--is-ancestor", base, head]);
    if (!ancestor.ok && ancestor.code === null) return ancestor;
    if (!ancestor.ok) return lost;
  }
  const range = base === "" ? head : `${base}..${head}`;
  const format = ["-z", "--format=%H%n%s", "--reverse", `--max-count=${COMMITS_MAX}`];
  const log = await git.run(repo, ["log", ...format, "--end-of-options", range, "--"]);
  if (!log.ok) return log;
  const commits = textOf(log)
    .split("\0")
    .filter((record) => record !== "")
    .map((record) => {
      const cut = record.indexOf("\n");
      return { sha: record.slice(0, cut), subject: record.slice(cut + 1) };
    });
  return { ok: true, commits, lost: false };
}

type Files = RepoSeen["files"];

async function filesOf(
  git: Git,
  branch: Branch,
  head: string,
): Promise<{ readonly ok: true; readonly files: Files } | Failed> {
  const paths = [...new Set(branch.files.flatMap((file) => candidates(branch.folder, file)))];
  if (paths.length === 0) return { ok: true, files: {} };
  const whole = ["ls-tree", "-z", "-l", "--full-tree", "--end-of-options", head, "--"];
  const tree = await git.run(branch.repo, [...whole, ...paths]);
  if (!tree.ok) return tree;
  const entries = entriesOf(textOf(tree));
  const wanted = [...entries.values()].filter(({ size }) => size <= FILE_BYTES_MAX);
  const texts = await blobsOf(
    git,
    branch.repo,
    wanted.map(({ oid }) => oid),
  );
  if (!texts.ok) return texts;
  const files = branch.files.map((file) => {
    const path = candidates(branch.folder, file).find((one) => entries.has(one));
    const entry = path === undefined ? undefined : entries.get(path);
    if (entry === undefined || !entry.plain) return [file, null] as const;
    const text = texts.texts.get(entry.oid) ?? `(larger than ${FILE_BYTES_MAX} bytes)`;
    return [file, { text, hash: entry.oid }] as const;
  });
  return { ok: true, files: Object.fromEntries(files) };
}

/** Paths from the root of the tree; what would lead out of it is not looked for. */
function candidates(folder: string, file: string): readonly string[] {
  return [posix.normalize(`${folder}/${file}`), posix.normalize(file)]
    .map((path) => path.replace(/^\/+/, ""))
    .filter((path) => path !== "" && path !== "." && !/^\.\.(?:\/|$)/.test(path));
}

type Entry = { readonly oid: string; readonly size: number; readonly plain: boolean };

/** A link in a repository may point anywhere, so only plain files are read. */
function entriesOf(listing: string): ReadonlyMap<string, Entry> {
  const rows = listing.split("\0").map((row) => /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(row));
  return new Map(
    rows.flatMap((row): [string, Entry][] => {
      const [, mode, oid, size, path] = row ?? [];
      if (mode === undefined || oid === undefined || path === undefined) return [];
      return [[path, { oid, size: Number(size), plain: mode.startsWith("100") }]];
    }),
  );
}

async function blobsOf(
  git: Git,
  repo: string,
  oids: readonly string[],
): Promise<{ readonly ok: true; readonly texts: ReadonlyMap<string, string> } | Failed> {
  const texts = new Map<string, string>();
  if (oids.length === 0) return { ok: true, texts };
  const batch = await git.run(repo, ["cat-file", "--batch"], `${oids.join("\n")}\n`);
  if (!batch.ok) return batch;
  // Each answer is a line "<oid> blob <bytes>", that many bytes, and a newline.
  for (let at = 0; at < batch.out.length;) {
    const end = batch.out.indexOf(10, at);
    const [oid, type, size] = batch.out.toString("latin1", at, end).split(" ");
    if (end < 0 || oid === undefined || type !== "blob") break;
    const from = end + 1;
    texts.set(oid, batch.out.toString("utf8", from, from + Number(size)));
    at = from + Number(size) + 1;
  }
  return { ok: true, texts };
}

function textOf(answer: GitAnswer & { readonly ok: true }): string {
  return answer.out.toString("utf8");
}
