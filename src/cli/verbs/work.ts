// What moves loops and tasks on: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { DRY, JSON_FLAG, type Verb } from "./verb.ts";

export const work: readonly Verb[] = [
  {
    name: "phase",
    args: "[show|next|set] [phase]",
    about: "where the loops stand, or move one on: by id, or index from 0",
    flags: [{ flags: "--loop <name>", about: "which loop, where there are several" }, JSON_FLAG],
    examples: ["agents phase", "agents phase set p2"],
    code: async () => (await import("../phase.ts")).phase,
  },
  {
    name: "task",
    args: "[list|add|import|show|logs|diff|artifacts|approve|reject|retry|cancel|close|wait] [words...]",
    about: "a queue of work that ends: planned, done, checked, merged",
    flags: [
      { flags: "--body <text>", about: "of add: what is to be done, in full; - reads stdin" },
      { flags: "--id <id>", about: "of add: its name (default: made from the title)" },
      { flags: "--label <label>", about: "of add: a label; may be given again", many: true },
      { flags: "--after <id>", about: "of add: begin when that one is done", many: true },
      { flags: "--files <glob>", about: "of add: what it will change, as src/**", many: true },
      { flags: "--model <model>", about: "of add: the model of all its steps" },
      { flags: "--pipeline <name>", about: "of add: the steps it goes through" },
      { flags: "--complexity <word>", about: "of add: how hard it is, as [route] has it" },
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
    code: async () => (await import("../task.ts")).task,
  },
  {
    name: "job",
    args: "[list|run|pause|resume] [name...]",
    about: "what the clock begins: when, what came of it; run one now",
    flags: [JSON_FLAG],
    examples: ["agents job", "agents job run nightly && agents why nightly"],
    code: async () => (await import("../job.ts")).job,
  },
  {
    name: "merge",
    args: "[list|now|skip|order] [tasks...]",
    about: "which finished tasks land now, next and last; say which",
    flags: [DRY, JSON_FLAG],
    examples: ["agents merge list --json | jq '.queue[0]'", "agents merge order fix-login docs"],
    code: async () => (await import("../merge.ts")).merge,
  },
  {
    name: "report",
    args: "<approve|changes|stuck|done>",
    about: "from inside a task's agent: its step is over, and how",
    flags: [{ flags: "--file <file>", about: "the report; - reads stdin" }, JSON_FLAG],
    examples: ["agents report done", "agents report changes --file review.md"],
    code: async () => (await import("../report.ts")).report,
  },
];
