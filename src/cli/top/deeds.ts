// What a person asks for with a key, done by the verb of that name as if it had been typed. What the verb
// prints, or why it refuses, comes back as one line; nothing reaches the terminal.

import { attach } from "../attach.ts";
import { type Call, isRefusal, type Outside, type Stream } from "../outside.ts";
import { pause } from "../pause.ts";
import { plain } from "../paint.ts";
import { restart } from "../restart.ts";
import { resume } from "../resume.ts";
import { send } from "../send.ts";
import type { Model } from "./model.ts";

export type Note = NonNullable<Model["note"]>;

const VERBS = { pause, resume, restart, send, attach } as const;

export type Deed = {
  readonly verb: Exclude<keyof typeof VERBS, "attach">;
  readonly name: string;
  readonly text: string | null;
};

/** Ends early when `stop` is aborted; a watchdog goes on with what it has. */
export async function done(call: Call, deed: Deed, stop: AbortSignal): Promise<Note> {
  const { verb, name, text } = deed;
  let printed = "";
  const stream: Stream = {
    write: (words) => (printed += typeof words === "string" ? words : ""),
    isTTY: false,
    columns: null,
  };
  const outside: Outside = { ...call.outside, stdout: stream, stderr: stream, stop };
  // A lone dash would mean standard input.
  const args = text === null ? [name] : text === "-" ? [name, text, ""] : [name, text];
  return noted(verb, async () => {
    await VERBS[verb]({ outside, args, options: call.options });
    return printed;
  });
}

/** Null when all went well: who comes back from there knows what he saw. */
export async function attached(call: Call, name: string): Promise<Note | null> {
  const note = await noted("attach", async () => {
    await VERBS.attach({ outside: call.outside, args: [name], options: call.options });
    return "";
  });
  return note.wrong ? note : null;
}

async function noted(verb: string, deed: () => Promise<string>): Promise<Note> {
  try {
    return { text: inOneLine(`${verb}: ${await deed()}`), wrong: false };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { text: inOneLine(`${verb}: ${error.message}`), wrong: true };
  }
}

function inOneLine(text: string): string {
  return plain(text).replaceAll(/\s+/g, " ").trim();
}
