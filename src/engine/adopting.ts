// What it takes to make a session ours that a person started by hand. Types only.

import type { Result } from "./ports.ts";

export type Adopting = {
  /** The pane as it was seen: another process in it is another program. */
  readonly pane: string;
  readonly pid: number;
  /** What it becomes: the session's name, and the marker as a start would have set it. */
  readonly session: string;
  readonly run: string;
  readonly hash: string;
  readonly target: string;
  readonly log: string;
};

export type Adopter = {
  /** Where the pane's program works. */
  directory(pane: string): Promise<Result<string>>;
  /** Names, marks and logs it, all or nothing; refused where it is ours already, dead, or another process by now. */
  adopt(what: Adopting): Promise<Result<null>>;
};
