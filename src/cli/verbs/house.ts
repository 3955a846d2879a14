// What joins the program to the shell and the system: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import type { Verb } from "./verb.ts";

export const house: readonly Verb[] = [
  {
    name: "service",
    args: "[install|uninstall|status|print|run]",
    about: "let the system start the watchdog, after a reboot too",
    flags: [],
    examples: ["agents service install", "agents service print"],
    code: async () => (await import("../service.ts")).service,
  },
  {
    name: "completion",
    args: "<bash|zsh|fish>",
    about: "a script that lets your shell complete verbs, flags and names",
    flags: [],
    examples: ['eval "$(agents completion bash)"', "agents completion fish | source"],
    code: async () => (await import("../completion.ts")).completion,
  },
  {
    name: "watchdog",
    args: "",
    about: "the engine in the foreground; `up` runs it in a session",
    flags: [
      { flags: "--record <file>", about: "keep what each decision is made from, for `replay`" },
    ],
    examples: ["agents watchdog", "agents watchdog --config fleet/agents.toml"],
    code: async () => (await import("../watchdog.ts")).watchdog,
  },
  {
    name: "demo-agent",
    args: "<kickoff>",
    about: "a false coding agent that needs no key: what the demo backend runs",
    flags: [],
    examples: ["agents demo-agent kickoff.md", "agents demo-agent /dev/null"],
    code: async () => (await import("../demo-agent.ts")).demo,
    hidden: true,
  },
  {
    name: "__complete",
    args: "<names>",
    about: "the names that a shell may offer",
    flags: [],
    examples: ["agents __complete names", "agents __complete names --config fleet/agents.toml"],
    code: async () => (await import("../complete.ts")).complete,
    hidden: true,
  },
];
