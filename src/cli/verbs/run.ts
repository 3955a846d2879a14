// What starts, stops and holds agents: the rows of these verbs.
// Nothing but text and doors; the code of a verb is in the file that its door opens.

import { DRY, JSON_FLAG, NOW, type Verb } from "./verb.ts";

export const run: readonly Verb[] = [
  {
    name: "up",
    args: "[name...]",
    about: "start the fleet and its watchdog, or only what is named",
    flags: [DRY],
    examples: ["agents up", "agents up builder"],
    code: async () => (await import("../up.ts")).up,
  },
  {
    name: "plan",
    args: "[name...]",
    about: "what `up` would start, what waits, and why",
    flags: [JSON_FLAG],
    examples: [
      "agents plan",
      "agents plan --json | jq -r '.plan[] | select(.does == \"start\").name'",
    ],
    code: async () => (await import("../plan.ts")).plan,
  },
  {
    name: "down",
    args: "[name...]",
    about: "stop everything, or only what is named, and keep it stopped",
    flags: [DRY, NOW],
    examples: ["agents down", "agents down builder --now"],
    code: async () => (await import("../down.ts")).down,
  },
  {
    name: "restart",
    args: "[name...]",
    about: "stop and start again all or what is named; lifts `parked`",
    flags: [DRY, NOW],
    examples: ["agents restart builder", "agents restart watchdog"],
    code: async () => (await import("../restart.ts")).restart,
  },
  {
    name: "pause",
    args: "[name...]",
    about: "leave agents alone: they go on, nothing is typed or restarted",
    flags: [],
    examples: ["agents pause builder", "agents pause"],
    code: async () => (await import("../pause.ts")).pause,
  },
  {
    name: "resume",
    args: "[name...]",
    about: "look after paused agents again",
    flags: [],
    examples: ["agents resume builder", "agents resume"],
    code: async () => (await import("../resume.ts")).resume,
  },
  {
    name: "hold",
    args: "[name...]",
    about: "pause until a time; a turn under way goes on to its end",
    flags: [{ flags: "--until <time>", about: "9am, 21:30, an ISO time, or 90m from now" }],
    examples: ["agents hold --until 9am", "agents hold builder --until 2h"],
    code: async () => (await import("../hold.ts")).hold,
  },
  {
    name: "release",
    args: "[name...]",
    about: "end a hold or a pause now",
    flags: [],
    examples: ["agents release", "agents release builder"],
    code: async () => (await import("../hold.ts")).release,
  },
];
