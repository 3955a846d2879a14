// How much may be used, as the rest of the program sees it. Types only; budgets.ts fills them in.

/** Tokens are those that went in and came out; a turn begins with words to an agent. */
export type Limit = { readonly unit: "usd" | "tokens" | "turns"; readonly most: number };

/** Of several limits the first that is reached counts; none: there is no limit. */
export type Budget = {
  /** All agents together, on one day of this machine's calendar. */
  readonly perDay: readonly Limit[];
  /** Each on one day. */
  readonly agent: PerName;
  readonly account: PerName;
  /** In all its life. */
  readonly perTask: readonly Limit[];
  /** One visit of a step of a task. */
  readonly perStep: readonly Limit[];
  /** The part of a limit at which somebody is told. */
  readonly warnAt: number;
  /** Hold: a turn goes on to its end, and no other one begins. Stop: not even that. */
  readonly atLimit: "hold" | "stop";
};

/** For all, and in its place for those who are named. */
type PerName = {
  readonly each: readonly Limit[];
  readonly named: Readonly<Record<string, readonly Limit[]>>;
};
