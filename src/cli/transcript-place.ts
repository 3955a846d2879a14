// Which file holds the conversation of an agent: the newest of those that its backend's table leads to and that
// are about the agent's directory. Reads the beginnings of files, and writes nothing.

import { basename, dirname, join } from "node:path";
import type { Transcript } from "../config/config.ts";
import type { Outside } from "./outside.ts";
import { plain } from "./paint.ts";
import { filledPath, type Slots } from "./slots.ts";
import { field, parsed } from "./transcript-record.ts";

/** Of the newest, so many are asked what they are about. */
const FILES_ASKED = 400;
/** A first record may hold the whole instructions of the program. */
const HEAD_BYTES = 256 * 1024;

/** Null where there is none yet. Asked again by who follows: what a conversation is about does not change. */
export function transcriptSeeker(
  outside: Outside,
  transcript: Transcript,
): (slots: Slots) => string | null {
  const about = new Map<string, string>();
  return (slots) => sought(outside, { ...transcript, about }, slots);
}

type Seeking = Transcript & { readonly about: Map<string, string> };

function sought(outside: Outside, transcript: Seeking, slots: Slots): string | null {
  // A conversation that was begun under another id since is better than none.
  const ids = slots.id === null ? [null] : [slots.id, null];
  for (const id of ids) {
    for (const template of transcript.path) {
      const path = filledPath(template, { ...slots, id });
      const found = path === null ? null : newestOf(outside, transcript, { path, dir: slots.dir });
      if (found !== null) return found;
    }
  }
  return null;
}

type Sought = { readonly path: string; readonly dir: string };

function newestOf(outside: Outside, transcript: Seeking, { path, dir }: Sought): string | null {
  const files = spread(outside, path)
    .flatMap((file) => {
      const at = outside.modified(file);
      return at === null ? [] : [{ file, at }];
    })
    .toSorted((a, b) => b.at - a.at)
    .slice(0, FILES_ASKED);
  return files.find(({ file }) => isAbout(outside, transcript, { path: file, dir }))?.file ?? null;
}

/** Every path that the pattern stands for. */
function spread(outside: Outside, pattern: string): readonly string[] {
  const [first = "", ...parts] = pattern.split("/");
  return parts.reduce<readonly string[]>(
    (paths, part) =>
      part.includes("*")
        ? paths.flatMap((path) =>
            outside
              .names(path)
              .filter((name) => matches(part, name))
              .map((name) => `${path}/${name}`),
          )
        : paths.map((path) => `${path}/${part}`),
    [first],
  );
}

function matches(pattern: string, name: string): boolean {
  const [head = "", ...tails] = pattern.split("*");
  let rest = name;
  if (!rest.startsWith(head)) return false;
  rest = rest.slice(head.length);
  const last = tails.pop() ?? "";
  for (const part of tails) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return rest.endsWith(last);
}

/** What says nothing of a directory was found by it. */
function isAbout(outside: Outside, transcript: Seeking, { path, dir }: Sought): boolean {
  if (transcript.dirFile !== null) {
    return outside.text(join(dirname(path), transcript.dirFile))?.trim() === dir;
  }
  if (transcript.dir === null) return true;
  const said = transcript.about.get(path) ?? dirIn(outside, path, transcript.dir);
  if (said !== null) transcript.about.set(path, said);
  return said === null || said === dir;
}

function dirIn(outside: Outside, path: string, where: string): string | null {
  const read = outside.disk.read(path, { from: 0, length: HEAD_BYTES });
  if (!read.ok || read.value === null) return null;
  for (const line of Buffer.from(read.value).toString("utf8").split("\n")) {
    const said = field(parsed(line), where);
    if (typeof said === "string") return said;
  }
  return null;
}

/** For people: which conversation this is. */
export function conversationName(path: string): string {
  return plain(basename(path).replace(/\.\w+$/, ""));
}
