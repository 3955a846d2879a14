// What shows a fleet and changes nothing: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { JSON_FLAG, type Verb } from "./verb.ts";

export const look: readonly Verb[] = [
  {
    name: "status",
    args: "",
    about: "one table: who runs, what it does, and why",
    flags: [JSON_FLAG, { flags: "--watch", about: "again every second" }],
    examples: ["agents status", "agents status --json | jq '.agents[] | {name, life}'"],
    code: async () => (await import("../status.ts")).status,
  },
  {
    name: "top",
    args: "",
    about: "the fleet live on the whole screen, with keys to act on it",
    flags: [
      { flags: "--plain", about: "what changes, in sentences: for screen readers and pipes" },
    ],
    examples: ["agents top", "agents top --plain"],
    code: async () => (await import("../top/top.ts")).top,
  },
  {
    name: "why",
    args: "<name>",
    about: "what was seen of an agent, what was decided, what it awaits",
    flags: [
      JSON_FLAG,
      { flags: "--at <time>", about: "as it was then: 03:12, an ISO time, or 2h ago as `2h`" },
      {
        flags: "--last <what>",
        about: "its last restart, hold, ping or phase, and what led to it",
      },
    ],
    examples: ["agents why builder --at 03:12", "agents why builder --last restart"],
    code: async () => (await import("../why.ts")).why,
  },
  {
    name: "logs",
    args: "<name...>",
    about: "what agents printed, as text; on a terminal without -n, live",
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
    code: async () => (await import("../logs.ts")).logs,
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
    code: async () => (await import("../events.ts")).events,
  },
  {
    name: "cost",
    args: "",
    about: "what agents used: turns, tokens, and dollars where they are known",
    flags: [
      { flags: "--by <what>", about: "agent, task, model or day (default agent)" },
      { flags: "--since <when>", about: "from that day on: 7d, or 2026-11-01 (default: all)" },
      JSON_FLAG,
    ],
    examples: ["agents cost --since 7d", "agents cost --by model --json"],
    code: async () => (await import("../cost.ts")).cost,
  },
  {
    name: "wait",
    args: "<name...>",
    about: "return when all are idle, done or up; fail when one cannot be",
    flags: [
      { flags: "--for <state>", about: "idle, done or up (default idle)" },
      { flags: "--timeout <duration>", about: "give up after this long (default 10m)" },
      JSON_FLAG,
    ],
    examples: ["agents wait builder --for idle --timeout 30m", "agents wait migration --for done"],
    code: async () => (await import("../wait.ts")).wait,
  },
];
