// [backend.NAME.transcript]: where a program keeps the conversation, and how its records read. Data only.

import * as z from "zod";
import { key, text, words } from "./words.ts";

const fields = z.record(z.string(), z.union([text, words]));

const Told = z.strictObject({
  as: z.enum(["user", "agent", "thought", "tool", "result", "error", "usage"]).meta({
    description: "What it is.",
  }),
  when: key(
    fields,
    'Fields of the record, and the values of which they must have one: "*" is any, "" is none.',
    '{ type = "assistant" }',
  ),
  each: key(text, "A list in the record: each item of it is told.", '"message.content"'),
  where: key(fields, "As `when`, for fields of the item."),
  text: key(words, "Fields with the words; the first that is there counts.", '["content"]'),
  name: key(text, "The field with the name of a tool."),
  once: key(text, "A field that names it: what has the same name is told once."),
  input: key(words, "Fields with tokens that were read, added up."),
  cached: key(words, "Fields with those of them that a cache knew, added up."),
  output: key(words, "Fields with tokens that were written, added up."),
  cost: key(text, "The field with what it cost, in dollars."),
});

export const Transcript = z.strictObject({
  path: key(
    words,
    "Where it lies: {home}, {dir}, {dir_dashed}, {id} (of the conversation) and {NAME} (of the agent's environment) are filled in, * fits within a name. Of several files that are this agent's, the newest.",
    '["{home}/.tool/{dir_dashed}/{id}.jsonl"]',
  ),
  shell: key(
    text,
    "Shell text that prints it, for programs that keep no file of it; run in the agent's directory with the id as $1.",
  ),
  dir: key(text, "A field of its records that says the directory the conversation is about."),
  dir_file: key(text, "A file that says so, from the directory of the transcript."),
  time: key(text, "A field of its records that says when.", '"timestamp"'),
  show: key(z.array(Told), "What is told of a record."),
});
