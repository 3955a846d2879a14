// One control-mode client: a live conversation with a tmux server, commands in, reply blocks out.
// Any number of requests may be in flight, each with a time limit; a late server loses the client.
// It never reconnects: when it ends, every open request fails, and tmux-server.ts makes a new one.

import { spawn } from "node:child_process";
import type { Result } from "../engine/ports.ts";
import { openParser, type Block, type TmuxEvent } from "./tmux-protocol.ts";
import { openRequests } from "./tmux-requests.ts";

export type Client = {
  readonly pid: number | null;
  /** The blocks that these command lines gave, in order. Limit null: waits as long as the client lives. */
  readonly ask: (
    lines: readonly string[],
    limitMs?: number | null,
  ) => Promise<Result<readonly Block[]>>;
  /** Resolves when the client has ended, with what it said last. */
  readonly over: Promise<string>;
  readonly close: () => Promise<void>;
};

export type ClientSpec = {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly onNotice: (line: string) => void;
};

const REQUEST_MS = 10_000;
/** How long an ended client's last words are waited for. */
const LAST_WORDS_MS = 100;

export const openClient = (spec: ClientSpec): Client => {
  const [file, ...args] = spec.argv;
  // Detached: a Ctrl-C meant for `agents` must not reach the conversation.
  const child = spawn(file, args, { env: spec.env, stdio: "pipe", detached: true });
  const parse = openParser();
  let stderr = "";
  let ended: string | null = null;
  let tell: (why: string) => void = () => undefined;
  const over = new Promise<string>((resolve) => (tell = resolve));

  const end = (why: string): void => {
    if (ended !== null) return;
    ended = why;
    requests.failAll(why);
    child.kill("SIGKILL");
    // A stopped server holds the other ends for as long as it is stopped; ours are closed now.
    child.stdin.destroy();
    child.stdout.destroy();
    tell(why);
  };
  const requests = openRequests(end);
  const receive = (event: TmuxEvent): void =>
    event.is === "notice" ? spec.onNotice(event.line) : requests.receive(event.block);

  child.stdout.on("data", (bytes: Buffer) => parse(bytes).forEach(receive));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString("utf8")));
  child.stdin.on("error", () => undefined);
  child.on("error", (error) => end(`tmux could not be run: ${error.message}`));
  const exited = new Promise<void>((resolve) => child.once("close", resolve).once("exit", resolve));
  child.on("exit", () => {
    const close = (): void => end(stderr.trim() || "The tmux client ended.");
    child.stderr.once("end", close);
    setTimeout(close, LAST_WORDS_MS);
  });

  return {
    pid: child.pid ?? null,
    over,
    ask: async (lines, limitMs = REQUEST_MS) => {
      if (ended !== null) return { ok: false, failure: ended };
      const { text, reply } = requests.add(lines, limitMs);
      child.stdin.write(text);
      return reply;
    },
    close: async () => {
      end("The connection to tmux was closed.");
      if (child.pid !== undefined) await exited;
    },
  };
};
