// Whether a status file says that its phase is done. Reads nothing itself; what it says about a near
// miss is made of the config's own words, never of the file's, because it is typed to an agent.

export type Doneness =
  | { readonly is: "done" }
  | { readonly is: "open" }
  | { readonly is: "near"; readonly missing: string };

export type StatusTexts = {
  /** The heading, as configured. */
  readonly marker: string;
  /** What the file is called in the sentence about a near miss. */
  readonly status: string;
  /** On the branch: null where it holds no such file, "unused" where no repository is: the disk counts. */
  readonly committed: { readonly text: string } | null | "unused";
  /** On disk. */
  readonly worktree: string | null;
};

export function doneness({ marker, status, committed, worktree }: StatusTexts): Doneness {
  const onDisk = worktree === null ? OPEN : marked(worktree, { marker, status });
  if (committed === "unused") return onDisk;
  const onBranch = committed === null ? OPEN : marked(committed.text, { marker, status });
  if (onBranch.is !== "done" && onDisk.is === "done") {
    return near(`${status} says \`${marker}\` on disk, but that is not committed and pushed yet`);
  }
  return onBranch;
}

const OPEN: Doneness = { is: "open" };

type Named = Pick<StatusTexts, "marker" | "status">;

function marked(text: string, { marker, status }: Named): Doneness {
  const heading = marker.trimEnd();
  if (heading === "") return OPEN;
  const { lines, unclosed } = outsideFences(text.split(/\r?\n/));
  const bodies = lines.flatMap((line, index) =>
    line.trimEnd() === heading ? [bodyBelow(lines, index)] : [],
  );
  if (bodies.includes("real")) return { is: "done" };
  if (bodies.includes("empty")) {
    return near(
      `${status} has \`${heading}\` with nothing below it; write what was done and checked`,
    );
  }
  if (bodies.length > 0) return OPEN;
  if (lines.some((line, index) => isAlmost(line, heading) && bodyBelow(lines, index) !== "vague")) {
    return near(`${status} has a heading that is almost, but not exactly, the line \`${heading}\``);
  }
  if (unclosed.some((line) => line.trimEnd() === heading)) {
    return near(`${status} has \`${heading}\` inside a code block that is never closed`);
  }
  return OPEN;
}

/** Lines in a fenced block show text, they do not say it. The lines below a fence never closed come apart. */
function outsideFences(all: readonly string[]): {
  readonly lines: readonly string[];
  readonly unclosed: readonly string[];
} {
  const lines: string[] = [];
  let inside: string[] = [];
  let fence: string | null = null;
  for (const line of all) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== null) {
      const closes = mark?.[1]?.startsWith(fence) === true && mark[2]?.trim() === "";
      inside = closes ? [] : [...inside, line];
      if (closes) fence = null;
    } else if (mark?.[1] === undefined) {
      lines.push(line);
    } else {
      fence = mark[1];
    }
  }
  return { lines, unclosed: inside };
}

/** The first line that says something decides, as people write a section: verdict first, details later. */
function bodyBelow(lines: readonly string[], heading: number): "real" | "empty" | "vague" {
  const level = levelOf(lines[heading] ?? "");
  for (const line of lines.slice(heading + 1)) {
    const below = levelOf(line);
    if (below > 0 && below <= level) return "empty";
    if (below > 0) continue;
    const words = undecorated(line);
    if (words !== "") return PLACEHOLDER.test(words) || UNCHECKED.test(line) ? "vague" : "real";
  }
  return "empty";
}

const UNCHECKED = /^[\s>*+-]*\[ ?\]/;

const PLACEHOLDER =
  /^(?:not (?:yet|done|complete)|incomplete|pending\b|tb[dc]\b|todo\b|n\/?a\b|written here only|only when|to be (?:written|filled)|when all|<!--|<.*>)/i;

/** Without list marks, quote marks, check boxes, brackets and emphasis at either end. */
function undecorated(line: string): string {
  return line
    .replace(/^(?:\[[ xX]?\]|\d+[.)]\s|[\s>*+_~`"'([\]–—-])+/, "")
    .replace(/[\s*_~`"')\].…!–—-]+$/, "");
}

/** The depth of a markdown heading; 0 for any other line. */
function levelOf(line: string): number {
  return /^#{1,6}(?=\s|$)/.exec(line)?.[0].length ?? 0;
}

/** Other case, another depth, an indent, or something written behind it. */
function isAlmost(line: string, heading: string): boolean {
  const wanted = titleOf(heading);
  const title = titleOf(line);
  if (wanted === "" || !title.startsWith(wanted)) return false;
  if (heading.startsWith("#") && !line.trimStart().startsWith("#")) return false;
  return !/^[\p{L}\p{N}]/u.test(title.slice(wanted.length));
}

function titleOf(line: string): string {
  return line
    .trim()
    .replace(/^#+\s*/, "")
    .toLowerCase();
}

function near(missing: string): Doneness {
  return { is: "near", missing };
}
