// Paths as text, POSIX only: joined, normalized and anchored without asking any disk.

/** Absolute, without `.`, `..`, doubled or trailing slashes. */
export function normalize(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") kept.pop();
    else if (part !== "" && part !== ".") kept.push(part);
  }
  return `/${kept.join("/")}`;
}

/** What `written` means below `base`: absolute stays, `~` is the home directory, the rest is relative. */
export function anchor(base: string, written: string, home: string): string {
  if (written === "~" || written.startsWith("~/")) return normalize(home + written.slice(1));
  return normalize(written.startsWith("/") ? written : `${base}/${written}`);
}

export function directoryOf(path: string): string {
  return normalize(`${path}/..`);
}
