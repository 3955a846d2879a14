// [[notify]]: whom to tell, of what, and when not to. Secrets are never written here: variables hold them,
// and the file names the variables.

import * as z from "zod";
import { duration, key, name, text } from "./words.ts";

export const SINKS = [
  "command",
  "webhook",
  "ntfy",
  "slack",
  "discord",
  "telegram",
  "desktop",
  "bell",
] as const;
export const EVENTS = ["asking", "parked", "auth", "budget", "done", "degraded"] as const;
export const LEVELS = ["info", "warning", "alarm"] as const;
/** More than one a second is nobody's to read. */
const RATE_MAX = 3600;
const MINUTE_MS = 60_000;

const filled = text.min(1, "must not be empty");
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a variable (letters, digits and _)");

export const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+\S*$/, "must be an address that begins with http:// or https://");
export const urlEnv = variable;

const time = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "22:30"')
  .transform((written) => {
    const [hours = 0, minutes = 0] = written.split(":").map(Number);
    return (hours * 60 + minutes) * MINUTE_MS;
  });

export const zone = z.string().refine(isZone, 'must be a zone such as "Europe/Berlin" or "UTC"');

export const Quiet = z
  .strictObject({
    from: time.meta({ description: "Here it begins.", example: '"22:00"' }),
    to: time.meta({ description: "Here it ends.", example: '"07:30"' }),
    zone: key(zone, "Whose clock that is. Default: this machine's.", '"Europe/Berlin"'),
  })
  .refine(({ from, to }) => from !== to, "must not end when it begins");

export const Notify = z.strictObject({
  name: key(name, "Its name, for `agents notify`. Default: the word in `to`."),
  to: z.enum(SINKS).meta({
    description: "How it is told: your own command, a JSON POST, or a ready form of a service.",
    example: '"ntfy"',
  }),
  command: key(
    filled,
    'Of to = "command": shell text; the notice is on its stdin and in AGENTS_NOTICE_TITLE, _TEXT, _EVENT, _LEVEL, _SUBJECT, _KIND, _ID and _FLEET.',
    "'mail -s \"$AGENTS_NOTICE_TITLE\" me@example.org'",
  ),
  url: key(
    url,
    "The address; of ntfy the topic's, of telegram a server's that is not the usual one.",
    '"https://ntfy.sh/my-own-topic"',
  ),
  url_env: key(
    variable,
    "The variable that holds the address, where it is a secret.",
    '"SLACK_URL"',
  ),
  token_env: key(
    variable,
    "The variable that holds the token: a bearer's, or of telegram the bot's.",
    '"NTFY_TOKEN"',
  ),
  env_file: key(filled, "A file of NAME=value lines in which the variables are looked for first."),
  chat: key(
    z.union([z.string(), z.int()], { error: "must be a number or a name" }).transform(String),
    'Of to = "telegram": the chat that is written to.',
    '"123456789"',
  ),
  level: key(
    z.enum(LEVELS),
    "Nothing below this: done is info, asking a warning, the others are alarms.",
  ),
  events: key(z.array(z.enum(EVENTS)), "Of what it is told.", '["asking", "parked"]'),
  quiet: key(Quiet, "Hours in which nothing is sent; at their end one digest says what waited."),
  rate: key(
    z.int().min(1).max(RATE_MAX),
    "Notices in an hour; what is beyond them comes as one digest.",
  ),
  remind: key(duration, "Still so after this long, it is told once more. 0: never."),
});

function isZone(written: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: written }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
