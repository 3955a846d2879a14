// What tries this machine, the file and the rules, without a fleet: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { JSON_FLAG, type Verb } from "./verb.ts";

export const trust: readonly Verb[] = [
  {
    name: "backends",
    args: "[list|show|test|record] [name]",
    about: "the programs known, and whether their screens are understood",
    flags: [JSON_FLAG],
    examples: ["agents backends show demo >> agents.toml", "agents backends record builder"],
    code: async () => (await import("../backends.ts")).backends,
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
    code: async () => (await import("../explain.ts")).explain,
  },
  {
    name: "replay",
    args: "<file>",
    about: "make recorded decisions again, offline, and compare them",
    flags: [JSON_FLAG],
    examples: [
      "AGENTS_RECORD=night.jsonl agents up; agents replay night.jsonl",
      "agents replay night.jsonl --config agents.toml",
    ],
    code: async () => (await import("../replay.ts")).replay,
  },
  {
    name: "doctor",
    args: "",
    about: "what could keep a fleet from running well, and what to do",
    flags: [JSON_FLAG],
    examples: ["agents doctor", "agents doctor --json | jq '.checks[] | select(.state != \"ok\")'"],
    code: async () => (await import("../doctor.ts")).doctor,
  },
  {
    name: "selftest",
    args: "",
    about: "prove that the program works here; needs no configuration",
    flags: [JSON_FLAG],
    examples: ["agents selftest", "agents selftest --json"],
    code: async () => (await import("../selftest.ts")).selftest,
  },
  {
    name: "rehearse",
    args: "",
    about: "a night with your file in a false world, within seconds",
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
    code: async () => (await import("../rehearse.ts")).rehearse,
  },
];
