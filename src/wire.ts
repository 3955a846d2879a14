// The real world, put together for the verbs: this machine's files, tmux, git, processes and lock of one
// fleet. Loaded when a verb needs it; besides main.ts the only place that imports io.

import { mkdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Config } from "./config/config.ts";
import type { Setting } from "./core/case.ts";
import type { Memory, Server } from "./core/types.ts";
import { quoted } from "./core/words.ts";
import { logOf } from "./engine/log-path.ts";
import { makeOrders, ordersDir } from "./engine/orders.ts";
import type { Carrier } from "./engine/outbox.ts";
import type { Ports, Result, Workshop } from "./engine/ports.ts";
import { run, type Current } from "./engine/run.ts";
import { openStore } from "./engine/store.ts";
import { makeTasks, tasksDir } from "./engine/tasks.ts";
import type { Voice } from "./engine/telling.ts";
import { pointerName } from "./cli/find.ts";
import { hexOf } from "./cli/project-hex.ts";
import { problemsText } from "./cli/fleet.ts";
import { Refusal, type Held, type Outside, type Site, type Until } from "./cli/outside.ts";
import { publisher } from "./publish.ts";
import { isPreset, parsed, probed } from "./read-config.ts";
import { inertDirectory } from "./io/alias.ts";
import { openAttempt } from "./io/attempt.ts";
import { removePointer, writePointer } from "./io/board.ts";
import { openConfigFile, type ConfigFile } from "./io/config-file.ts";
import { realDisk } from "./io/disk.ts";
import { openFiles } from "./io/files.ts";
import { GIT_LIMIT_MS } from "./io/git.ts";
import { openHeartbeat } from "./io/heartbeat.ts";
import { openJobs } from "./io/jobs.ts";
import { acquire, holderOf, lockBy, type LockPlace } from "./io/lock.ts";
import { openLocalPlace, type Place } from "./io/place.ts";
import { askMs } from "./io/port-asks.ts";
import { openReadiness } from "./io/readiness.ts";
import { openRepos, type FollowedRepos } from "./io/repos.ts";
import { openRing } from "./io/ring.ts";
import { openSignals } from "./io/signals.ts";
import { openSinks } from "./io/sinks.ts";
import { startedAt } from "./io/started-at.ts";
import { openWatch } from "./io/watch.ts";
import { openWorkshop } from "./io/workshop.ts";

/** Everything one fleet needs; connections are made when they are first used. */
export function openSite(outside: Outside, config: Config): Site {
  mkdirSync(config.logDir, { recursive: true, mode: 0o700 });
  const hex = hexOf(outside.realPath(config.projectDir));
  const socket = config.tmux.socket ?? `agents-${hex}`;
  const watchdogSocket =
    config.tmux.socket === null || socket === "default" ? `agents-${hex}-w` : `${socket}-w`;
  const { width, height, historyLimit } = config.tmux;
  const size = { hex, width, height, historyLimit, env: outside.env };
  let remembered: Server | null = null;
  const place = openLocalPlace({
    ...size,
    socket,
    own: config.tmux.socket === null,
    known: () => remembered,
  });
  const watchdogs = openLocalPlace({ ...size, socket: watchdogSocket, own: true });
  const lock: LockPlace = {
    stateDir: config.stateDir,
    started: (pid) => place.processes.started(pid),
    by: lockBy(process.platform),
  };
  const repos = openRepos({
    now: () => place.clock.now(),
    env: outside.env,
    gitLimitMs: GIT_LIMIT_MS,
  });
  const workshop = openWorkshop({
    env: outside.env,
    processes: place.processes,
    politeMs: POLITE_MS,
  });
  const ports = portsOf(outside, config, { place, repos, workshop });
  return {
    config,
    socket,
    watchdogSocket,
    ports,
    adopter: place.terminal,
    watchdogs: watchdogs.terminal,
    carry: carrierOf(outside, config, socket),
    strangers: () => (socket === "default" ? Promise.resolve([]) : strangersOn(outside)),
    ...locksOf(lock, () => place.clock.now()),
    run: (held, until) => {
      const remember = (server: Server | null): void => {
        remembered = server;
      };
      return runHere(outside, { config, socket, ports, repos, remember }, { held, until });
    },
    close: async (end) => {
      repos.close();
      workshop.close();
      ports.signals.close();
      if (end) removePointer(process.getuid?.() ?? 0, pointerName(config.path));
      await place.terminal.leave({ end });
      await watchdogs.terminal.leave({ end });
    },
  };
}

