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
];
