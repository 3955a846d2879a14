// [route]: which backend and model do which task's work, who takes over at a limit, and what a failure climbs to.
// A step that names a backend or a model of its own keeps it.

import * as z from "zod";
import { duration, key, text, wait, words } from "./words.ts";

const MAX_WEIGHT = 1000;

const filled = text.min(1, "must not be empty");

export const Target = z.strictObject({
  backend: key(filled, "A backend. Default: that of the step.", '"fast"'),
  model: key(text, "A model of it. Default: its own.", '"big"'),
  weight: key(
    z.int().min(1).max(MAX_WEIGHT),
    "Of several, its share of the tasks: one of weight 3 gets three times as many.",
  ),
});

const targets = z.array(Target).min(1, "must name one at least");

export const RouteRule = z.strictObject({
  label: key(filled, "Tasks with this label.", '"docs"'),
  complexity: key(filled, "Tasks of this complexity.", '"complex"'),
  steps: key(words, "Only these steps of theirs. Default: all.", '["implement"]'),
  to: targets.meta({
    description: "Who does them; of several each gets its share, and keeps its task.",
    example: '[{ backend = "fast", model = "small" }]',
  }),
  escalate: key(targets, "Who is tried instead after failed work. Default: that of [route]."),
});

export const Route = z.strictObject({
  complexities: key(
    z.array(filled).min(1, "must name one at least"),
    "The words that a complexity can be.",
    '["small", "large"]',
  ),
  classifier: key(
    filled,
    "Shell text that reads a task on its input and prints one of complexities, where nobody said which.",
    '"./classify"',
  ),
  classifier_timeout: key(wait, "How long that may take; then the task goes on without an answer."),
  escalate: key(
    targets,
    "A ladder: after each piece of work that failed the next one does it. No limit ever climbs it.",
  ),
  fallback: key(
    targets,
    "Who takes a step over, the first that is free, while its own account is at its limit or has lost its login.",
  ),
  fallback_after: key(duration, "A limit that is over sooner than this is waited for."),
  rule: key(z.array(RouteRule), "The first that fits decides."),
});
