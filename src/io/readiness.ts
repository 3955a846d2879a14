// Is a service ready? Its port is called or its command is run, in the background and with a limit,
// while somebody waits for the answer. The engine reads what is known and is woken by news.

import { connect } from "node:net";
import type { Config, Ready, Service } from "../config/config.ts";
import type { Memory } from "../core/types.ts";
import { run } from "./exec.ts";

const ASK_MS = 300;
const LIMIT_MS = 2_000;

export type Readiness = {
  /** Names of services that said yes since they were started. */
  known(config: Config, memory: Memory): readonly string[];
  close(): void;
};

type Asking = { readonly id: string; readonly timer: NodeJS.Timeout };

export function openReadiness(env: Readonly<Record<string, string>>, ring: () => void): Readiness {
  const asking = new Map<string, Asking>();
  const ready = new Map<string, string>();
  const ask = async (service: Service, id: string): Promise<void> => {
    const yes = await answers(service, env);
    if (asking.get(service.name)?.id !== id) return;
    if (yes) {
      ready.set(service.name, id);
      stop(asking, service.name);
      ring();
    } else begin(service, id);
  };
  const begin = (service: Service, id: string): void => {
    const timer = setTimeout(() => void ask(service, id), ASK_MS);
    asking.set(service.name, { id, timer });
  };
  return {
    known: (config, memory) => {
      for (const service of config.services) {
        const one = memory.agents[service.name];
        const id = one?.run?.id ?? null;
        const waits = one?.life.is === "launching" && isAsked(service.ready) && id !== null;
        if (waits && asking.get(service.name)?.id !== id && ready.get(service.name) !== id)
          begin(service, id);
        if (!waits) stop(asking, service.name);
      }
      return [...ready].flatMap(([name, id]) =>
        memory.agents[name]?.run?.id === id ? [name] : [],
      );
    },
    close: () => {
      for (const name of asking.keys()) stop(asking, name);
    },
  };
}

function stop(asking: Map<string, Asking>, name: string): void {
  const one = asking.get(name);
  if (one !== undefined) clearTimeout(one.timer);
  asking.delete(name);
}

function isAsked(ready: Ready | null): boolean {
  return ready?.is === "port" || ready?.is === "command";
}

async function answers(service: Service, env: Readonly<Record<string, string>>): Promise<boolean> {
  const { ready } = service;
  if (ready?.is === "port") return hasListener(ready.port);
  if (ready?.is !== "command") return false;
  const ran = await run({
    argv: ["sh", "-c", ready.command],
    dir: service.dir,
    env,
    limitMs: LIMIT_MS,
  });
  return ran.ok && ran.value.code === 0;
}

function hasListener(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const end = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(LIMIT_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
