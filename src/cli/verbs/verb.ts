// What is said of a verb for `--help` and for the shell, and the door to its code; and flags that several
// verbs share. Loaded at every start, so it may hold nothing else.

import type { Call, ExitCode } from "../outside.ts";

export type Flag = {
  readonly flags: string;
  readonly about: string;
  /** May be given several times; its values come as lines of one text. */
  readonly many?: true;
};

export type Verb = {
  readonly name: string;
  /** Arguments as help shows them. */
  readonly args: string;
  /** One line of help at 80 columns. */
  readonly about: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly [string, string];
  readonly code: () => Promise<(call: Call) => Promise<ExitCode>>;
  readonly hidden?: true;
};

export const DRY: Flag = { flags: "--dry-run", about: "say what would be done, and do nothing" };
export const NOW: Flag = { flags: "--now", about: "TERM and KILL at once instead of asking first" };
export const JSON_FLAG: Flag = {
  flags: "--json",
  about: "for programs: one JSON document on stdout",
};
