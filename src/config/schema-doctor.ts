// [backend.NAME.doctor]: what `agents doctor` may look at to say whether a program is ready. Data only.

import * as z from "zod";
import { key, text, words } from "./words.ts";

export const Doctor = z.strictObject({
  versions: key(words, "Versions whose screens its patterns were tried on.", '["1.2.3"]'),
  login_env: key(words, "Variables that log it in: one of them, not empty, is enough."),
  login_files: key(words, "Files that are there once somebody logged in. They are never read."),
  login: key(text, "What to do about a login that is missing."),
  trust_file: key(text, "A JSON or TOML file in which it keeps the directories it may work in."),
  trust_field: key(
    text,
    "The field of that file for a directory; {dir} is filled in.",
    '"projects.{dir}.trusted"',
  ),
  trusted: key(words, "Values of that field that mean yes."),
});
