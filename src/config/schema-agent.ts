// [[agent]], [[service]] and [defaults]: who runs, where, with what, and what happens when it ends.

import * as z from "zod";
import { duration, environment, key, name, pattern, text, wait, words, yesNo } from "./words.ts";

/** More than this in a row is no patience but a mistake in the file. */
const MAX_NUDGES = 100;
const MAX_STARTS = 1000;

export const Restart = z.strictObject({
  policy: key(
    z.enum(["always", "on-failure", "never"]),
    "When to start it again after it ended by itself. Default: never for a task, on-failure for a service, else always.",
  ),
  first: key(duration, "The wait before the first restart; it doubles each time."),
  max: key(duration, "The longest wait before a restart."),
  starts: key(
    z.int().min(1).max(MAX_STARTS),
    "This many unexpected ends within `within`, and it is parked until a person comes.",
  ),
  within: key(wait, "The time in which unexpected ends are counted."),
  healthy: key(wait, "Up for this long, and the wait begins at `first` again."),
});

export const Wake = z.strictObject({
  interval: key(wait, "How often."),
  prompt_file: z.string().min(1).meta({
    description: "The file whose words are typed, in one line.",
    example: '"prompts/wake.md"',
  }),
});

const both = {
  dir: key(
    text,
    "Where it runs, from project_dir on. Default: project_dir, for agents [defaults].dir.",
  ),
  env: key(environment, "Variables for its environment.", '{ TZ = "UTC" }'),
  env_file: key(text, "A file of NAME=value lines for its environment.", '".env"'),
  restart: key(Restart, "What happens when it ends by itself."),
  spare: key(words, "Names of processes that a stop leaves alone."),
};

const agent = {
  ...both,
  kind: key(
    z.enum(["persistent", "orchestrator", "loop", "task"]),
    "persistent runs for ever (orchestrator is the same), loop belongs to a loop, task ends.",
  ),
  backend: key(text, "The backend that runs it.", '"demo"'),
  model: key(text, "The model; a phase may name another one. Empty: the program's own choice."),
  role: key(text, "For kind loop: the prompt is ROLE.md in roles_dir.", '"builder"'),
  loop: key(text, "For kind loop: which one, where there are several."),
  enabled: key(yesNo, "false: `up` without names leaves it out."),
  watch: key(
    z.enum(["none", "heal", "heal+stall"]),
    "What the watchdog does: nothing, bring it back, bring it back and nudge it when it stalls.",
  ),
  prompt: key(text, "The first prompt."),
  prompt_file: key(text, "A file with the first prompt. Wins over prompt.", '"prompts/worker.md"'),
  resume: key(
    yesNo,
    "Take up the last conversation at every start, where the backend can. Default: what resume of the backend says.",
  ),
  wake: key(Wake, "Type the same prompt again and again while it is idle."),
  account: key(text, "Agents of one account share its usage limits. Default: the backend's name."),
  nudges: key(
    z.int().min(0).max(MAX_NUDGES),
    "How often a stalled agent is spoken to before it is restarted. Default: 2, and 0 where the backend declares no input line.",
  ),
  needs: key(words, "Services that must be ready first. Default: all of them."),
};

export const Agent = z.strictObject({
  name: name.meta({ description: "Its name.", example: '"worker"' }),
  session: key(name, "The tmux session. Default: session_prefix and the name."),
  ...agent,
});

const Ready = z
  .strictObject({
    pattern: key(pattern, "Something on its screen."),
    port: key(z.int().min(1).max(65_535), "A TCP port of this machine that takes connections."),
    command: key(text, "Shell text that succeeds.", '"curl -sf localhost:8080"'),
  })
  .refine((ready) => Object.keys(ready).length === 1, "must say one of pattern, port and command");

const command = text.min(1).exactOptional().meta({
  description: "Shell text that runs it.",
  example: '"npm run dev"',
});

export const Service = z.strictObject({
  name: name.meta({ description: "Its name.", example: '"server"' }),
  command,
  ready: key(Ready, "How to tell that it is ready. Default: it was started."),
  ...both,
});

export const Defaults = z.strictObject({
  session_prefix: name.meta({
    description: "Begins the name of every tmux session of the fleet.",
    example: '"myproj-"',
  }),
  log_dir: text.min(1, "must not be empty").meta({
    description: "Where logs and state are kept, from project_dir on.",
    example: '".agents"',
  }),
  project_dir: key(text, "Where relative paths begin. Default: the directory of this file."),
  ...agent,
  command,
});
