// Faults that harm nobody and must cost nothing: a configuration file in every bad state, floods, sessions renamed,
// copy mode, people at the keyboard, dialogs.

import { spawn } from "node:child_process";
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { anyone, doze, ofKind, type Arena, type Done, type Fault } from "./arena.ts";
import { killAgent } from "./kills.ts";
import { sendTo } from "./people.ts";
import { pause } from "./witness.ts";

const NOBODY: Done = { harmed: [] };
/** A file is written over about this long when it is written byte by byte. */
const WRITING_MS = 3_000;

/** The file is as it was again, whatever happens meanwhile. */
const withConfig =
  (spoil: (path: string, text: string, arena: Arena) => Promise<void> | void): Fault["strike"] =>
  async (arena) => {
    const { config } = arena.fleet;
    const text = readFileSync(config, "utf8");
    try {
      await spoil(config, text, arena);
      const done = arena.luck.hit(0.3) ? await killAgent(arena) : NOBODY;
      await doze(arena, 200, 4_000);
      return done;
    } finally {
      rmSync(config, { force: true, recursive: true });
      writeFileSync(config, text);
    }
  };

const CONFIGS: readonly Fault[] = [
  {
    kind: "config written byte by byte",
    strike: withConfig(async (path, text) => {
      const step = Math.ceil(text.length / (WRITING_MS / 2));
      for (let end = 0; end <= text.length; end += step) {
        writeFileSync(path, text.slice(0, end));
        await pause(1);
      }
      writeFileSync(path, text);
    }),
  },
  {
    kind: "config broken",
    strike: withConfig((path, text, { luck }) => {
      const at = luck.between(0, text.length);
      const junk = luck.pick(["[", '"', "= = =", "\u0000", "[[agent]]\nname = 7\n", "]]\n"]);
      writeFileSync(path, text.slice(0, at) + junk + text.slice(at + luck.between(0, 40)));
    }),
  },
  { kind: "config empty", strike: withConfig((path) => writeFileSync(path, "")) },
  { kind: "config gone", strike: withConfig((path) => rmSync(path)) },
  {
    kind: "config touched",
    strike: async (arena) => {
      for (let count = 0; count < 20; count += 1) {
        utimesSync(arena.fleet.config, new Date(), new Date());
        await doze(arena, 5, 100);
      }
      return NOBODY;
    },
  },
];

const flood = (what: string): Fault => ({
  kind: `pane flooded with ${what}`,
  strike: async (arena) => {
    const name = ofKind(arena, "tui", "plain", "family") ?? anyone(arena);
    arena.witness.handoff.crashed();
    arena.fleet.tell(name, `flood 1000 ${what}`);
    await doze(arena, 1_000, 2_000);
    return NOBODY;
  },
});

/** A person attaches through a terminal of their own, and leaves by closing it. */
async function attached(
  { fleet }: Arena,
  name: string,
  sit: (type: (keys: string) => void) => Promise<void>,
): Promise<void> {
  const attach = `tmux -L ${fleet.lab.socket} attach -t =${fleet.session(name)}:`;
  const child = spawn("script", ["-qfc", attach, "/dev/null"], {
    env: { ...fleet.lab.env, TERM: "xterm" },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    await pause(400);
    await sit((keys) => child.stdin.write(keys));
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

let people = 0;

const PEOPLE: readonly Fault[] = [
  {
    kind: "a person types",
    unfit: (arena) => (ofKind(arena, "tui") === null ? "no input line runs" : null),
    strike: async (arena) => {
      const name = ofKind(arena, "tui") ?? "";
      people += 1;
      const words = `person ${people} thinks aloud`;
      await attached(arena, name, async (type) => {
        for (const key of words) {
          type(key);
          await pause(arena.luck.between(5, 120));
        }
        await arena.witness.handoff.push(name === "builder" ? "review" : "claim");
        await doze(arena, 500, 4_000);
        type(arena.luck.hit(0.5) ? "\r" : "\u0015");
        await doze(arena, 200, 500);
      });
      return NOBODY;
    },
  },
  {
    kind: "copy mode entered",
    strike: async (arena) => {
      const { fleet, witness, luck } = arena;
      const name = anyone(arena);
      const pane = `=${fleet.session(name)}:`;
      await fleet.tmux("copy-mode", "-t", pane);
      await witness.handoff.push(luck.pick(["claim", "review"]));
      await doze(arena, 1_000, 5_000);
      await fleet.tmux("send-keys", "-t", pane, "-X", "cancel");
      return NOBODY;
    },
  },
  {
    kind: "dialog open while words come",
    unfit: (arena) => (ofKind(arena, "tui") === null ? "no input line runs" : null),
    strike: async (arena) => {
      const { fleet, witness, luck } = arena;
      const name = ofKind(arena, "tui") ?? "";
      fleet.tell(name, `dialog ${luck.between(3_000, 8_000)}`);
      witness.checked("dialog");
      await pause(1_500);
      await witness.handoff.push(name === "builder" ? "review" : "claim");
      await sendTo(arena, name);
      return NOBODY;
    },
  },
  {
    kind: "session renamed",
    strike: async (arena) => {
      const { fleet } = arena;
      const name = anyone(arena);
      await fleet.tmux("rename-session", "-t", `=${fleet.session(name)}`, `mine-${name}`);
      await doze(arena, 200, 2_000);
      const done = arena.luck.hit(0.5) ? await killAgent(arena, name) : NOBODY;
      await doze(arena, 1_000, 4_000);
      await fleet.tmux("rename-session", "-t", `=mine-${name}`, fleet.session(name));
      return done;
    },
  },
  {
    kind: "agents work for a while",
    strike: async (arena) => {
      arena.fleet.names.forEach((name) => arena.fleet.tell(name, "work 4000"));
      arena.fleet.tell(anyone(arena), "print 40");
      await arena.witness.handoff.push(arena.luck.pick(["claim", "review"]));
      await doze(arena, 2_000, 5_000);
      return NOBODY;
    },
  },
];

export const MEDDLING: readonly Fault[] = [
  ...CONFIGS,
  ...["text", "binary", "escapes"].map(flood),
  ...PEOPLE,
];
