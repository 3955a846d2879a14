// The way to one tmux server: finds it, starts it when asked to, and knows whether it is gone or only silent.
// It holds the command client and decides nothing about sessions. On a server that is not our own
// it sets no global option.

import type { Server } from "../core/types.ts";
import type { Processes } from "../engine/ports.ts";
import { openClient, type Client } from "./tmux-client.ts";
import { command } from "./tmux-quote.ts";
import { clientArgv, clientEnv, ownOptions } from "./tmux-settings.ts";

export type ServerSpec = {
  /** A name for `tmux -L`; "default" is the person's own server. */
  readonly socket: string;
  /** Ours alone: started without a configuration file, and its options are ours to set. */
  readonly own: boolean;
  /** Hex digits of the project: in hook slot, channel and marker. */
  readonly hex: string;
  readonly width: number;
  readonly height: number;
  readonly historyLimit: number;
  /** Where PATH, HOME and the like of the clients, and of a server that they start, are taken from. */
  readonly env: Readonly<Record<string, string>>;
  readonly processes: Pick<Processes, "started">;
  readonly steady: () => number;
  /** The server that Memory knows: its loss is told from silence even by a watchdog that just started. */
  readonly known?: () => Server | null;
};

export type Up = { readonly is: "up"; readonly server: Server; readonly client: Client };
export type Reached =
  | Up
  | { readonly is: "none" }
  | { readonly is: "failed"; readonly failure: string };

export type ServerLink = {
  /** `start`: a server is started where there is none. */
  readonly reach: (start: boolean) => Promise<Reached>;
  /** Another conversation with a server that is up. */
  readonly dial: (onNotice: (line: string) => void) => Client;
  readonly close: () => Promise<void>;
};

const CONNECT_MS = 5_000;
const RETRY_MS = { first: 250, most: 5_000 } as const;
const NO_SERVER =
  /^no server running on |^error connecting to .*\((No such file or directory|Connection refused)\)$/m;

export const openServerLink = (
  spec: ServerSpec,
  onNotice: (line: string) => void,
  /** Waited for before anybody else may ask this server anything. */
  welcome: (up: Up) => Promise<void>,
): ServerLink => {
  let up: Up | null = null;
  let known: Server | null = null;
  let opening: { readonly start: boolean; readonly reached: Promise<Reached> } | null = null;
  let failures = 0;
  let pause = { until: 0, because: "" };
  let closed = false;

  const attempt = async (start: boolean): Promise<Reached> => {
    let reached = await connect(spec, false, onNotice);
    if (reached.is === "none") reached = loss(spec, known ?? spec.known?.() ?? null);
    if (reached.is === "none" && start) reached = await connect(spec, true, onNotice);
    return reached;
  };

  const open = async (start: boolean): Promise<Reached> => {
    if (closed) return { is: "failed", failure: "The connection to tmux is closed." };
    if (spec.steady() < pause.until) return { is: "failed", failure: pause.because };
    const reached = await attempt(start);
    if (reached.is === "failed") {
      const pauseMs = Math.min(RETRY_MS.first * 2 ** failures++, RETRY_MS.most);
      pause = { until: spec.steady() + pauseMs, because: reached.failure };
      return reached;
    }
    failures = 0;
    known = reached.is === "up" ? reached.server : null;
    if (reached.is === "none") return reached;
    await welcome(reached);
    up = reached;
    void reached.client.over.then(() => {
      up = null;
      onNotice("%exit");
    });
    return reached;
  };

  const reach = async (start: boolean): Promise<Reached> => {
    if (up !== null) return up;
    if (opening === null) {
      const reached = open(start).finally(() => (opening = null));
      opening = { start, reached };
      return reached;
    }
    const { start: starting, reached } = opening;
    const answer = await reached;
    return answer.is === "none" && start && !starting ? reach(true) : answer;
  };

  return {
    reach,
    dial: (hear) =>
      openClient({ argv: clientArgv(spec, false), env: clientEnv(spec), onNotice: hear }),
    close: async () => {
      closed = true;
      await opening?.reached;
      await up?.client.close();
    },
  };
};

const connect = async (
  spec: ServerSpec,
  start: boolean,
  onNotice: (line: string) => void,
): Promise<Reached> => {
  const client = openClient({ argv: clientArgv(spec, start), env: clientEnv(spec), onNotice });
  const asked = [command("display-message -p", "#{pid}"), ...(spec.own ? ownOptions(spec) : [])];
  const answer = await client.ask(asked, CONNECT_MS);
  if (!answer.ok) {
    const { failure } = answer;
    return NO_SERVER.test(failure) ? { is: "none" } : { is: "failed", failure };
  }
  const pid = Number(answer.value[0]?.lines[0]);
  const started = spec.processes.started(pid);
  if (started.ok && started.value !== null) {
    return { is: "up", server: { pid, started: started.value }, client };
  }
  await client.close();
  return { is: "failed", failure: `The tmux server ${pid} could not be identified.` };
};

/** A socket that nobody answers on is an empty server only when the one we knew is really gone. */
const loss = (spec: ServerSpec, known: Server | null): Reached => {
  if (known === null) return { is: "none" };
  const started = spec.processes.started(known.pid);
  if (!started.ok) return { is: "failed", failure: started.failure };
  if (started.value !== known.started) return { is: "none" };
  // A cleaner of temporary directories took the socket; on this signal tmux makes it again.
  poke(known.pid, "SIGUSR1");
  return { is: "failed", failure: `The tmux server ${known.pid} lives, but its socket is gone.` };
};

/** A signal to a server that may have ended since it was looked at; the next look says so then. */
export const poke = (pid: number, signal: "SIGCHLD" | "SIGUSR1" | "SIGKILL"): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
};
