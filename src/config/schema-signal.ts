// [[backend.NAME.signals]]: the sources in which a program itself says what it does. How each of them is read is
// a reader's business; here stands only where it lies and what its words mean.

import * as z from "zod";
import { duration, key, text, words, yesNo } from "./words.ts";

const Says = z.enum(["busy", "idle", "asking", "limited", "failed"]);
const CauseName = z.enum(["auth", "credit", "model", "overloaded", "context", "fatal"]);
/** One, or several of which the first that is there counts. */
const fields = z.union([text.transform((one) => [one]), words]);
const values = z.union([text.transform((one) => [one]), words]);

const SignalRule = z.strictObject({
  when: z.record(text, values).meta({
    description:
      'Fields and what they must hold: a value, several, "*" for any, "" for none, "x*" for one that begins so.',
    example: '{ type = "turn", error = "" }',
  }),
  says: key(Says, "What such a record means; without it, only its fields are taken."),
  cause: key(CauseName, "Of failed: what went wrong."),
  text: key(fields, "The field with the words to quote."),
  until: key(fields, "The field with the end of a limit: epoch seconds, milliseconds or ISO."),
  prompt: key(fields, "The field with a prompt as it was submitted: a receipt."),
  id: key(fields, "The field with the id of the conversation, where only such records tell it."),
});

/** Tokens are added up over these; of every other field the first that is there counts. */
const UsageRule = z.strictObject({
  when: z.record(text, values).meta({
    description: "Fields and what they must hold, as in rules; the first that fits counts.",
    example: '{ type = "message" }',
  }),
  id: key(
    fields,
    "The field that names the message: told again, only what it grew by counts.",
    '"message.id"',
  ),
  model: key(fields, "The field with the model; it holds until another one is told."),
  input: key(fields, "Fields with the tokens that went in, added up: also those of a cache."),
  cached: key(fields, "Of these, the ones that a cache knew."),
  written: key(fields, "Of these, the ones that were put into a cache."),
  output: key(fields, "Fields with the tokens that came out, added up."),
  cost: key(fields, "The field with what it cost in dollars."),
  window: key(fields, "The field with how many tokens its context can hold."),
  turn: key(fields, "A field that names the turn which begins with such a record."),
});

const Reader = z.enum([
  "json_file",
  "jsonl_tail",
  "hook_file",
  "osc",
  "title",
  "http_json",
  "http_events",
]);

/** What each reader cannot do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  json_file: ["path"],
  jsonl_tail: ["path"],
  hook_file: ["events"],
  osc: ["code"],
  title: [],
  http_json: ["path"],
  http_events: ["path"],
};

export const Signal = z
  .strictObject({
    reader: Reader.meta({
      description: "How the source is read. The first source that says something counts.",
    }),
    path: key(
      fields,
      "The file, with {pid}, {dir}, {dir_dashed}, {id}, {home} and {NAME} of the environment filled in; * fits within a name. Of several, the first whose slots are known. For http_json and http_events what is asked of the port.",
      '"~/.tool/{pid}.json"',
    ),
    rules: key(z.array(SignalRule), "What its records mean; the first that fits counts."),
    usage: key(
      z.array(UsageRule),
      "For jsonl_tail and http_events: which of its records tell what was used, and in which fields.",
    ),
    id: key(fields, "The field with the id of the conversation."),
    field: key(
      text,
      "For json_file, in place of rules: the field that says what it does.",
      '"status"',
    ),
    busy: key(words, "Values of the field that mean: it works."),
    idle: key(words, "Values of the field that mean: it waits for input."),
    asking: key(words, "Values of the field that mean: a dialog waits for an answer."),
    text: key(text, "Another field of the file, with the words of the question."),
    time: key(fields, "For jsonl_tail: the field with the time of a line."),
    cwd: key(fields, "For jsonl_tail: the field that holds the agent's directory in its own log."),
    dir_file: key(
      text,
      "For jsonl_tail: a file that holds the agent's directory, from the directory of the log.",
    ),
    silent_after: key(
      duration,
      "For jsonl_tail: at work without a new line for so long is worth a question.",
    ),
    events: key(words, "For hook_file: hooks of which the whole record is kept.", '["Stop"]'),
    marks: key(words, "For hook_file: hooks of which only the name is kept."),
    flag: key(text, "For hook_file: how our settings file is passed. {file} is filled in."),
    env: key(text, "For hook_file: the variable that names our settings file."),
    reply: key(text, "For hook_file: what a hook has to print."),
    code: key(z.int().min(1).max(99_999), "For osc: the number of the control sequence."),
    each: key(
      yesNo,
      "For http_json: the members of the answer are the records, `key` is their name.",
    ),
    empty: key(Says, "For http_json: what it means that there is none."),
  })
  .check((context) => {
    const { reader } = context.value;
    const absent = (NEEDED[reader] ?? []).filter((name) => !Object.hasOwn(context.value, name));
    for (const name of absent)
      context.issues.push({
        code: "custom",
        message: `needs ${name} where reader = "${reader}"`,
        input: context.value,
      });
  });