function locksOf(lock: LockPlace, now: () => number): Pick<Site, "holder" | "acquire"> {
  return {
    holder: async () => {
      const found = await holderOf(lock);
      return found.held ? (found.holder ?? { pid: 0, since: 0, verb: "" }) : null;
    },
    acquire: async (verb) => {
      const got = await acquire(lock, { verb, at: now() });
      return got.ok ? got : got.holder;
    },
  };
}

/** What a check that is late has after TERM. */
const POLITE_MS = 2_000;
const STRANGERS_MS = 5_000;

/** Read-only: one question by a process of its own, because a client of ours would leave a session there. */
async function strangersOn(outside: Outside): Promise<readonly string[]> {
  const argv = ["tmux", "-L", "default", "list-sessions", "-F", "#{session_name} #{@agents_run}"];
  const ran = await outside.ask(argv, { dir: outside.cwd, limitMs: STRANGERS_MS });
  if (!ran.ok || ran.value.code !== 0) return [];
  const lines = ran.value.stdout.split("\n").map((line) => line.split(" "));
  return lines.flatMap(([name = "", mark = ""]) => (name === "" || mark !== "" ? [] : [name]));
}

type Made = {
  readonly place: Place;
  readonly repos: FollowedRepos;
  readonly workshop: Workshop;
};

function portsOf(outside: Outside, config: Config, { place, repos, workshop }: Made): Ports {
  const { terminal, processes, clock } = place;
  const { stateDir } = config;
  const now = (): number => clock.now();
  const files = openFiles(now);
  const pids = (id: string, root: number): readonly number[] => {
    const found = processes.members({ run: id, root, spare: [] });
    return found.ok ? found.value.map(({ pid }) => pid) : [];
  };
  const ring = (): void => clock.wake();
  const own = { now, startedAt, ring, pids, askMs, logOf: (one: string) => logOf(config, one) };
  const signals = openSignals({ home: outside.home, stateDir, ...own });
  terminal.onRing(() => clock.wake());
  repos.onRing(() => clock.wake());
  const jobs = openJobs({ processes, politeMs: POLITE_MS, ring });
  const { env } = outside;
  return { terminal, processes, files, signals, repos, workshop, jobs, clock, env };
}

function carrierOf(outside: Outside, { projectDir: dir }: Config, socket: string): Carrier {
  const { env, stdout } = outside;
  const terminal = stdout.isTTY ? (text: string): void => stdout.write(text) : null;
  const ring = openRing({ socket, env, dir, terminal });
  return openSinks({ env, dir, platform: process.platform, ring });
}

/** A verb that is the engine for a moment has a person before it, and is gone before anything is sent. */
function voiceOf(outside: Outside, { config, socket, ports }: Fleet): Voice {
  const carry = carrierOf(outside, config, socket);
  return { carry, beat: openHeartbeat(realDisk, () => ports.clock.steady()) };
}

type Fleet = {
  readonly config: Config;
  readonly socket: string;
  readonly ports: Ports;
  readonly repos: FollowedRepos;
  /** The tmux server that Memory knows: a watchdog that just started tells a lost socket from a lost server by it. */
  readonly remember: (server: Server | null) => void;
};

