// The values that keys of agents.toml can have: names, durations, patterns, environments.
// Each refuses with a sentence that reads on after the key's name ("stall_idle must be …").

import * as z from "zod";
import type { Rule } from "./config.ts";
import { MAX_DURATION_MS, readDuration, writeDuration } from "./durations.ts";
import { type Read, readPattern, readPythonPattern } from "./patterns.ts";

/** Whoever waits less than this between two looks does nothing else. */
const MIN_WAIT_MS = 100;

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$/;

/** tmux turns `.` and `:` in a session name into `_` and then never finds it again. */
export const name = z
  .string()
  .regex(
    NAME,
    "must begin with a letter or digit and go on with up to 40 letters, digits, - or _ (tmux cannot address names with . or :)",
  );

/** No program can be given a NUL, neither as an argument nor in its environment. */
export const text = z
  .string()
  .refine((written) => !written.includes("\0"), "must not contain a NUL character");
export const yesNo = z.boolean();

export const duration = z
  .union([z.number(), z.string()], {
    error: 'must be a number of seconds or a duration such as "5m" or "1h30m"',
  })
  .transform((written, context) => {
    const ms = readDuration(written);
    if (ms !== null) return ms;
    context.addIssue({
      code: "custom",
      message: `must be seconds or a duration such as "5m", up to ${writeDuration(MAX_DURATION_MS)}, not ${JSON.stringify(written)}`,
    });
    return z.NEVER;
  })
  .meta({ holds: "duration" });

/** A wait that may not be empty. */
export const wait = duration
  .refine((ms) => ms >= MIN_WAIT_MS, "must be at least a tenth of a second")
  .meta({ holds: "duration" });

const rows = z.int().min(1).max(1000);
const place = z.strictObject({ re: z.string(), rows: rows.exactOptional() });

/** A pattern of a new key: text, or a table that says in how many bottom rows it counts. */
export const pattern = z
  .union([z.string(), place], {
    error: "must be a regular expression, or a table { re = …, rows = … }",
  })
  .transform((written, context): Rule => {
    const source = typeof written === "string" ? { re: written } : written;
    const rule = checked(readPattern(source.re), context);
    return { ...rule, rows: source.rows ?? null };
  })
  .meta({ holds: "pattern" });

/** A pattern of one of the reference's own keys, in Python's dialect. */
export const pythonPattern = z
  .string()
  .transform((written, context) => checked(readPythonPattern(written), context))
  .meta({ holds: "pattern" });

type Context = z.core.$RefinementCtx;

function checked(read: Read, context: Context): { readonly re: string; readonly flags: string } {
  if (read.ok) return { re: read.re, flags: read.flags };
  context.addIssue({ code: "custom", message: `is no regular expression: ${read.why}` });
  return z.NEVER;
}

export const patterns = z.array(pattern);
export const words = z.array(text);

export const environment = z.record(
  z
    .string()
    .regex(
      /^(?!AGENTS_)[A-Za-z_][A-Za-z0-9_]*$/,
      "is no name for a variable (letters, digits and _; names with AGENTS_ in front are ours)",
    ),
  text,
);

/** A key that may be absent, with the words that the manual prints. */
export function key<S extends z.ZodType>(
  schema: S,
  description: string,
  example?: string,
): z.ZodExactOptional<S> {
  return schema
    .exactOptional()
    .meta(example === undefined ? { description } : { description, example });
}
