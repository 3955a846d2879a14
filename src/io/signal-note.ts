// What a launch leaves for whoever reads the sources of its incarnation later, another watchdog among them: the
// port, where the pane's log stood, what the paths of the sources are made of. Values of an environment stay out,
// but for those that name a place.

import { statSync } from "node:fs";
import type { Result } from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import { readRegular } from "./read-file.ts";
import type { TailFrom } from "./tail.ts";

const noteBytes = 64 * 1024;

export type Note = {
  readonly v: 1;
  readonly run: string;
  readonly port: number | null;
  /** Null: there was no log. */
  readonly log: TailFrom;
  readonly env: Readonly<Record<string, string>>;
};

export function notePath(stateDir: string, session: string): string {
  return `${stateDir}/signals/${session}.json`;
}

export function writeNote(path: string, note: Note): Result<null> {
  return realDisk.write(path, JSON.stringify(note));
}

/** Null where there is none that this version understands. */
export function readNote(path: string): Note | null {
  const found = readRegular(path, noteBytes);
  if (found.is !== "read") return null;
  try {
    const note: unknown = JSON.parse(found.bytes.toString("utf8"));
    return isNote(note) ? note : null;
  } catch {
    return null;
  }
}

function isNote(note: unknown): note is Note {
  return typeof note === "object" && note !== null && "v" in note && note.v === 1 && "run" in note;
}

/** Where a log stands now; a log that is not there begins at its beginning. */
export function standOf(path: string): TailFrom {
  try {
    const { ino, size } = statSync(path);
    return { ino, offset: size };
  } catch {
    return { ino: 0, offset: 0 };
  }
}
