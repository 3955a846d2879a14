// Who does the work of tasks, as the rest of the program sees it. Types only; routes.ts fills them in.

import type { Millis } from "./config.ts";

export type Route = {
  readonly complexities: readonly string[];
  /** Shell text; null: nobody is asked. */
  readonly classifier: string | null;
  readonly classifierMs: Millis;
  /** After failed work, one more each time. */
  readonly escalate: readonly Target[];
  /** In this order, while an account waits. */
  readonly fallback: readonly Target[];
  readonly fallbackAfterMs: Millis;
  /** The first that fits decides. */
  readonly rules: readonly RouteRule[];
};

export type RouteRule = {
  /** Null: whatever its labels. */
  readonly label: string | null;
  readonly complexity: string | null;
  /** Null: all steps. */
  readonly steps: readonly string[] | null;
  readonly to: readonly Target[];
  /** Null: that of the route. */
  readonly escalate: readonly Target[] | null;
};

export type Target = {
  /** Null: that of the step. */
  readonly backend: string | null;
  readonly model: string;
  readonly weight: number;
};