async function runHere(
  outside: Outside,
  fleet: Fleet,
  { held, until }: { readonly held: Held; readonly until: Until },
): Promise<Memory> {
  const { config, ports } = fleet;
  const disk = realDisk;
  const store = openStore(disk, config.stateDir, ports.clock.now());
  if (store.refusal !== null) throw new Refusal(1, store.refusal);
  fleet.remember(store.memory?.fleet.server ?? null);
  const made = makeOrders({ disk, stateDir: config.stateDir });
  if (!made.ok) throw new Refusal(1, made.failure);
  const shop = config.tasks === null ? null : makeTasks({ disk, stateDir: config.stateDir });
  if (shop?.ok === false) throw new Refusal(1, shop.failure);
  writePointer(process.getuid?.() ?? 0, pointerName(config.path), config.stateDir);
  const readiness = openReadiness(outside.env, () => ports.clock.wake());
  const watch = openWatch(
    [
      { dir: dirname(config.path), file: basename(config.path) },
      { dir: ordersDir(config.stateDir, "new"), file: null },
      ...(shop === null ? [] : [{ dir: `${tasksDir(config.stateDir)}/new`, file: null }]),
    ],
    () => ports.clock.wake(),
  );
  const onStop = (): void => ports.clock.wake();
  outside.stop.addEventListener("abort", onStop);
  const now = currentOf(outside, config, ports);
  try {
    return await run({
      ports,
      disk,
      store,
      current: () => {
        watch.rearm();
        return now();
      },
      ready: (present, memory) => readiness.known(present, memory),
      publish: publisher(outside, fleet, until.verb),
      goesOn: until.goesOn,
      stillOurs: () => held.stillOurs(),
      ...(until.witness && { witness: until.witness }),
      ...(until.verb === "watchdog" && { voice: voiceOf(outside, fleet) }),
      guard: { attempt: openAttempt(), trusts: isPreset(outside) },
    });
  } finally {
    outside.stop.removeEventListener("abort", onStop);
    watch.close();
    readiness.close();
  }
}

/** The file as it stands, or the last good one; what may not change while a fleet runs is held to. */
function currentOf(outside: Outside, first: Config, ports: Ports): () => Current {
  const { path, stateDir } = first;
  const file: ConfigFile<Config> = openConfigFile({
    path,
    keep: { disk: realDisk, stateDir },
    parse: (text) => probed(parsed(outside, path, { text, env: {} }), { path, text }),
  });
  const begun = settingOf(outside, first);
  if (!begun.ok) throw new Refusal(1, begun.failure);
  let setting = begun.value;
  return () => {
    const seen = file.look(ports.clock.steady());
    const next = seen.config;
    const problems = seen.problems.length === 0 ? [] : [problemsText(seen.problems)];
    if (next !== null && isMoved(first, next)) problems.splice(0, 1, MOVED);
    else if (next !== null && next !== setting.config) {
      // What cannot be taken over must not end who watches.
      const made = settingOf(outside, next);
      if (made.ok) setting = made.value;
      else problems.push(`${made.failure}; until then the old values hold`);
    }
    return { setting, ok: problems.length === 0, problems, settlesIn: seen.settlesIn };
  };
}

const programText = ({ program }: Outside): string => program.map((word) => quoted(word)).join(" ");
const MOVED =
  "log_dir, project_dir, session_prefix or [tmux].socket was changed: `agents down` with the old file, then `agents up`; until then the old values hold";

function isMoved(before: Config, after: Config): boolean {
  return (
    before.stateDir !== after.stateDir ||
    before.projectDir !== after.projectDir ||
    before.tmux.socket !== after.tmux.socket ||
    before.prefix !== after.prefix
  );
}

function settingOf(outside: Outside, config: Config): Result<Setting> {
  const uid = process.getuid?.() ?? 0;
  const worktrees = config.tasks === null ? [] : [config.tasks.worktrees];
  const agents = config.agents.map((one) => one.dir);
  const dirs = [...new Set([config.stateDir, ...agents, ...worktrees])];
  const aliases: Record<string, string> = {};
  for (const dir of dirs) {
    const made = inertDirectory(dir, uid);
    if (!made.ok) return made;
    if (made.value !== dir) aliases[dir] = made.value;
  }
  const kickoffDir = aliases[config.stateDir] ?? config.stateDir;
  return { ok: true, value: { config, kickoffDir, aliases, agents: programText(outside) } };
}
