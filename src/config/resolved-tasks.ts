// Tasks and pipelines in the words of agents.toml, with everything filled in, as resolved.ts does it for the rest.

import { writeDuration } from "./durations.ts";
import type { Route, RouteRule, Target } from "./route.ts";
import type { OnFailure, Pipeline, PipelineStep, Tasks } from "./tasks.ts";
import type { Millis } from "./config.ts";
import type { Table, Value } from "./toml-text.ts";

export function tasksTable(tasks: Tasks, quiet: Table | undefined): Table {
  return {
    repo: tasks.repo,
    remote: tasks.remote,
    target: tasks.target,
    check: tasks.check ?? undefined,
    check_timeout: duration(tasks.checkTimeoutMs),
    max: tasks.max,
    stagger: duration(tasks.staggerMs),
    merge: tasks.merge,
    pipeline: tasks.pipeline,
    worktrees: tasks.worktrees,
    attempts: tasks.attempts,
    overlap: tasks.overlap,
    keep_for: duration(tasks.keepForMs),
    keep: tasks.keep,
    quiet,
  };
}

export function routeTable(route: Route | null): Table | undefined {
  if (route === null) return undefined;
  const { rules } = route;
  return {
    complexities: route.complexities,
    classifier: route.classifier ?? undefined,
    classifier_timeout: duration(route.classifierMs),
    escalate: targetTables(route.escalate),
    fallback: targetTables(route.fallback),
    fallback_after: duration(route.fallbackAfterMs),
    rule: rules.length === 0 ? undefined : rules.map(ruleTable),
  };
}

function ruleTable({ label, complexity, steps, to, escalate }: RouteRule): Table {
  return {
    label: label ?? undefined,
    complexity: complexity ?? undefined,
    steps: steps ?? undefined,
    to: targetTables(to),
    escalate: targetTables(escalate ?? []),
  };
}

function targetTables(targets: readonly Target[]): Value | undefined {
  const tables = targets.map(({ backend, model, weight }) => ({
    backend: backend ?? undefined,
    model,
    weight,
  }));
  return tables.length === 0 ? undefined : tables;
}

export function pipelineTable({ name, rounds, steps }: Pipeline): Table {
  return { name, rounds, step: steps.map(stepTable) };
}

function stepTable(step: PipelineStep): Table {
  const { does } = step;
  const common = {
    id: step.id,
    kind: does.kind,
    timeout: duration(step.timeoutMs),
    retries: step.retries,
    backoff: duration(step.backoffMs),
    on_failure: onFailure(step.onFailure),
    visits: step.visits,
  };
  switch (does.kind) {
    case "gate":
      return common;
    case "check":
      return { ...common, command: does.command };
    case "agent":
      return {
        ...common,
        role: does.role,
        backend: does.backend,
        model: does.model,
        prompt: does.prompt !== null && "text" in does.prompt ? does.prompt.text : undefined,
        prompt_file: does.prompt !== null && "file" in does.prompt ? does.prompt.file : undefined,
        commits: does.commits,
        env: does.env ?? undefined,
        wrap: does.wrap,
      };
  }
}

function onFailure(one: OnFailure): string {
  return one.do === "goto" ? `goto:${one.step}` : one.do;
}

function duration(ms: Millis): Value {
  return ms % 1000 === 0 ? writeDuration(ms) : ms / 1000;
}
