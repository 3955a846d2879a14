// A Config in the words of agents.toml, with everything filled in: what the program understood. Values of
// environments are left out, and everything that looks like a secret is the caller's to hide.

import type { Agent, Config, Loop, Millis, QuietHours, Restart, Service, Sink } from "./config.ts";
import { WRITTEN } from "./defaults.ts";
import { writeDuration } from "./durations.ts";
import { budgetTable, priceTables } from "./resolved-budget.ts";
import { pipelineTable, routeTable, tasksTable } from "./resolved-tasks.ts";
import { jobTable } from "./resolved-jobs.ts";
import type { Stanza } from "./stanzas.ts";
import type { Table, Value } from "./toml-text.ts";

/** Stands for every value of an environment. */
const UNTOLD = "…";
const MINUTE_MS: Millis = 60_000;

export function resolved(config: Config, stanzas: readonly Stanza[]): Table {
  const { watchdog, heartbeat, tmux } = config;
  return {
    defaults: {
      session_prefix: config.prefix,
      project_dir: config.projectDir,
      log_dir: config.logDir,
    },
    watchdog: {
      signal_interval: duration(watchdog.signalMs),
      heavy_interval: duration(watchdog.heavyMs),
      stall_grace: duration(watchdog.stallGraceMs),
      limit_probe_fallback: duration(watchdog.limitProbeFallbackMs),
      limit_reset_slack: duration(watchdog.limitResetSlackMs),
      heartbeat_url: heartbeat?.url ?? undefined,
      heartbeat_url_env: heartbeat?.urlEnv ?? undefined,
      heartbeat_file: heartbeat?.file ?? undefined,
      heartbeat_interval: heartbeat === null ? undefined : duration(heartbeat.everyMs),
    },
    tmux: {
      socket: tmux.socket ?? undefined,
      width: tmux.width,
      height: tmux.height,
      history_limit: tmux.historyLimit,
    },
    agent: some(config.agents.map(agentTable)),
    service: some(config.services.map(serviceTable)),
    loop: loopTables(config.loops),
    notify: some(config.notify.map(sinkTable)),
    tasks:
      config.tasks === null ? undefined : tasksTable(config.tasks, quietTable(config.tasks.quiet)),
    pipeline: some((config.tasks?.pipelines ?? []).map(pipelineTable)),
    route: routeTable(config.tasks?.route ?? null),
    budget: budgetTable(config.budget),
    price: priceTables(config.prices),
    job: some(config.jobs.map((job) => jobTable(job, quietTable(job.quiet)))),
    backend: Object.fromEntries(
      stanzas
        .filter(({ name }) => Object.hasOwn(config.backends, name))
        .map(({ name, written }) => [name, { ...WRITTEN.backend, ...written }]),
    ),
  };
}

function agentTable(agent: Agent): Table {
  const { wake } = agent;
  return {
    name: agent.name,
    kind: agent.kind,
    backend: agent.backend,
    model: agent.model,
    role: agent.role ?? undefined,
    loop: agent.loop ?? undefined,
    session: agent.session,
    dir: agent.dir,
    enabled: agent.enabled,
    watch: agent.watch,
    ...("file" in agent.prompt
      ? { prompt_file: agent.prompt.file }
      : { prompt: agent.prompt.text }),
    resume: agent.resume,
    wake: wake === null ? undefined : { interval: duration(wake.everyMs), prompt_file: wake.file },
    ...environment(agent),
    account: agent.account,
    restart: restartTable(agent.restart),
    nudges: agent.nudges,
    spare: agent.spare,
    needs: agent.needs,
  };
}

function serviceTable(service: Service): Table {
  const { ready } = service;
  const how =
    ready === null
      ? undefined
      : ready.is === "pattern"
        ? { pattern: ready.rule.rows === null ? ready.rule.re : patternTable(ready.rule) }
        : ready.is === "port"
          ? { port: ready.port }
          : { command: ready.command };
  return {
    name: service.name,
    command: service.command,
    dir: service.dir,
    ready: how,
    ...environment(service),
    restart: restartTable(service.restart),
    spare: service.spare,
  };
}

