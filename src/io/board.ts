// What anybody may read while the engine writes: status.json, replaced whole on every change and touched
// on every look; and a pointer from a configuration file to its state, for the time when it is broken.

import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { privateHome } from "./alias.ts";

export type Board = {
  /** Not fsynced: it is made anew from Memory whenever it is missing. False: the old text stands still. */
  show(text: string): boolean;
  /** The same as before, looked at again. */
  touch(at: number): void;
};

export function openBoard(path: string): Board {
  return {
    show: (text) => {
      try {
        const draft = `${path}.${process.pid}.tmp`;
        writeFileSync(draft, text, { mode: 0o600 });
        renameSync(draft, path);
        return true;
      } catch {
        // A full disk leaves the old text, and nobody may touch that: its age tells.
        return false;
      }
    },
    touch: (at) => {
      try {
        utimesSync(path, at / 1000, at / 1000);
      } catch {
        // Removed by somebody: the next change writes it again.
      }
    },
  };
}

const homeOf = (uid: number): string => `/tmp/agents-${uid}`;

export function writePointer(uid: number, name: string, stateDir: string): void {
  try {
    if (privateHome(homeOf(uid), uid).ok) {
      writeFileSync(`${homeOf(uid)}/${name}.state`, stateDir, { mode: 0o600 });
    }
  } catch {
    // Only a convenience: without it `status` needs a file that parses.
  }
}

export function removePointer(uid: number, name: string): void {
  rmSync(`${homeOf(uid)}/${name}.state`, { force: true });
}

export function readPointer(uid: number, name: string): string | null {
  try {
    return readFileSync(`${homeOf(uid)}/${name}.state`, "utf8").trim();
  } catch {
    return null;
  }
}
