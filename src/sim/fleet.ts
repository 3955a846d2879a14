// The fleet that a seed gives: the text of an agents.toml and the files it names. Two kinds of backends, as
// actor.ts plays them: programs with an input line, and commands without any rule.

import type { Config } from "../config/config.ts";
import { load } from "../config/load.ts";
import type { Chance } from "./chance.ts";

export const HOME = "/fleet";

export const BACKENDS = String.raw`
[backend.talker]
bin = "talker"
process_name = "node"
stall_idle = 300
input = '^─{20,}\n> ?(?<text>[^\n]*)\n─{20,}'
ready = '^> '
[backend.talker.keys]
exit = ["C-c", "C-c"]
[backend.talker.screen]
prompt = '^> \S'
busy = [{ re = 'esc to interrupt', rows = 6 }]
idle = [{ re = '\? for shortcuts', rows = 3 }]
asking = [{ re = '^Do you want to', rows = 10 }]
limited = ['^usage limit reached(?: · resets (?<reset>[^\n]+))?']
[backend.talker.screen.failed]
overloaded = ['^API Error: 529']
fatal = ['^API Error: 400']
auth = ['^Please log in']

[backend.listener]
bin = "listener"
prompt_delivery = "ping"
connect_delay = 15
input = '^─{20,}\n> ?(?<text>[^\n]*)\n─{20,}'
[backend.listener.screen]
prompt = '^> \S'
busy = [{ re = 'esc to interrupt', rows = 6 }]
idle = [{ re = '\? for shortcuts', rows = 3 }]
asking = [{ re = '^Do you want to', rows = 10 }]
limited = ['^usage limit reached(?: · resets (?<reset>[^\n]+))?']
[backend.listener.screen.failed]
overloaded = ['^API Error: 529']
fatal = ['^API Error: 400']
auth = ['^Please log in']

[backend.plain]
bin = "plain {kickoff}"
prompt_delivery = "exec"
stall_idle = 600
`;

/** What the same programs say of themselves; sources.ts says how true that is. */
export const SOURCES = `
[[backend.talker.signals]]
reader = "json_file"
path = "${HOME}/talker.json"
[[backend.talker.signals]]
reader = "hook_file"
events = ["Stop"]
[[backend.talker.signals]]
reader = "jsonl_tail"
path = "${HOME}/talker.jsonl"
[[backend.listener.signals]]
reader = "http_json"
path = "/status"
[[backend.listener.signals]]
reader = "osc"
code = 7501
`;

const LOOP = `
[[agent]]
name = "builder"
kind = "loop"
role = "builder"
backend = "talker"
watch = "heal+stall"
[[agent]]
name = "adversary"
kind = "loop"
role = "adversary"
backend = "listener"
watch = "heal+stall"
[[agent]]
name = "report"
kind = "task"
backend = "plain"
watch = "heal"
enabled = false
prompt_file = "prompts/report.md"
[loop]
on_complete = { run = "report" }
phases = [
  { id = "p1", plan = "one.md", status = "STATUS-0.md" },
  { id = "p2", plan = "two.md", status = "STATUS-1.md" },
  { id = "p3", plan = "three.md", status = "STATUS-2.md" },
]
[loop.handoff]
state_subdir = "docs"
inboxes = ["BUILDER-INBOX.md", "ADVERSARY-INBOX.md"]
`;

/** One who always hears, up to a rate, and one who sleeps for a part of the night. */
export const SINKS = `
[[notify]]
to = "webhook"
name = "phone"
url = "https://phone.example"
rate = 6
[[notify]]
to = "webhook"
name = "desk"
url = "https://desk.example"
remind = "20m"
quiet = { from = "20:30", to = "04:00", zone = "UTC" }
`;

const KINDS = ["talker", "talker", "listener", "plain"] as const;

/** `more`: lines for [defaults]. */
export function fleetText(chance: Chance, more: string): string {
  const count = chance.between(2, 7);
  const agents = Array.from({ length: count }, (_, at) => {
    const backend = chance.pick(KINDS);
    const task = chance.hit(0.15);
    return `
[[agent]]
name = "a${at + 1}"
kind = "${task ? "task" : "persistent"}"
backend = "${backend}"
watch = "${chance.pick(["heal+stall", "heal+stall", "heal+stall", "heal", "none"])}"
prompt_file = "prompts/a${at + 1}.md"
${chance.hit(0.2) ? 'wake = { interval = 1800, prompt_file = "prompts/wake.md" }' : ""}`;
  });
  const loop = chance.hit(0.5) ? LOOP : "";
  const service = chance.hit(0.5)
    ? `\n[[service]]\nname = "server"\ncommand = "serve"\nready = { port = 4096 }\n`
    : "";
  return `[defaults]
session_prefix = "f-"
log_dir = ".agents"
project_dir = "${HOME}"
${more}[watchdog]
signal_interval = ${chance.pick([15, 30, 30, 60])}
${BACKENDS}${agents.join("")}${service}${loop}`;
}

export function fleetConfig(text: string): Config {
  const loaded = load({
    path: `${HOME}/agents.toml`,
    text,
    home: HOME,
    env: {},
    look: () => "file",
    presets: "[backend]",
  });
  if (loaded.ok) return loaded.config;
  throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
}
