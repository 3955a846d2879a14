// A program in a real terminal: a private tmux server of a lab, keys typed into it, its screen read, and how
// long it takes to answer a key. Used by end-to-end tests and figures; what it starts, it ends.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "./lab.ts";

export type Terminal = { readonly columns: number; readonly rows: number };

export type Driven = {
  /** As text, and with its colours. */
  readonly screen: () => string;
  readonly painted: () => string;
  readonly keys: (...names: readonly string[]) => void;
  readonly text: (words: string) => void;
  readonly resize: (terminal: Terminal) => void;
  readonly until: (
    what: string,
    is: (screen: string) => boolean,
    limitMs?: number,
  ) => Promise<string>;
  /** What tmux says of the pane, as `#{alternate_on}`. */
  readonly says: (format: string) => string;
  /** The program that the shell in it runs. */
  readonly pid: () => number;
  /** Milliseconds from each key to the first output after it; two keys, so that each of them changes the screen. */
  readonly latencies: (
    keys: readonly [string, string],
    count: number,
  ) => Promise<readonly number[]>;
  readonly close: () => void;
};

/** A server that ends and one that begins on the same socket would meet. */
let opened = 0;
const LIMIT_MS = 20_000;
const BETWEEN_KEYS_MS = 70;

/** A shell of `sh` in which `command` is typed. */
export function drive(lab: Lab, { columns, rows }: Terminal, command: string): Driven {
  const env = { ...lab.env, TERM: "xterm-256color" };
  opened += 1;
  const socket = `driven-${opened}`;
  const tmux = (...words: readonly string[]): string =>
    execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...words], { env, encoding: "utf8" });
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("new-session", "-d", "-s", "x", ...size, "-c", lab.dir, "PS1='$ ' exec sh -i");
  const driven: Driven = {
    screen: () => tmux("capture-pane", "-p", "-t", "=x:"),
    painted: () => tmux("capture-pane", "-p", "-e", "-t", "=x:"),
    keys: (...names) => void tmux("send-keys", "-t", "=x:", ...names),
    text: (words) => void tmux("send-keys", "-l", "-t", "=x:", words),
    resize: (to) =>
      void tmux("resize-window", "-t", "=x:", "-x", String(to.columns), "-y", String(to.rows)),
    until: async (what, is, limitMs = LIMIT_MS) => {
      const end = performance.now() + limitMs;
      let screen = driven.screen();
      while (!is(screen)) {
        if (performance.now() > end) throw new Error(`never so: ${what}\n${screen}`);
        await sleep(30);
        screen = driven.screen();
      }
      return screen;
    },
    says: (format) => tmux("display-message", "-p", "-t", "=x:", format).trim(),
    pid: () => {
      const shell = driven.says("#{pane_pid}");
      const children = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8");
      return Number(children.trim().split(" ").at(-1));
    },
    latencies: (keys, count) => latencies({ socket, env }, keys, count),
    close: () => void tmux("kill-server"),
  };
  driven.text(command);
  driven.keys("Enter");
  return driven;
}

/** Through one control client, so that no process is started between a key and its answer. */
async function latencies(
  { socket, env }: { readonly socket: string; readonly env: Readonly<Record<string, string>> },
  keys: readonly [string, string],
  count: number,
): Promise<readonly number[]> {
  const argv = ["-L", socket, "-C", "attach-session", "-f", "ignore-size", "-t", "=x:"];
  const client = spawn("tmux", argv, { env, stdio: ["pipe", "pipe", "ignore"] });
  let heard: () => void = () => undefined;
  client.stdout.on("data", (bytes) => {
    if (String(bytes).includes("%output")) heard();
  });
  const taken: number[] = [];
  await sleep(500);
  for (let round = 0; round < count; round += 1) {
    // Past what it writes by itself just now.
    await sleep(BETWEEN_KEYS_MS);
    const answered = new Promise<number>((resolve) => (heard = () => resolve(performance.now())));
    const begun = performance.now();
    client.stdin.write(`send-keys -t =x: ${keys[round % 2]}\n`);
    taken.push((await answered) - begun);
  }
  client.stdin.end();
  return taken;
}

/** Share of one core that a process takes over so many seconds, itself alone. */
export async function coreShare(pid: number, seconds: number): Promise<number> {
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await sleep(seconds * 1000);
  // The kernel counts hundredths of a second.
  return (ticks() - before) / 100 / seconds;
}
