// Colour for people, and the washing of text that agents printed before a person's terminal sees it.
// Colour only underlines what a word already says: no output may lose meaning without it.

import picocolors from "picocolors";

export type Paint = ReturnType<typeof picocolors.createColors>;

type Stream = { readonly isTTY?: boolean };
type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR wins over FORCE_COLOR, both win over what the stream is. */
export const paint = (stream: Stream, env: Environment): Paint =>
  picocolors.createColors(isColourful(stream, env));

const isColourful = (stream: Stream, env: Environment): boolean => {
  if (env["NO_COLOR"]) return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
};

/**
 * Text without anything that a terminal obeys or that hides: escape sequences, control characters other than
 * newline and tab, text direction marks and characters without a width. A file name or a model's words may
 * contain any of them.
 */
export const plain = (text: string): string => (HARMLESS.test(text) ? text : cleaned(text));

/** Nearly every text is; the patterns below cost more to make ready than a whole status to print. */
const HARMLESS = /^[\n\t -~]*$/;

const cleaned = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(STRING_SEQUENCE, "")
    .replace(CSI_SEQUENCE, "")
    .replace(SHORT_SEQUENCE, "")
    .replace(CONTROL, "")
    .replace(HIDDEN, "")
    .replace(/\p{Surrogate}/gu, "\uFFFD");

/** OSC, DCS, SOS, PM and APC up to their end; one that is cut off ends with its line. */
const STRING_SEQUENCE =
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D\u009E\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)?/g;
const CSI_SEQUENCE = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?/g;
const SHORT_SEQUENCE = /\u001B[ -/]*[0-~]?/g;
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\uFFF9-\uFFFB]/gu;
