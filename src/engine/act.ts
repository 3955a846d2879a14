// Actions become calls on the ports: begun and not awaited, one at a time for each target, their outcomes
// collected for a later look. It decides nothing: an action that no longer fits is refused by the port.

import { dirname } from "node:path";
import type { Setting } from "../core/case.ts";
import { dialogOf } from "../core/choices.ts";
import { questionRow } from "../core/dialog.ts";
import { membersOf } from "../core/member.ts";
import type { Action, Memory, Outcome, Survivor, Weight } from "../core/types.ts";
import { logOf } from "./log-path.ts";
import { environmentOf } from "./environment.ts";
import { keepEvidence } from "./evidence.ts";
import type { Disk } from "./disk.ts";
import { momentOf } from "./moment.ts";
import { job } from "./jobs.ts";
import { answer } from "./orders.ts";
import { layOut } from "./outbox.ts";
import type { Ports, Result, Terminal } from "./ports.ts";
import { tasksDir } from "./tasks.ts";
import { rescueFor, work } from "./work.ts";

export type Acting = {
  readonly setting: Setting;
  readonly memory: Memory;
  /** Screen texts by session, for evidence. */
  readonly screens: Readonly<Record<string, string>>;
};

export type Actor = {
  /** Begins them all and returns at once. */
  begin(actions: readonly Action[], acting: Acting): void;
  /** What came back since the last call. */
  outcomes(): readonly Outcome[];
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
};

type Done = {
  readonly left: readonly Survivor[];
  readonly weight: Weight | null;
  readonly told?: Readonly<Record<string, string>>;
};
const NOTHING: Done = { left: [], weight: null };
type Sweep = Extract<Action, { do: "sweep" }>;
type Start = Extract<Action, { do: "start" }>;
type Type = Extract<Action, { do: "type" }>;
type Press = Extract<Action, { do: "press" }>;

export function openActor(ports: Ports, disk: Disk): Actor {
  const chains = new Map<string, Promise<void>>();
  let arrived: Outcome[] = [];
  const one = async (action: Action, acting: Acting): Promise<void> => {
    // A throw is our mistake: told as the failure of this one action, it harms no other.
    const result = await perform(ports, disk, { action, acting }).catch(thrown);
    const { id, target } = action;
    const failure = result.ok ? "" : result.failure;
    const value = result.ok ? result.value : NOTHING;
    arrived.push({ id, target, ok: result.ok, failure, ...value });
    if (isAwaited(action, result.ok)) ports.clock.wake();
  };
  return {
    begin: (actions, acting) => {
      for (const action of actions) {
        const before = chains.get(action.target) ?? Promise.resolve();
        const next = before.then(() => one(action, acting));
        chains.set(action.target, next);
        void next.finally(() => {
          if (chains.get(action.target) === next) chains.delete(action.target);
        });
      }
    },
    outcomes: () => {
      const all = arrived;
      arrived = [];
      return all;
    },
    idle: async () => {
      while (chains.size > 0) await Promise.all(chains.values());
    },
  };
}

/**
 * Whether a decision waits for the outcome; the others are done when they are done. A file that could not
 * be written is written again at the next look, and a full disk must not make that look come at once.
 */
function isAwaited(action: Action, ok: boolean): boolean {
  if (action.do === "answer" || action.do === "write" || action.do === "notify") return ok;
  return action.do !== "note" && action.do !== "evidence";
}

type Deed = { readonly action: Action; readonly acting: Acting };

async function perform(ports: Ports, disk: Disk, { action, acting }: Deed): Promise<Result<Done>> {
  const { terminal } = ports;
  const { stateDir } = acting.setting.config;
  const moment = momentOf(action, acting);
  // Whether it could be kept changes nothing about what is done.
  if (moment !== null) keepEvidence({ disk, stateDir, secrets: [] }, moment.id, moment.details);
  switch (action.do) {
    case "start":
      return done(await start(ports, action, acting));
    case "sweep":
      if (action.signal !== null) await rescueFor(ports, action.target, acting);
      return sweep(ports, action);
    case "close":
      return done(await terminal.close(action.session, action.run));
    case "weigh":
      return weigh(ports, action.root);
    case "type":
      return done(await type(terminal, action, acting));
    case "press":
      return done(await press(terminal, action, acting));
    case "write":
      // Of a task's visit: what is written first makes its directory.
      if (action.text !== null && action.path.startsWith(`${tasksDir(stateDir)}/`))
        disk.mkdir(dirname(action.path));
      return done(ports.files.write(action.path, action.text));
    case "evidence": {
      const screen = acting.screens[action.session] ?? "";
      const kept = { because: action.because, target: action.target, screen, ...action.details };
      return done(keepEvidence({ disk, stateDir, secrets: [] }, action.id, kept));
    }
    case "answer":
      return done(answer({ disk, stateDir }, action.order, action));
    case "work": {
      const told = await work({ ports, disk }, action, acting);
      return told.ok ? { ok: true, value: { ...NOTHING, told: told.value } } : told;
    }
    case "job":
      return done(await job({ ports, disk }, action, acting.setting.config));
    case "notify": {
      const { config } = acting.setting;
      const sources = { env: ports.env, read: (path: string) => ports.files.read(path) };
      return done(layOut({ disk, stateDir }, action.notice, { config, sources }));
    }
    case "note":
      return { ok: true, value: NOTHING };
  }
}

