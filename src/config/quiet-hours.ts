// Hours in which nothing is to be heard or begun, as every part of the file that has some means them.

import type { Millis } from "./config.ts";

/** Times of day as time since midnight on that zone's wall; null: the zone of this machine. */
export type QuietHours = {
  readonly fromMs: Millis;
  readonly toMs: Millis;
  readonly zone: string | null;
};
