// An agent or a service as the life table sees it: something in a session that should live or not.
// A service is an agent without a backend: no screen rules, no prompt, nobody to talk to.

import type { Agent, Backend, Config, Keys, Ready, Restart, Service } from "../config/config.ts";
import { remembering } from "./remembering.ts";
import { taskAgents } from "./task-agents.ts";
import type { Memory } from "./types.ts";

export type Member = {
  readonly name: string;
  readonly kind: Agent["kind"] | "service";
  readonly session: string;
  readonly dir: string;
  readonly enabled: boolean;
  readonly watch: Agent["watch"];
  readonly restart: Restart;
  readonly nudges: number;
  readonly spare: readonly string[];
  readonly needs: readonly string[];
  readonly account: string | null;
  readonly agent: Agent | null;
  readonly service: Service | null;
  readonly backend: Backend;
};

const NO_KEYS: Keys = { submit: "Enter", exit: [], dismiss: [], decline: "" };

/** Services first: that is also the order in which they start. The same objects for the same config and steps. */
export function membersOf(config: Config, memory: Pick<Memory, "tasks"> = {}): readonly Member[] {
  const steps = taskAgents(config, memory);
  return members(config, steps, () => [
    ...config.services.map(fromService),
    ...[...config.agents, ...steps].flatMap((agent) => {
      const backend = config.backends[agent.backend];
      return backend === undefined ? [] : [fromAgent(agent, backend)];
    }),
  ]);
}

const members = remembering<readonly Member[]>(() => true);

function fromAgent(agent: Agent, backend: Backend): Member {
  const { name, kind, session, dir, enabled, watch, restart, nudges, spare, needs, account } =
    agent;
  return {
    name,
    kind,
    session,
    dir,
    enabled,
    watch,
    restart,
    nudges,
    spare,
    needs,
    account,
    agent,
    service: null,
    backend,
  };
}

function fromService(service: Service): Member {
  const { name, session, dir, restart, spare } = service;
  return {
    name,
    session,
    dir,
    restart,
    spare,
    kind: "service",
    enabled: true,
    watch: "heal",
    nudges: 0,
    needs: [],
    account: null,
    agent: null,
    service,
    backend: commandBackend(service.ready),
  };
}

const NO_FAILURES = { auth: [], credit: [], model: [], overloaded: [], context: [], fatal: [] };

/** How long a service may take to say that it is ready before the agents stop waiting for it. */
export const SERVICE_READY_MS = 60_000;

export function commandBackend(ready: Ready | null): Backend {
  return {
    name: "-",
    bin: "",
    delivery: "exec",
    processName: null,
    screen: { busy: [], idle: [], asking: [], limited: [], failed: NO_FAILURES, prompt: null },
    title: { busy: [], idle: [], asking: [] },
    signals: [],
    keys: NO_KEYS,
    typed: { signs: "", before: "", after: "" },
    ready: ready?.is === "pattern" ? ready.rule : null,
    input: null,
    footerUi: false,
    logGraceMs: 0,
    stallIdleMs: 0,
    flags: "",
    promptFlag: "",
    modelFlag: "",
    supportsResume: false,
    resumeFlag: "",
    sessionFlag: null,
    resume: false,
    remoteControl: false,
    remoteControlFlag: "",
    readOnly: [],
    preamble: "",
    attach: "",
    server: "",
    modelEnv: false,
    connectDelayMs: SERVICE_READY_MS,
    transcript: null,
    doctor: null,
  };
}