function thrown(error: unknown): Result<Done> {
  return { ok: false, failure: `a bug of agents: ${String(error)}` };
}

function done(result: Result<unknown>): Result<Done> {
  return result.ok ? { ok: true, value: NOTHING } : result;
}

async function start(ports: Ports, action: Start, { setting }: Acting): Promise<Result<unknown>> {
  const { config, kickoffDir } = setting;
  const { launch } = action;
  const file = `kickoff-${action.session}.txt`;
  const written = ports.files.write(`${config.stateDir}/${file}`, launch.prompt);
  if (!written.ok) return written;
  const envText = launch.envFile === null ? "" : textOf(ports, launch.envFile);
  if (envText === null)
    return { ok: false, failure: `its env_file cannot be read: ${launch.envFile ?? ""}` };
  const identity = {
    name: action.target,
    run: action.run,
    config: config.path,
    kickoff: `${kickoffDir}/${file}`,
  };
  const env = environmentOf(ports.env, launch, { envText, identity });
  const { session, run } = action;
  const signals =
    launch.signals === null
      ? ({ ok: true, value: {} } as const)
      : await ports.signals.begin({ session, run, env, signals: launch.signals });
  if (!signals.ok) return signals;
  return ports.terminal.start({
    target: action.target,
    session: action.session,
    run: action.run,
    hash: launch.hash,
    argv: launch.argv,
    dir: launch.dir,
    env: { ...env, ...signals.value },
    log: logOf(config, action.session),
  });
}

/** Nothing is typed into a question that came up since the look: its screen is read once more at the last moment. */
async function type(terminal: Terminal, action: Type, acting: Acting): Promise<Result<unknown>> {
  const { session, run, text, target } = action;
  const { memory, setting, screens } = acting;
  const member = membersOf(setting.config, memory).find(({ name }) => name === target);
  if (member !== undefined) {
    const pane = memory.agents[target]?.run?.pane ?? "";
    const read = await terminal.capture([pane]);
    if (!read.ok) return read;
    const asks = (screen: string): string | null => questionRow(member.backend, screen);
    if (asks(read.value[pane] ?? "") !== asks(screens[session] ?? ""))
      return { ok: false, failure: "a question came up just before: nothing was typed" };
  }
  return terminal.type(session, run, text);
}

/** A key for a dialog is pressed only if the same one stands there, read once more at the last moment. */
async function press(terminal: Terminal, action: Press, acting: Acting): Promise<Result<unknown>> {
  const { session, run, keys, dialog } = action;
  const backend = dialog && acting.setting.config.backends[dialog.backend];
  if (dialog !== undefined && backend !== undefined) {
    const pane = acting.memory.agents[action.target]?.run?.pane ?? "";
    const read = await terminal.capture([pane]);
    if (!read.ok) return read;
    if (dialogOf(backend, read.value[pane] ?? "")?.id !== dialog.id)
      return { ok: false, failure: "the dialog changed just before the key: nothing was pressed" };
  }
  return terminal.press(session, run, keys);
}

function textOf(ports: Ports, path: string): string | null {
  const file = ports.files.read(path);
  return typeof file === "object" ? file.text : null;
}

function sweep(ports: Ports, action: Sweep): Result<Done> {
  const query = { run: action.run, root: action.root, spare: action.spare };
  const members = ports.processes.members(query);
  if (!members.ok) return members;
  if (action.signal !== null) ports.processes.signal(members.value, action.signal);
  return { ok: true, value: { ...NOTHING, left: members.value } };
}

function weigh(ports: Ports, root: number): Result<Done> {
  const weight = ports.processes.weigh(root);
  return weight.ok ? { ok: true, value: { ...NOTHING, weight: weight.value } } : weight;
}
