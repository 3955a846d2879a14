// What stands around a text that is typed, so that its program takes it for words. Types and what nobody says; no text
// is looked at here.

export type Typed = {
  /** A text that begins with one of these would be a command or a choice. */
  readonly signs: string;
  /** Goes before such a text. */
  readonly before: string;
  /** Goes behind a text that ends in an `@name`: Enter would choose from the list that opens there. */
  readonly after: string;
};

/** Two programs of four run what begins with "!" as a shell command. */
export const TYPED: Typed = { signs: "!", before: " ", after: " " };
