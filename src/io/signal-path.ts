// Where a program keeps a source of its own: the slots of a path filled in, and of several files that fit the one
// that belongs to this incarnation. Where that cannot be told, nothing is found rather than another agent's.

import { readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import type { Instant } from "../core/types.ts";

/** Files that are looked at to find one; a program with more of them keeps them in folders by day. */
const candidates = 5000;
/** Process start times, the clock and file times are told in different steps. */
export const clockSlackMs = 2000;

export type Slots = {
  readonly pid: number;
  readonly dir: string;
  readonly id: string | null;
  /** Of the program's environment. */
  readonly env: Readonly<Record<string, string>>;
};

/** The first whose slots are all known. */
export function pathOf(templates: readonly string[], slots: Slots): string | null {
  for (const template of templates) {
    const unknown = { is: false };
    const path = template.replaceAll(/\{([A-Za-z_]+)\}/g, (_, slot: string) => {
      const value = valueOf(slot, slots);
      if (value === null || value === "") unknown.is = true;
      return value ?? "";
    });
    if (!unknown.is) return path;
  }
  return null;
}

function valueOf(slot: string, { pid, dir, id, env }: Slots): string | null {
  switch (slot) {
    case "pid":
      return String(pid);
    case "dir":
      return dir;
    case "dir_dashed":
      return dir.replaceAll(/[^A-Za-z0-9]/g, "-");
    case "id":
      // It becomes part of a path: what is no plain name is no id.
      return id !== null && /^[A-Za-z0-9_-]+$/.test(id) ? id : null;
    case "home":
      return env["HOME"] ?? null;
    default:
      return env[slot] ?? null;
  }
}

/** The directory as a program finds it that asks where it is. */
export function realDir(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return dir;
  }
}

/** Files that fit a path with * in it and were written since, newest first. */
export function filesLike(path: string, since: Instant): readonly string[] {
  const [, ...parts] = path.split("/");
  let found = [""];
  for (const part of parts) {
    found = part.includes("*")
      ? found.flatMap((dir) => namesIn(dir, part)).slice(-candidates)
      : found.map((dir) => `${dir}/${part}`);
  }
  const dated = found.flatMap((one) => {
    const at = writtenAt(one);
    return at === null || at + clockSlackMs < since ? [] : [{ one, at }];
  });
  return dated.toSorted((a, b) => b.at - a.at).map(({ one }) => one);
}

function namesIn(dir: string, part: string): readonly string[] {
  const like = new RegExp(`^${part.split("*").map(escaped).join(".*")}$`);
  try {
    return readdirSync(dir)
      .filter((name) => like.test(name))
      .toSorted()
      .map((name) => `${dir}/${name}`);
  } catch {
    return [];
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function writtenAt(path: string): Instant | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.mtimeMs : null;
  } catch {
    return null;
  }
}

/** What these processes hold open; empty where the system does not say. */
export function openIn(pids: readonly number[]): ReadonlySet<string> {
  const fds = pids.flatMap((pid) => namesIn(`/proc/${pid}/fd`, "*"));
  return new Set(fds.flatMap((fd) => linkOf(fd) ?? []));
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
