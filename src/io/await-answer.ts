// What a verb does after it left an order: waits until the answer is there or its patience is over.
// It looks again and again; a watch on done/ only makes it look earlier.

import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../core/types.ts";
import { ordersDir, readAnswer, type Answer, type OrderPlace } from "../engine/orders.ts";
import type { Result } from "../engine/ports.ts";
import { openWatch } from "./watch.ts";

const lookMs = 100;

export type Patience = {
  readonly now: () => Instant;
  readonly until: Instant;
  /** Ends the waiting at once, as ^C does. */
  readonly signal: AbortSignal;
};

/** Null when the time is over without an answer. */
export async function awaitAnswer(
  place: OrderPlace,
  id: string,
  { now, until, signal }: Patience,
): Promise<Result<Answer | null>> {
  let hurry = new AbortController();
  const watch = openWatch([{ dir: ordersDir(place.stateDir, "done"), file: `${id}.json` }], () => {
    hurry.abort();
  });
  try {
    for (;;) {
      hurry = new AbortController();
      const answer = readAnswer(place, id);
      const left = until - now();
      if (!answer.ok || answer.value !== null || left <= 0 || signal.aborted) return answer;
      const either = AbortSignal.any([hurry.signal, signal]);
      await sleep(Math.min(lookMs, left), null, { signal: either }).catch(() => null);
    }
  } finally {
    watch.close();
  }
}
