// What writes and explains agents.toml: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { DRY, JSON_FLAG, type Verb } from "./verb.ts";

export const file: readonly Verb[] = [
  {
    name: "init",
    args: "[dir]",
    about: "write a first agents.toml and prompts; overwrites nothing",
    flags: [{ flags: "--demo", about: "the example fleet, which needs no account" }],
    examples: ["agents init", "agents init try-it --demo"],
    code: async () => (await import("../init.ts")).init,
  },
  {
    name: "config",
    args: "[check|show|schema|help] [key]",
    about: "check the file, show how it was understood, explain any key",
    flags: [JSON_FLAG],
    examples: ["agents config check", "agents config help stall_idle"],
    code: async () => (await import("../config.ts")).config,
  },
  {
    name: "set",
    args: "<key> [value...]",
    about: "change one key of agents.toml and nothing else in it",
    flags: [DRY, { flags: "--unset", about: "take the key away" }],
    examples: ["agents set builder.model opus", "agents set watchdog.signal_interval 15s"],
    code: async () => (await import("../set.ts")).set,
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
    code: async () => (await import("../add.ts")).add,
  },
  {
    name: "adopt",
    args: "<session>",
    about: "take in a session started by hand on the fleet's tmux server",
    flags: [
      DRY,
      { flags: "--name <name>", about: "what it is called (default: as the session)" },
      {
        flags: "--backend <backend>",
        about: "the program that runs in it, where that is not plain",
      },
    ],
    examples: ["agents adopt scratch", "agents adopt scratch --name docs --dry-run"],
    code: async () => (await import("../adopt.ts")).adopt,
  },
  {
    name: "enable",
    args: "<name...>",
    about: "let an agent run with the fleet (in agents.toml)",
    flags: [DRY],
    examples: ["agents enable docs", "agents enable docs tests --dry-run"],
    code: async () => (await import("../enable.ts")).enable,
  },
  {
    name: "disable",
    args: "<name...>",
    about: "keep an agent out of the fleet; stops nothing that runs",
    flags: [DRY],
    examples: ["agents disable docs", "agents disable docs && agents down docs"],
    code: async () => (await import("../enable.ts")).disable,
  },
  {
    name: "rm",
    args: "<name...>",
    about: "take agents or services that do not run out of agents.toml",
    flags: [DRY],
    examples: ["agents rm docs", "agents down docs && agents rm docs"],
    code: async () => (await import("../rm.ts")).rm,
  },
  {
    name: "edit",
    args: "",
    about: "agents.toml in $VISUAL or $EDITOR; counts only if it is right",
    flags: [],
    examples: ["agents edit", "EDITOR=nano agents edit"],
    code: async () => (await import("../edit.ts")).edit,
  },
];
