// What one screen of `agents top` is made from: the fleet as published, what was read beside it, the size of the
// terminal and the colours it takes. Types only.

import type { Standing } from "../standing.ts";
import type { Style } from "./columns.ts";
import type { Row } from "./rows.ts";

export type Model = {
  readonly now: number;
  readonly standing: Standing;
  /** Everybody, and those that are shown, in that order. */
  readonly all: readonly Row[];
  readonly rows: readonly Row[];
  /** By name: the last readable line of those in sight. */
  readonly lastLines: ReadonlyMap<string, string>;
  /** What the chosen one printed, oldest first. */
  readonly printed: readonly string[];
  /** By loop: who was last told of whose work. */
  readonly handoffs: ReadonlyMap<
    string,
    { readonly at: number; readonly kind: string; readonly to: string }
  >;
  /** What happened last, as a sentence. */
  readonly latest: string;
  /** What became of the person's own orders. */
  readonly note: { readonly text: string; readonly wrong: boolean } | null;
};

export type Size = { readonly rows: number; readonly columns: number };

export type Looks = Style & { readonly size: Size };