function patternTable({ re, rows }: { readonly re: string; readonly rows: number | null }): Table {
  return { re, rows: rows ?? undefined };
}

/** One loop without a name of its own is written as the table it came from. */
function loopTables(loops: readonly Loop[]): Value | undefined {
  const [first] = loops;
  return loops.length === 1 && first?.name === "loop"
    ? { ...loopTable(first), name: undefined }
    : some(loops.map(loopTable));
}

function loopTable(loop: Loop): Table {
  const { onComplete } = loop;
  return {
    name: loop.name,
    phases: loop.phases.map(({ id, plan, status, models }) => ({ id, plan, status, models })),
    state_file: loop.stateFile,
    auto_advance: loop.autoAdvance,
    resume_phase: loop.resumePhase,
    kickoff_template: loop.kickoffTemplate ?? undefined,
    roles_dir: loop.rolesDir,
    done_marker: loop.doneMarker,
    on_complete:
      onComplete === null
        ? undefined
        : { run: onComplete.run, trigger_file: onComplete.triggerFile ?? undefined },
    handoff: handoffTable(loop),
  };
}

function handoffTable({ handoff, repo, stateSubdir }: Loop): Table | undefined {
  if (handoff === null) return undefined;
  const claim = handoff.rules.find(({ kind }) => kind === "claim");
  const review = handoff.rules.find(({ kind }) => kind === "review");
  const others = handoff.rules.filter(({ kind }) => kind === "other");
  return {
    repo,
    branch: handoff.branch,
    state_subdir: stateSubdir,
    claim_pattern: claim?.re,
    claim_pings: claim?.pings,
    review_pattern: review?.re,
    review_pings: review?.pings,
    rules: some(others.map(({ re, pings }) => ({ pattern: re, pings }))),
    inboxes: handoff.inboxes.map(({ file, pings }) => ({ file, pings })),
  };
}

function sinkTable(sink: Sink): Table {
  const { quiet } = sink;
  return {
    name: sink.name,
    to: sink.to,
    command: sink.command ?? undefined,
    url: sink.url ?? undefined,
    url_env: sink.urlEnv ?? undefined,
    token_env: sink.tokenEnv ?? undefined,
    env_file: sink.envFile ?? undefined,
    chat: sink.chat ?? undefined,
    level: sink.level,
    events: sink.events,
    quiet: quietTable(quiet),
    rate: sink.rate,
    remind: duration(sink.remindMs),
  };
}

function quietTable(quiet: QuietHours | null): Table | undefined {
  if (quiet === null) return undefined;
  const { fromMs, toMs, zone } = quiet;
  return { from: timeOfDay(fromMs), to: timeOfDay(toMs), zone: zone ?? undefined };
}

function timeOfDay(ms: Millis): string {
  const minutes = ms / MINUTE_MS;
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function restartTable(restart: Restart): Table {
  return {
    policy: restart.policy,
    first: duration(restart.firstMs),
    max: duration(restart.maxMs),
    starts: restart.starts,
    within: duration(restart.withinMs),
    healthy: duration(restart.healthyMs),
  };
}

function environment({ env, envFile }: Pick<Agent, "env" | "envFile">): Table {
  const names = Object.keys(env).map((name) => [name, UNTOLD] as const);
  return {
    env: names.length === 0 ? undefined : Object.fromEntries(names),
    env_file: envFile ?? undefined,
  };
}

/** In words, unless that would cut it short. */
function duration(ms: Millis): Value {
  return ms % 1000 === 0 ? writeDuration(ms) : ms / 1000;
}

function some(tables: readonly Table[]): Value | undefined {
  return tables.length === 0 ? undefined : tables;
}
