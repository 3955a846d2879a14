// Files that are made for a person, with the permissions that the person's umask gives: all of them or none,
// and never over one that is there. State is not written here.

import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Result } from "../engine/ports.ts";
import { failureOf } from "./read-file.ts";

export function createFiles(files: Readonly<Record<string, string>>): Result<null> {
  const made: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
      made.push(path);
    } catch (error) {
      for (const each of made) rmSync(each, { force: true });
      return { ok: false, failure: failureOf("write", path, error) };
    }
  }
  return { ok: true, value: null };
}

export function appendText(path: string, text: string): Result<null> {
  try {
    appendFileSync(path, text);
    return { ok: true, value: null };
  } catch (error) {
    return { ok: false, failure: failureOf("write", path, error) };
  }
}
