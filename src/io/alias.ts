// Another name for a directory whose own path would mean something in a shell: a link in a private
// directory. What agents' command lines are given has only letters, digits and . _ - / in it.

import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import type { Result } from "../engine/ports.ts";
import { failureOf } from "./read-file.ts";

const INERT = /^[A-Za-z0-9_./-]+$/;

/** The directory itself when its path is inert, else a link to it. */
export function inertDirectory(dir: string, uid: number): Result<string> {
  if (INERT.test(dir)) return { ok: true, value: dir };
  const home = `/tmp/agents-${uid}`;
  const link = `${home}/${createHash("sha256").update(dir).digest("hex").slice(0, 16)}`;
  try {
    const made = privateHome(home, uid);
    if (!made.ok) return made;
    if (targetOf(link) === dir) return { ok: true, value: link };
    // Renamed into place: two of us at once make the same link.
    const draft = `${link}.${process.pid}`;
    symlinkSync(dir, draft);
    renameSync(draft, link);
    return { ok: true, value: link };
  } catch (error) {
    return { ok: false, failure: failureOf("link", link, error) };
  }
}

/** Anybody may make a directory in /tmp: one that is not ours, or open to others, is not used. */
export function privateHome(home: string, uid: number): Result<null> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const stat = lstatSync(home);
  const ours = stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0;
  return ours
    ? { ok: true, value: null }
    : { ok: false, failure: `${home} is not a private directory of yours` };
}

function targetOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
