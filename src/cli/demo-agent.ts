// A false coding agent: draws a small terminal UI, takes typed and pasted lines, works through its part in
// turns. It needs no key and no network, and it knows nothing of the supervisor: `agents demo-agent FILE`
// is a program like any other, read from outside by the `demo` backend's patterns.

import { readFileSync } from "node:fs";
import { keyboard } from "./demo-keys.ts";
import type { Keyboard } from "./demo-keys.ts";
import { partOf, turn } from "./demo-part.ts";
import type { Act } from "./demo-part.ts";
import { repoAt } from "./demo-repo.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

export type DemoPlace = {
  readonly kickoff: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Aborted when somebody ends it from outside. */
  readonly stop: AbortSignal;
};

/** The verb: `agents demo-agent KICKOFF_FILE`. */
export const demo = async ({ outside, args: [kickoff] }: Call): Promise<ExitCode> => {
  if (kickoff === undefined)
    throw new Refusal(2, "demo-agent needs the file with its first prompt");
  const { cwd: dir, env, stop } = outside;
  return demoAgent({ kickoff, dir, env, stop, stdin: process.stdin, stdout: process.stdout });
};

/** Works until it is asked to leave or crashes; answers its exit code. */
export const demoAgent = async (place: DemoPlace): Promise<0 | 1> => {
  const name = place.env["AGENTS_NAME"] ?? "demo";
  const kickoff = readFileSync(place.kickoff, "utf8");
  const part = partOf(place.env["AGENTS_ROLE"] ?? name, kickoff);
  const repo = repoAt(place.dir, name);
  const terminal = terminalOn(place.stdout);
  const keys = keyboard(place, (typed) => terminal.typed(typed));
  terminal.print(`demo agent ${name} · ${part.phase === "" ? "no phase" : `phase ${part.phase}`}`);
  try {
    for (;;) {
      for (const act of turn(part, repo)) {
        if (act.do === "crash") {
          terminal.print("fatal: the demo agent crashes here, once");
          return 1;
        }
        if (!(await play(act, terminal, keys))) return 0;
      }
      if (part.role !== "other") terminal.print(`WAITING-UNTIL: ${later(WAIT_MS)}`);
      if (!(await hear(terminal, keys))) return 0;
    }
  } finally {
    keys.close();
    terminal.close();
  }
};

const SECOND = 1000;
const FRAME_MS = 250;
const WAIT_MS = 120 * SECOND;
const SPINNER = ["✻", "✽", "✶", "✳"];

const later = (ms: number): string =>
  new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, "Z");

/** False when it was asked to leave meanwhile. */
const play = async (act: Act, terminal: Terminal, keys: Keyboard): Promise<boolean> => {
  switch (act.do) {
    case "say":
      terminal.print(`● ${act.text}`);
      return true;
    case "work":
      return work(act.seconds, terminal, keys);
    case "limit":
      return limit(act.seconds, terminal, keys);
    case "stall":
      return hear(terminal, keys);
    case "crash":
      return false;
  }
};

const work = async (seconds: number, terminal: Terminal, keys: Keyboard): Promise<boolean> => {
  const begun = Date.now();
  for (let frame = 0; Date.now() - begun < seconds * SECOND; frame += 1) {
    const passed = Math.floor((Date.now() - begun) / SECOND);
    terminal.footer(`${SPINNER[frame % SPINNER.length]} Working… (${passed}s · esc to interrupt)`);
    if (!(await keys.pause(FRAME_MS))) return false;
  }
  terminal.footer(null);
  return true;
};

const limit = async (seconds: number, terminal: Terminal, keys: Keyboard): Promise<boolean> => {
  const over = Date.now() + seconds * SECOND;
  for (let left = seconds; left > 0; left = Math.ceil((over - Date.now()) / SECOND)) {
    terminal.print(`usage limit reached · resets in ${left}s`);
    if (!(await hear(terminal, keys))) return false;
  }
  return true;
};

const hear = async (terminal: Terminal, keys: Keyboard): Promise<boolean> => {
  const line = await keys.line();
  if (line !== null) terminal.print(`> ${line}`);
  return line !== null;
};

type Terminal = {
  /** A line that stays. */
  print(line: string): void;
  /** What stands above the input line while it works. */
  footer(working: string | null): void;
  typed(text: string): void;
  close(): void;
};

/** The last rows are drawn anew each time: what it does, the input line, a word of help. */
const terminalOn = (stdout: NodeJS.WriteStream): Terminal => {
  let working: string | null = null;
  let input = "";
  let drawn = 0;
  const draw = (line: string | null): void => {
    const room = (stdout.columns ?? 80) - 3;
    const rows = [working, `> ${input.slice(-room)}`, working === null ? "  ? for help" : null];
    const footer = rows.filter((row) => row !== null);
    const erase = drawn === 0 ? "" : `\r${drawn > 1 ? `\u001B[${drawn - 1}A` : ""}\u001B[J`;
    stdout.write(`${erase}${line === null ? "" : `${line}\r\n`}${footer.join("\r\n")}`);
    drawn = footer.length;
  };
  stdout.write("\u001B[?2004h");
  return {
    print: (line) => draw(line),
    footer: (text) => {
      working = text;
      draw(null);
    },
    typed: (text) => {
      input = text;
      draw(null);
    },
    close: () => stdout.write("\u001B[?2004l\r\n"),
  };
};
