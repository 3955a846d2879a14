// Flags that mean a length of time, a count or one of a few words. What cannot be meant is refused here,
// with the flag's name, before anything is done.

import { readDuration } from "../config/durations.ts";
import { didYouMean } from "../config/suggest.ts";
import { Refusal, type Options } from "./outside.ts";

/** Null when the flag was not given. */
export function textFlag(options: Options, name: string): string | null {
  const written = options[name];
  return typeof written === "string" ? written : null;
}

/** Null when the flag was not given. */
export function durationFlag(options: Options, name: string): number | null {
  const written = options[name];
  if (typeof written !== "string") return null;
  const ms = readDuration(written);
  if (ms !== null) return ms;
  throw new Refusal(
    2,
    `--${name} ${JSON.stringify(written)} is no length of time; "90s", "10m", "2h" are`,
  );
}

export function countFlag(options: Options, name: string): number | null {
  const written = options[name];
  if (typeof written !== "string") return null;
  if (/^\d{1,9}$/.test(written)) return Number(written);
  throw new Refusal(2, `--${name} ${JSON.stringify(written)} is no number; 0, 7 and 200 are`);
}

/** A regular expression; one without capitals finds them too. */
export function patternFlag(options: Options, name: string): RegExp | null {
  const written = options[name];
  if (typeof written !== "string") return null;
  try {
    return new RegExp(written, /\p{Lu}/u.test(written) ? "" : "i");
  } catch {
    throw new Refusal(2, `--${name} ${JSON.stringify(written)} is no regular expression`);
  }
}

/** The word itself when it is one of those. */
export function wordOf<Word extends string>(
  written: string,
  words: readonly Word[],
  what: string,
): Word {
  const found = words.find((word) => word === written);
  if (found !== undefined) return found;
  throw new Refusal(
    2,
    `${what} is one of ${words.join(", ")}, not ${JSON.stringify(written)}${didYouMean(written, words)}`,
  );
}
