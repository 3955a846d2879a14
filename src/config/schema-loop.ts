// [loop]: phases, the hand-over between its agents, and what follows the last phase.

import * as z from "zod";
import { key, name, pattern, pythonPattern, text, yesNo } from "./words.ts";

const Phase = z.strictObject({
  id: z
    .union([z.string(), z.number()], { error: "must be a string" })
    .transform(String)
    .meta({ description: "Its name, {phase_id} in the kickoff template.", example: '"1"' }),
  plan: key(text, "The plan to follow, {plan} in the kickoff template.", '"PLAN-1.md"'),
  status: key(
    text,
    "The status file whose done marker ends the phase, {status} in the kickoff template.",
    '"STATUS-1.md"',
  ),
  models: key(
    z.record(z.string(), z.string()),
    "Another model for a role.",
    '{ builder = "opus" }',
  ),
});

const Rule = z.strictObject({
  pattern: pattern.meta({ description: "A commit whose subject matches …", example: "'^docs'" }),
  pings: z.string().meta({ description: "… is told to this agent.", example: '"writer"' }),
});

const Inbox = z.union(
  [
    z.string(),
    z.strictObject({
      file: z.string().meta({ description: "The file." }),
      pings: z.string().meta({ description: "The agent that is told when it changes." }),
    }),
  ],
  { error: "must be a file name, or a table { file = …, pings = … }" },
);

export const Handoff = z.strictObject({
  repo: key(text, "The repository, from project_dir on. Default: project_dir."),
  branch: key(text, "The branch of origin that is watched."),
  state_subdir: key(
    text,
    "The folder of status files and inboxes, tried before the repository's top.",
  ),
  claim_pattern: key(pythonPattern, "Subjects of commits that claim a gate."),
  review_pattern: key(pythonPattern, "Subjects of commits that judge a claim."),
  claim_pings: key(text, "The agent that is told of a claim."),
  review_pings: key(text, "The agent that is told of a verdict."),
  rules: key(z.array(Rule), "More patterns, each with the agent that is told."),
  inboxes: key(
    z.array(Inbox),
    "Files whose change is told: the first to claim_pings, the second to review_pings, or { file, pings }.",
    '["REVIEWER-INBOX.md", "BUILDER-INBOX.md"]',
  ),
});

const OnComplete = z.strictObject({
  run: z.string().meta({ description: "The agent that is started.", example: '"report"' }),
  trigger_file: key(
    text,
    "Only if this file exists, from log_dir on; it is removed. Default: always.",
  ),
});

export const Loop = z.strictObject({
  name: key(name, "Its name; needed where there are several."),
  phases: key(z.array(Phase), "What is worked on, one after another."),
  state_file: key(
    text.min(1, "must not be empty"),
    "Where the number of the phase is kept, from log_dir/state on. Default: phase-idx, for a named loop phase-idx.NAME.",
  ),
  auto_advance: key(yesNo, "Go on to the next phase when one is done."),
  resume_phase: key(
    yesNo,
    "false: where no phase is kept yet, the first one is written down at `up`.",
  ),
  kickoff_template: key(
    text,
    "A file put before the role's prompt; {phase_id}, {plan}, {status} and {role} are filled in.",
    '"prompts/kickoff.md"',
  ),
  roles_dir: key(text, "The folder of the roles' prompts, from project_dir on."),
  done_marker: key(
    text.min(1, "must not be empty"),
    "The line that ends a phase begins with this.",
  ),
  on_complete: key(OnComplete, "What follows the last phase."),
  handoff: key(Handoff, "How the loop's agents hear of each other's pushes."),
});
