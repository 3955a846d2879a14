// What passes words between people and agents: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { JSON_FLAG, type Verb } from "./verb.ts";

export const talk: readonly Verb[] = [
  {
    name: "notify",
    args: "[list|test] [sink]",
    about: "who is told when something waits for a person; test it",
    flags: [JSON_FLAG],
    examples: ["agents notify", "agents notify test phone"],
    code: async () => (await import("../notify.ts")).notify,
  },
  {
    name: "attach",
    args: "<name>",
    about: "put this terminal into the agent's session",
    flags: [{ flags: "-r, --read-only", about: "look, and type nothing" }],
    examples: ["agents attach builder", "agents attach -r watchdog"],
    code: async () => (await import("../attach.ts")).attach,
  },
  {
    name: "send",
    args: "<name> <text...>",
    about: "type a message into an agent; returns when it was accepted",
    flags: [
      { flags: "--timeout <duration>", about: "how long it may take to be accepted (default 60s)" },
      { flags: "--no-wait", about: "leave it with the watchdog and print the order's id" },
      { flags: "--as-command", about: "typed as it is: it may be one of the program's commands" },
    ],
    examples: [
      'agents send builder "the tests of phase 2 are red on main"',
      "agents send builder - < note.md",
    ],
    code: async () => (await import("../send.ts")).send,
  },
  {
    name: "answer",
    args: "<name> [choice...]",
    about: "the choices of the dialog an agent stands at; press one",
    flags: [
      { flags: "--dialog <id>", about: "only if it is still this dialog, as a listing names it" },
      { flags: "--timeout <duration>", about: "how long it may take (default 30s)" },
      JSON_FLAG,
    ],
    examples: ["agents answer builder", "agents answer builder 2 --dialog 3fa2c1d0"],
    code: async () => (await import("../answer.ts")).answer,
  },
];
