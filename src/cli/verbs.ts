// Every verb: its words for `--help` and for the shell, and where its code is. Loaded at every start, so
// it holds nothing but text and doors; a verb that is not here does not exist.

import type { Call, ExitCode } from "./outside.ts";

export type Flag = {
  readonly flags: string;
  readonly about: string;
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
    name: "down",
    args: "[name...]",
    about: "stop everything, or only what is named, and keep it stopped",
    flags: [DRY, { flags: "--now", about: "TERM and KILL at once instead of asking first" }],
    examples: ["agents down", "agents down builder --now"],
    code: async () => (await import("./down.ts")).down,
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
    name: "config",
    args: "[check|show|schema|help] [key]",
    about: "check the file, show what was understood of it, explain any key",
    flags: [JSON_FLAG],
    examples: ["agents config check", "agents config help stall_idle"],
    code: async () => (await import("./config.ts")).config,
  },
  {
    name: "backends",
    args: "[list|show|test] [backend]",
    about: "the programs that agents can be run by, and whether their screens are understood",
    flags: [JSON_FLAG],
    examples: ["agents backends", "agents backends show demo >> agents.toml"],
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
    flags: [],
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
