// Every verb: its words for `--help` and for the shell, and where its code is. Loaded at every start, so
// it holds nothing but text and doors; a verb that is not here does not exist.

import type { Call, ExitCode } from "./outside.ts";

export type Flag = {
  readonly flags: string;
  readonly about: string;
  /** May be given several times; its values come as lines of one text. */
  readonly many?: true;
};

export type Verb = {
  readonly name: string;
  /** Arguments as help shows them. */
  readonly args: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  readonly examples: readonly [string, string];
  readonly code: () => Promise<(call: Call) => Promise<ExitCode>>;
  readonly hidden?: true;
};

const DRY: Flag = { flags: "--dry-run", about: "say what would be done, and do nothing" };
const NOW: Flag = { flags: "--now", about: "TERM and KILL at once instead of asking first" };
const JSON_FLAG: Flag = { flags: "--json", about: "for programs: one JSON document on stdout" };

export const verbs: readonly Verb[] = [
  {
    name: "up",
    args: "[name...]",
    about: "start the fleet and its watchdog, or only what is named",
    flags: [DRY],
    examples: ["agents up", "agents up builder"],
    code: async () => (await import("./up.ts")).up,
  },
  {
    name: "plan",
    args: "[name...]",
    about: "what `up` would start, what waits and what is left alone, and why",
    flags: [JSON_FLAG],
    examples: [
      "agents plan",
      "agents plan --json | jq -r '.plan[] | select(.does == \"start\").name'",
    ],
    code: async () => (await import("./plan.ts")).plan,
  },
  {
    name: "down",
    args: "[name...]",
    about: "stop everything, or only what is named, and keep it stopped",
    flags: [DRY, NOW],
    examples: ["agents down", "agents down builder --now"],
    code: async () => (await import("./down.ts")).down,
  },
  {
    name: "restart",
    args: "[name...]",
    about: "stop and start again what is meant to run, or what is named; lifts `parked`",
    flags: [DRY, NOW],
    examples: ["agents restart builder", "agents restart watchdog"],
    code: async () => (await import("./restart.ts")).restart,
  },
  {
    name: "pause",
    args: "[name...]",
    about: "leave it alone: its process goes on, nothing is typed or restarted for quiet",
    flags: [],
    examples: ["agents pause builder", "agents pause"],
    code: async () => (await import("./pause.ts")).pause,
  },
  {
    name: "resume",
    args: "[name...]",
    about: "look after it again",
    flags: [],
    examples: ["agents resume builder", "agents resume"],
    code: async () => (await import("./resume.ts")).resume,
  },
  {
    name: "hold",
    args: "[name...]",
    about: "pause until a time: its turn goes on to its end, and none is begun before",
    flags: [{ flags: "--until <time>", about: "9am, 21:30, an ISO time, or 90m from now" }],
    examples: ["agents hold --until 9am", "agents hold builder --until 2h"],
    code: async () => (await import("./hold.ts")).hold,
  },
  {
    name: "release",
    args: "[name...]",
    about: "end a hold or a pause now",
    flags: [],
    examples: ["agents release", "agents release builder"],
    code: async () => (await import("./hold.ts")).release,
  },
  {
    name: "status",
    args: "",
    about: "one table: who runs, what it does, and why",
    flags: [JSON_FLAG, { flags: "--watch", about: "again every second" }],
    examples: ["agents status", "agents status --json | jq '.agents[] | {name, life}'"],
    code: async () => (await import("./status.ts")).status,
  },
  {
    name: "top",
    args: "",
    about: "the fleet live, on the whole screen, with keys to attach, read, send and restart",
    flags: [
      { flags: "--plain", about: "what changes, in sentences: for screen readers and pipes" },
    ],
    examples: ["agents top", "agents top --plain"],
    code: async () => (await import("./top/top.ts")).top,
  },
  {
    name: "why",
    args: "<name>",
    about: "what it saw of one agent, what it decided, what it waits for",
    flags: [
      JSON_FLAG,
      { flags: "--at <time>", about: "as it was then: 03:12, an ISO time, or 2h ago as `2h`" },
      {
        flags: "--last <what>",
        about: "its last restart, hold, ping or phase, and what led to it",
      },
    ],
    examples: ["agents why builder --at 03:12", "agents why builder --last restart"],
    code: async () => (await import("./why.ts")).why,
  },
  {
    name: "logs",
    args: "<name...>",
    about: "what it printed, as text; on a terminal without -n it goes on until Ctrl-C",
    flags: [
      { flags: "-f, --follow", about: "go on as more is printed" },
      {
        flags: "-n, --lines <count>",
        about: "the last so many lines (default: all; 100 on a terminal)",
      },
      { flags: "--since <duration>", about: "not older than this, as 10m" },
      { flags: "--grep <pattern>", about: "only lines that match; without capitals, in any case" },
      { flags: "--raw", about: "the bytes as they came, escapes included" },
      {
        flags: "--transcript",
        about: "the conversation as its program keeps it: turns, tools, tokens",
      },
    ],
    examples: [
      "agents logs -f builder adversary watchdog",
      "agents logs builder --since 2h --grep 'error|failed'",
    ],
    code: async () => (await import("./logs.ts")).logs,
  },
  {
    name: "events",
    args: "[name...]",
    about: "what happened and why, in sentences",
    flags: [
      { flags: "-f, --follow", about: "go on as more happens" },
      { flags: "-n, --lines <count>", about: "the last so many (default: all; 100 on a terminal)" },
      { flags: "--since <duration>", about: "not older than this, as 10m" },
      { flags: "--json", about: "for programs: one JSON object a line" },
    ],
    examples: ["agents events --since 8h builder", "agents events -f --json"],
    code: async () => (await import("./events.ts")).events,
  },
  {
    name: "notify",
    args: "[list|test] [sink]",
    about:
      "who is told when something waits for a person; test sends a notice and says what came of it",
    flags: [JSON_FLAG],
    examples: ["agents notify", "agents notify test phone"],
    code: async () => (await import("./notify.ts")).notify,
  },
  {
    name: "attach",
    args: "<name>",
    about: "put this terminal into the agent's session",
    flags: [{ flags: "-r, --read-only", about: "look, and type nothing" }],
    examples: ["agents attach builder", "agents attach -r watchdog"],
    code: async () => (await import("./attach.ts")).attach,
  },
  {
    name: "send",
    args: "<name> <text...>",
    about: "type a message into it and return when it was accepted; `-` reads stdin",
    flags: [
      { flags: "--timeout <duration>", about: "how long it may take to be accepted (default 60s)" },
      { flags: "--no-wait", about: "leave it with the watchdog and print the order's id" },
    ],
    examples: [
      'agents send builder "the tests of phase 2 are red on main"',
      "agents send builder - < note.md",
    ],
    code: async () => (await import("./send.ts")).send,
  },
  {
    name: "answer",
    args: "<name> [choice...]",
    about: "the choices of the dialog it stands at; with a number or its words, press that one",
    flags: [
      { flags: "--dialog <id>", about: "only if it is still this dialog, as a listing names it" },
      { flags: "--timeout <duration>", about: "how long it may take (default 30s)" },
      JSON_FLAG,
    ],
    examples: ["agents answer builder", "agents answer builder 2 --dialog 3fa2c1d0"],
    code: async () => (await import("./answer.ts")).answer,
  },
  {
    name: "phase",
    args: "[show|next|set] [phase]",
    about: "where the loops stand, or move one on; a phase is an id or an index from 0",
    flags: [{ flags: "--loop <name>", about: "which loop, where there are several" }, JSON_FLAG],
    examples: ["agents phase", "agents phase set p2"],
    code: async () => (await import("./phase.ts")).phase,
  },
  {
    name: "wait",
    args: "<name...>",
    about: "return when all of them are so; fail when one cannot become so by itself",
    flags: [
      { flags: "--for <state>", about: "idle, done or up (default idle)" },
      { flags: "--timeout <duration>", about: "give up after this long (default 10m)" },
      JSON_FLAG,
    ],
    examples: ["agents wait builder --for idle --timeout 30m", "agents wait migration --for done"],
    code: async () => (await import("./wait.ts")).wait,
  },
  {
    name: "task",
    args: "[list|add|import|show|logs|diff|artifacts|approve|reject|retry|cancel|close|wait] [words...]",
    about: "work that ends: a queue of tasks, each planned, done, checked, reviewed and merged",
    flags: [
      { flags: "--body <text>", about: "of add: what is to be done, in full; - reads stdin" },
      { flags: "--id <id>", about: "of add: its name (default: made from the title)" },
      { flags: "--label <label>", about: "of add: a label; may be given again", many: true },
      { flags: "--after <id>", about: "of add: begin when that one is done", many: true },
      { flags: "--files <glob>", about: "of add: what it will change, as src/**", many: true },
      { flags: "--model <model>", about: "of add: the model of all its steps" },
      { flags: "--pipeline <name>", about: "of add: the steps it goes through" },
      {
        flags: "--guidance <text>",
        about: "of retry, reject and cancel: words that go along; - reads stdin",
      },
      { flags: "--state <state>", about: "of list: only these" },
      { flags: "--step <step>", about: "of logs, diff and artifacts: only of this step" },
      { flags: "-n, --lines <count>", about: "of logs: the last so many lines of each step" },
      { flags: "--timeout <duration>", about: "of wait: give up after this long (default 10m)" },
      DRY,
      JSON_FLAG,
    ],
    examples: [
      'agents task add "Fix login timeout" --files "src/login/**" --body - < issue.md',
      "agents task wait fix-login-3fa2 --timeout 2h && agents task show fix-login-3fa2",
    ],
    code: async () => (await import("./task.ts")).task,
  },
  {
    name: "merge",
    args: "[list]",
    about: "which finished tasks land on the target now, next and last",
    flags: [JSON_FLAG],
    examples: ["agents merge", "agents merge list --json | jq '.queue[0]'"],
    code: async () => (await import("./merge.ts")).merge,
  },
  {
    name: "report",
    args: "<approve|changes|stuck|done>",
    about: "from inside a task's agent: its step is over, and how",
    flags: [{ flags: "--file <file>", about: "the report; - reads stdin" }, JSON_FLAG],
    examples: ["agents report done", "agents report changes --file review.md"],
    code: async () => (await import("./report.ts")).report,
  },
  {
    name: "config",
    args: "[check|show|schema|help] [key]",
    about: "check the file, show what was understood of it, explain any key",
    flags: [JSON_FLAG],
    examples: ["agents config check", "agents config help stall_idle"],
    code: async () => (await import("./config.ts")).config,
  },
  {
    name: "set",
    args: "<key> [value...]",
    about: "change one key of agents.toml and nothing else in it; shows the lines that change",
    flags: [DRY, { flags: "--unset", about: "take the key away" }],
    examples: ["agents set builder.model opus", "agents set watchdog.signal_interval 15s"],
    code: async () => (await import("./set.ts")).set,
  },
  {
    name: "add",
    args: "<name>",
    about: "write a new agent into agents.toml",
    flags: [
      DRY,
      { flags: "--prompt <text>", about: "what it is told first" },
      { flags: "--prompt-file <path>", about: "the same, from a file" },
      { flags: "--backend <backend>", about: "the program that runs it" },
      { flags: "--model <model>", about: "the model it is started with" },
      { flags: "--kind <kind>", about: "persistent, loop or task" },
      { flags: "--role <role>", about: "which prompt of roles_dir a loop agent has" },
      { flags: "--dir <path>", about: "where it works" },
      { flags: "--watch <watch>", about: "none, heal or heal+stall" },
      { flags: "--disabled", about: "not started before `agents enable`" },
    ],
    examples: [
      'agents add docs --prompt "Keep the manual true to the code."',
      "agents add nightly --kind task --prompt-file prompts/nightly.md --disabled",
    ],
    code: async () => (await import("./add.ts")).add,
  },
  {
    name: "adopt",
    args: "<session>",
    about: "take in a session that was started by hand on the fleet's tmux server, as it runs",
    flags: [
      DRY,
      { flags: "--name <name>", about: "what it is called (default: as the session)" },
      {
        flags: "--backend <backend>",
        about: "the program that runs in it, where that is not plain",
      },
    ],
    examples: ["agents adopt scratch", "agents adopt scratch --name docs --dry-run"],
    code: async () => (await import("./adopt.ts")).adopt,
  },
  {
    name: "enable",
    args: "<name...>",
    about: "let an agent run with the fleet (in agents.toml)",
    flags: [DRY],
    examples: ["agents enable docs", "agents enable docs tests --dry-run"],
    code: async () => (await import("./enable.ts")).enable,
  },
  {
    name: "disable",
    args: "<name...>",
    about: "keep an agent out of the fleet (in agents.toml); stops nothing",
    flags: [DRY],
    examples: ["agents disable docs", "agents disable docs && agents down docs"],
    code: async () => (await import("./enable.ts")).disable,
  },
  {
    name: "rm",
    args: "<name...>",
    about: "take agents or services that do not run out of agents.toml",
    flags: [DRY],
    examples: ["agents rm docs", "agents down docs && agents rm docs"],
    code: async () => (await import("./rm.ts")).rm,
  },
  {
    name: "edit",
    args: "",
    about: "agents.toml in $VISUAL or $EDITOR; it counts only if it is right",
    flags: [],
    examples: ["agents edit", "EDITOR=nano agents edit"],
    code: async () => (await import("./edit.ts")).edit,
  },
  {
    name: "backends",
    args: "[list|show|test|record] [name]",
    about: "the programs that agents can be run by, and whether their screens are understood",
    flags: [JSON_FLAG],
    examples: ["agents backends show demo >> agents.toml", "agents backends record builder"],
    code: async () => (await import("./backends.ts")).backends,
  },
  {
    name: "explain",
    args: "",
    about: "judge a screen as the watchdog would, and say by which rule",
    flags: [
      { flags: "--backend <backend>", about: "whose screen it is" },
      { flags: "--screen <file>", about: "the screen as text; - reads standard input" },
      { flags: "--title <title>", about: "the title of the pane" },
      { flags: "--dead <code>", about: "the program has ended with this exit code" },
      { flags: "--now <instant>", about: "when the screen was first seen; default: now" },
      { flags: "--zone <zone>", about: "zone of times that name none; default: this machine's" },
      JSON_FLAG,
    ],
    examples: [
      "agents explain --backend demo --screen screen.txt",
      "tmux capture-pane -p | agents explain --backend demo --screen - --json",
    ],
    code: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "replay",
    args: "<file>",
    about: "make recorded decisions again, offline: where this version, or --config, would differ",
    flags: [JSON_FLAG],
    examples: [
      "AGENTS_RECORD=night.jsonl agents up; agents replay night.jsonl",
      "agents replay night.jsonl --config agents.toml",
    ],
    code: async () => (await import("./replay.ts")).replay,
  },
  {
    name: "doctor",
    args: "",
    about: "what could keep a fleet from running well here, and what to do about it",
    flags: [JSON_FLAG],
    examples: ["agents doctor", "agents doctor --json | jq '.checks[] | select(.state != \"ok\")'"],
    code: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "init",
    args: "[dir]",
    about: "write a first agents.toml and prompts; never over a file that is there",
    flags: [{ flags: "--demo", about: "the example fleet, which needs no account" }],
    examples: ["agents init", "agents init try-it --demo"],
    code: async () => (await import("./init.ts")).init,
  },
  {
    name: "selftest",
    args: "",
    about: "prove that the program works on this machine; needs no configuration",
    flags: [JSON_FLAG],
    examples: ["agents selftest", "agents selftest --json"],
    code: async () => (await import("./selftest.ts")).selftest,
  },
  {
    name: "rehearse",
    args: "",
    about:
      "what the watchdog would do with your file in a false world, at thousands of times speed",
    flags: [
      { flags: "--seed <number>", about: "another seed, another night (default 1)" },
      { flags: "--until <duration>", about: "how long it lasts, as 3d (default 8h; demo 2h)" },
      {
        flags: "--faults <which>",
        about: "none; some: agents and limits; all: the machine and people too (default some)",
      },
      { flags: "--demo", about: "the example fleet; needs no configuration" },
      { flags: "--stats", about: "say how fast it went" },
      JSON_FLAG,
    ],
    examples: ["agents rehearse --until 3d --faults all", "agents rehearse --demo --seed 7"],
    code: async () => (await import("./rehearse.ts")).rehearse,
  },
  {
    name: "service",
    args: "[install|uninstall|status|print|run]",
    about: "let the system start this fleet's watchdog, after a reboot too (systemd, launchd)",
    flags: [],
    examples: ["agents service install", "agents service print"],
    code: async () => (await import("./service.ts")).service,
  },
  {
    name: "completion",
    args: "<bash|zsh|fish>",
    about: "a script that lets your shell complete verbs, flags and names",
    flags: [],
    examples: ['eval "$(agents completion bash)"', "agents completion fish | source"],
    code: async () => (await import("./completion.ts")).completion,
  },
  {
    name: "watchdog",
    args: "",
    about: "the engine in the foreground (`up` runs it in a session of its own)",
    flags: [
      { flags: "--record <file>", about: "keep what each decision is made from, for `replay`" },
    ],
    examples: ["agents watchdog", "agents watchdog --config fleet/agents.toml"],
    code: async () => (await import("./watchdog.ts")).watchdog,
  },
  {
    name: "demo-agent",
    args: "<kickoff>",
    about: "a false coding agent that needs no key: what the demo backend runs",
    flags: [],
    examples: ["agents demo-agent kickoff.md", "agents demo-agent /dev/null"],
    code: async () => (await import("./demo-agent.ts")).demo,
    hidden: true,
  },
  {
    name: "__complete",
    args: "<names>",
    about: "the names that a shell may offer",
    flags: [],
    examples: ["agents __complete names", "agents __complete names --config fleet/agents.toml"],
    code: async () => (await import("./complete.ts")).complete,
    hidden: true,
  },
];
