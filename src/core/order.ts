// What a person or a program asks of the fleet, as it lies in its file. What becomes of it, orders.ts says.

import type { Instant } from "./types.ts";

export type Order = {
  readonly v: 1;
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  readonly verb:
    | "up"
    | "down"
    | "restart"
    | "pause"
    | "resume"
    | "send"
    | "answer"
    | "phase"
    | "task"
    | "job";
  /** Empty: all of them. */
  readonly names: readonly string[];
  readonly args: Readonly<Record<string, string>>;
  readonly expires: Instant;
};
