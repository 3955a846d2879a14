// The fleet of the crash points: who is in it, what is pushed while it works, and a program without luck that
// boots, works a while for every text it takes, and leaves when it is told.

import type { RepoSeen } from "../core/types.ts";
import { SECOND } from "./chance.ts";
import { BACKENDS, fleetConfig, HOME } from "./fleet.ts";
import type { Time } from "./time.ts";
import type { Actor, Stage } from "./world.ts";

const RULE = "─".repeat(40);

const FLEET = `[defaults]
session_prefix = "c-"
log_dir = ".agents"
project_dir = "${HOME}"
watch = "heal"
[watchdog]
signal_interval = 30
${BACKENDS}
[[agent]]
name = "alone"
backend = "talker"
prompt = "work"
[[agent]]
name = "builder"
kind = "loop"
role = "builder"
backend = "talker"
[[agent]]
name = "adversary"
kind = "loop"
role = "adversary"
backend = "listener"
[[agent]]
name = "last"
backend = "talker"
prompt = "clean up"
enabled = false
[[service]]
name = "server"
command = "serve"
ready = { port = 4096 }
[loop]
phases = [
  { id = "p1", plan = "one.md", status = "STATUS-0.md" },
  { id = "p2", plan = "two.md", status = "STATUS-1.md" },
]
[loop.handoff]
state_subdir = ""
[loop.on_complete]
run = "last"
[[notify]]
to = "webhook"
name = "phone"
url = "https://phone.example"
`;

export const CONFIG = fleetConfig(FLEET);

/** What is pushed, and when; `done` says that the phase is done, which is seen in its status file. */
export const PUSHED = [
  { at: 70, sha: "a1".repeat(20), subject: "claim: step one" },
  { at: 100, sha: "b2".repeat(20), subject: "review: step one" },
  { at: 130, sha: "c3".repeat(20), subject: "phase one", done: "STATUS-0.md" },
  { at: 220, sha: "d4".repeat(20), subject: "claim: step two" },
  { at: 250, sha: "e5".repeat(20), subject: "review: step two" },
  { at: 280, sha: "f6".repeat(20), subject: "phase two", done: "STATUS-1.md" },
] as const;

export function actor(time: Time, stage: Stage, heard: (text: string) => void): Actor {
  const said: string[] = [];
  let draft = "";
  let truth: "booting" | "working" | "idle" = "booting";
  let since = time.steady();
  let wroteAt = since;
  const become = (next: typeof truth): void => {
    truth = next;
    since = wroteAt = time.steady();
  };
  const work = (): void => {
    become("working");
    time.plan(4 * SECOND, () => stage.on() && become("idle"));
  };
  time.plan(2 * SECOND, () => stage.on() && work());
  return {
    screen: () => {
      if (truth === "booting") return "Welcome.";
      const spinner = truth === "working" ? "✻ (esc to interrupt)\n" : "";
      const footer = truth === "idle" ? "\n? for shortcuts" : "";
      return `${said.slice(-6).join("\n")}\n${spinner}${RULE}\n> ${draft}\n${RULE}${footer}`;
    },
    title: () => "",
    truth: () => truth,
    since: () => since,
    wroteAt: () => (truth === "working" ? time.steady() : wroteAt),
    draft: () => (draft === "" ? null : { text: draft, by: "us" }),
    paste: (text) => {
      draft += text;
      wroteAt = time.steady();
    },
    press: (key) => {
      wroteAt = time.steady();
      if (key === "Enter" && draft !== "") {
        heard(draft);
        said.push(`> ${draft}`);
        draft = "";
        work();
      }
      if (key === "C-c") stage.exit({ code: 0, signal: null });
    },
    cpuMs: () => 0,
  };
}

export function seenOf(time: Time, base: string | null): RepoSeen {
  const known = PUSHED.filter(({ at }) => at * SECOND <= time.steady());
  const from = base === null ? known.length : known.findIndex(({ sha }) => sha === base) + 1;
  const done = new Set(known.flatMap((one) => ("done" in one ? [one.done as string] : [])));
  const statusOf = (file: string) => {
    const text = done.has(file) ? "## DONE\nbuilt and checked\n" : "# in progress\n";
    return [file, { text, hash: text }] as const;
  };
  return {
    head: known.at(-1)?.sha ?? null,
    commits: known.slice(from),
    lost: false,
    files: Object.fromEntries(["STATUS-0.md", "STATUS-1.md"].map(statusOf)),
  };
}
