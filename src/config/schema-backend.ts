// [backend.NAME]: how to start and read a command line program. Data only; a preset is one of these too.

import * as z from "zod";
import { Doctor } from "./schema-doctor.ts";
import { Transcript } from "./schema-transcript.ts";
import { Signal } from "./schema-signal.ts";
import { duration, key, pattern, patterns, pythonPattern, text, words, yesNo } from "./words.ts";

const Failed = z.strictObject({
  auth: key(patterns, "It asks for a login. Parks the agent until a person comes."),
  credit: key(patterns, "It asks for money. Parks the agent until a person comes."),
  model: key(patterns, "The model does not exist or is not allowed. Parks the agent."),
  overloaded: key(patterns, "The provider is overloaded. The agent waits a little and goes on."),
  context: key(patterns, "The context is full. The agent starts afresh."),
  fatal: key(patterns, "The session is broken. The agent is restarted."),
});

const Screen = z.strictObject({
  busy: key(patterns, "It works.", '["esc to interrupt"]'),
  idle: key(patterns, "It waits for input and nothing is under way."),
  asking: key(patterns, "A dialog waits for an answer."),
  limited: key(
    patterns,
    "A usage limit was reached; a group named `reset` holds the words that say until when.",
  ),
  failed: key(Failed, "What went wrong, by cause."),
  prompt: key(pattern, "The line of a prompt: a banner counts only below the last one."),
});

const Title = z.strictObject({
  busy: key(patterns, "The pane title while it works."),
  idle: key(patterns, "The pane title while it waits for input."),
  asking: key(patterns, "The pane title while a dialog waits for an answer."),
});

const Keys = z.strictObject({
  submit: key(text, "Sends what was typed. Wins over submit_key.", '"Enter"'),
  exit: key(words, "Typed one after another to ask the program to leave.", '["C-c", "C-c"]'),
  dismiss: key(words, "Closes the menu that opens by itself after a usage limit.", '["Escape"]'),
  decline: key(
    text,
    "The choice that closes it, where no key does: how its words begin.",
    '"Stop"',
  ),
});

const Typed = z.strictObject({
  signs: key(text, "A text that begins with one of these would be a command or a choice.", '"!/"'),
  before: key(
    text,
    "Goes before such a text: a blank where the program keeps blanks, else U+2060.",
  ),
  after: key(text, "Goes behind a text that ends in an @name: Enter would choose from a list."),
});

export const Backend = z.strictObject({
  bin: key(
    text,
    "Shell text that runs the program. For exec, {kickoff}, {session}, {model} and {dir} are filled in.",
    '"my-agent --quiet"',
  ),
  prompt_delivery: key(
    z.enum(["arg", "ping", "exec"]),
    "How the first prompt gets in: arg as the last argument, ping typed into the running program, exec as a file that bin reads.",
  ),
  process_name: key(text, "The command that the pane shows while this program runs in it."),
  submit_key: key(text, "The tmux key that sends what was typed."),
  active_re: key(
    pythonPattern,
    "It works. Added to screen.busy; upper and lower case are the same.",
  ),
  limit_re: key(pythonPattern, "A usage limit was reached. Added to screen.limited."),
  fatal_re: key(
    pythonPattern,
    "The session is broken. Added to screen.failed.fatal, bottom 25 rows.",
  ),
  footer_ui: key(
    yesNo,
    "The screen is static: active_re counts in the bottom 10 rows only, and a log touched within log_grace counts as work.",
  ),
  log_grace: key(duration, "How long a touched log counts as work, where footer_ui is set."),
  stall_idle: key(duration, "Idle for this long without a WAITING-UNTIL line is a stall."),
  flags: key(text, "Shell text put behind bin, for arg.", '"--verbose"'),
  prompt_flag: key(
    text,
    "Shell text right before the prompt, for arg, where there is one.",
    '"-i"',
  ),
  model_flag: key(text, "How the model is passed, for arg."),
  supports_resume: key(yesNo, "A conversation can be taken up again by its id."),
  resume_flag: key(text, "How the id is passed, for arg. {id} is filled in."),
  session_flag: key(
    text,
    "How a new conversation is given an id, for arg: with resume = true every restart takes it up again. {id} is filled in.",
    "\"--session-id '{id}'\"",
  ),
  resume: key(yesNo, "What resume of an agent is where nobody says."),
  remote_control: key(yesNo, "Pass remote_control_flag."),
  remote_control_flag: key(text, "How the session name is passed, for arg."),
  read_only: key(
    words,
    "Words that keep the program itself from changing files: what a reviewer of tasks is started with. For exec they stand where {read_only} does.",
    '["--sandbox", "read-only"]',
  ),
  preamble: key(text, "Shell text run first, for ping."),
  attach: key(
    text,
    "Shell text that runs the program, for ping. {bin}, {server} and {dir} are filled in.",
  ),
  server: key(text, "What {server} in attach stands for.", '"http://127.0.0.1:4096"'),
  model_env: key(yesNo, "Pass the model through the environment, for ping."),
  connect_delay: key(
    duration,
    "How long to wait before the first prompt is typed, where ready is unknown.",
  ),
  screen: key(Screen, "What the screen says, by patterns."),
  title: key(Title, "What the pane title says, by patterns."),
  signals: key(
    z.array(Signal),
    "Sources in which the program itself says what it does, best first.",
  ),
  keys: key(Keys, "Keys that mean something to the program."),
  typed: key(Typed, "What keeps a typed text from being taken for a command."),
  ready: key(pattern, "The screen of a program that takes input now."),
  input: key(
    pattern,
    "The input line, with a group named `text` around what stands in it.",
    "'^> (?<text>.*)$'",
  ),
  transcript: key(Transcript, "Where the program keeps the conversation, and how to read it."),
  doctor: key(Doctor, "What `agents doctor` may look at to say whether the program is ready."),
});
