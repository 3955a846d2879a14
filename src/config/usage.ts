// What agents use, as the file speaks of it: which fields of a program's own records tell it, and what a model
// costs. Types only.

/**
 * A record that tells what was used; the first rule whose tests all hold counts. Fields are dotted paths, and of
 * several the first that is there counts, but those of tokens, which are added up.
 */
export type UsageRule = {
  readonly when: Readonly<Record<string, readonly string[]>>;
  /** Names the message: told again, only what it grew by counts. */
  readonly id: readonly string[];
  readonly model: readonly string[];
  /** Everything that went in; and of it what a cache knew, and what was put into one. */
  readonly input: readonly string[];
  readonly cached: readonly string[];
  readonly written: readonly string[];
  readonly output: readonly string[];
  /** In dollars. */
  readonly cost: readonly string[];
  /** Tokens that its context can hold. */
  readonly window: readonly string[];
  /** Names a turn that begins with it. */
  readonly turn: readonly string[];
};

/** Dollars for a million tokens. */
export type Price = {
  /** The model's name; with * at its end all that begin so. */
  readonly model: string;
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
};
