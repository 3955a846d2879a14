// [tasks] and [[pipeline]] with every default filled in: each step with its backend, each goto with a place to
// go to. A file without [tasks] has no tasks; one without a pipeline of the name "default" gets ours.

import type { Backend } from "./config.ts";
import { FILLED } from "./defaults.ts";
import { type Ground, at, expectFile } from "./ground.ts";
import type { Piece, Pieces } from "./pieces.ts";
import type { RawPipeline, RawStep, RawTasks } from "./schema.ts";
import { routeOf } from "./routes.ts";
import { didYouMean } from "./suggest.ts";
import type { AgentStep, OnFailure, Pipeline, PipelineStep, Tasks } from "./tasks.ts";
import type { Path } from "./where.ts";

const BUILT_IN = "default";
/** The step after the last one: no other may be called so. */
const RESERVED = "merge";

type Around = {
  readonly ground: Ground;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly raw: RawTasks;
};

export function tasksOf(
  pieces: Pick<Pieces, "tasks" | "pipelines" | "route">,
  ground: Ground,
  backends: ReadonlyMap<string, Backend>,
): Tasks | null {
  const [own] = pieces.tasks;
  if (own === undefined) {
    const [first] = pieces.pipelines;
    if (first !== undefined)
      ground.complain([...first.path, "name"], "a pipeline needs a table [tasks]");
    if (pieces.route.length > 0) ground.complain(["route"], "a route needs a table [tasks]");
    return null;
  }
  const raw = own.value;
  const around = { ground, backends, raw };
  const said = { ...FILLED.tasks, ...raw };
  const { quiet } = raw;
  const pipelines = pipelinesOf(pieces.pipelines, around, said.pipeline);
  return {
    repo: at(ground, raw.repo ?? "."),
    remote: said.remote,
    target: said.target,
    check: raw.check ?? null,
    checkTimeoutMs: said.check_timeout,
    max: said.max,
    staggerMs: said.stagger,
    merge: said.merge,
    pipeline: said.pipeline,
    worktrees:
      raw.worktrees === undefined ? `${ground.logDir}/worktrees` : at(ground, raw.worktrees),
    attempts: said.attempts,
    overlap: said.overlap,
    keepForMs: said.keep_for,
    keep: said.keep,
    quiet:
      quiet === undefined ? null : { fromMs: quiet.from, toMs: quiet.to, zone: quiet.zone ?? null },
    pipelines,
    route: routeOf(pieces, { ground, backends, pipelines }),
  };
}

function pipelinesOf(
  pieces: readonly Piece<RawPipeline>[],
  around: Around,
  wanted: string,
): readonly Pipeline[] {
  const { ground } = around;
  const own = pieces.map((piece) => pipelineOf(piece, around));
  for (const [index, { name }] of own.entries()) {
    if (own.slice(0, index).some((earlier) => earlier.name === name))
      ground.complain(
        [...(pieces[index]?.path ?? []), "name"],
        `there is a pipeline "${name}" already; give this one a name of its own`,
      );
  }
  const all = own.some(({ name }) => name === BUILT_IN) ? own : [...own, builtIn(around, wanted)];
  const names = all.map(({ name }) => name);
  if (!names.includes(wanted)) {
    const hint = didYouMean(wanted, names) || `; known are ${names.join(", ")}`;
    ground.complain(["tasks", "pipeline"], `unknown pipeline "${wanted}"${hint}`);
  }
  return all;
}

function pipelineOf({ value, path }: Piece<RawPipeline>, around: Around): Pipeline {
  const said = { ...FILLED.pipeline, ...value };
  const ids = value.step.map(({ id }) => id);
  const steps = value.step.map((raw, index) => {
    const place: Path = [...path, "step", index];
    const complain = (key: keyof RawStep, words: string): void =>
      around.ground.complain([...place, key], `step "${raw.id}": ${words}`);
    if (ids.indexOf(raw.id) !== index) complain("id", "there is a step of this name already");
    if (raw.id === RESERVED) complain("id", "this name belongs to the end of every pipeline");
    return stepOf(raw, { ...around, ids, place, complain });
  });
  return { name: value.name, rounds: said.rounds, steps };
}

type Step = Around & {
  readonly ids: readonly string[];
  readonly place: Path;
  readonly complain: (key: keyof RawStep, words: string) => void;
};

function stepOf(raw: RawStep, step: Step): PipelineStep {
  const said = { ...FILLED.step, ...raw };
  const kind = raw.kind ?? (raw.command === undefined ? "agent" : "check");
  if (kind === "check" && raw.command === undefined)
    step.complain("command", "a check needs a command");
  return {
    id: raw.id,
    timeoutMs: said.timeout,
    retries: said.retries,
    backoffMs: said.backoff,
    onFailure: onFailureOf(said.on_failure, step),
    visits: said.visits,
    does:
      kind === "agent"
        ? agentOf(raw, step)
        : kind === "check"
          ? { kind, command: raw.command ?? "" }
          : { kind },
  };
}

function onFailureOf(written: string, { ids, complain }: Step): OnFailure {
  switch (written) {
    case "stop":
    case "continue":
    case "ask":
      return { do: written };
    default: {
      const target = written.slice("goto:".length);
      if (!ids.includes(target)) {
        const hint = didYouMean(target, ids) || `; its pipeline has ${ids.join(", ")}`;
        complain("on_failure", `there is no step "${target}" to go to${hint}`);
      }
      return { do: "goto", step: target };
    }
  }
}

function agentOf(raw: RawStep, step: Step): AgentStep {
  const { ground } = step;
  const role = raw.role ?? FILLED.step.role;
  const file = raw.prompt_file === undefined ? null : at(ground, raw.prompt_file);
  if (file !== null) {
    const what = `step "${raw.id}": prompt_file`;
    expectFile(ground, { path: [...step.place, "prompt_file"], at: file, what, needed: true });
  }
  return {
    kind: "agent",
    role,
    backend: backendFor(raw, step),
    model: raw.model ?? step.raw.model ?? "",
    own: raw.backend !== undefined || raw.model !== undefined,
    prompt: file !== null ? { file } : raw.prompt === undefined ? null : { text: raw.prompt },
    commits: raw.commits ?? role === "implementer",
    verdict: role === "reviewer",
    env: raw.env ?? null,
    wrap: raw.wrap ?? [],
  };
}

function backendFor(
  raw: Pick<RawStep, "backend" | "id">,
  { ground, backends, ...step }: Around & { readonly place?: Path },
): string {
  const wanted = raw.backend ?? step.raw.backend ?? ground.defaults.backend ?? "";
  if (backends.has(wanted)) return wanted;
  const path: Path =
    raw.backend !== undefined && step.place !== undefined
      ? [...step.place, "backend"]
      : ["tasks", "backend"];
  const hint =
    didYouMean(wanted, [...backends.keys()]) || `; known are ${[...backends.keys()].join(", ")}`;
  const why =
    wanted === ""
      ? "no backend; name one here or under [defaults]"
      : `unknown backend "${wanted}"${hint}`;
  ground.complain(path, `step "${raw.id}": ${why}`);
  return wanted;
}

/** plan → implement → check → review. One that nobody uses needs no backend. */
function builtIn(around: Around, wanted: string): Pipeline {
  const quiet =
    wanted === BUILT_IN ? around : { ...around, ground: { ...around.ground, complain: () => {} } };
  const { raw } = around;
  const base = FILLED.step;
  const agent = (id: string, role: string): PipelineStep => ({
    id,
    timeoutMs: base.timeout,
    retries: base.retries,
    backoffMs: base.backoff,
    onFailure: { do: "stop" },
    visits: base.visits,
    does: {
      kind: "agent",
      role,
      backend: backendFor({ id }, quiet),
      model: raw.model ?? "",
      own: false,
      prompt: null,
      commits: role === "implementer",
      verdict: role === "reviewer",
      env: null,
      wrap: [],
    },
  });
  const check: readonly PipelineStep[] =
    raw.check === undefined
      ? []
      : [
          {
            ...agent("check", ""),
            timeoutMs: raw.check_timeout ?? FILLED.tasks.check_timeout,
            onFailure: { do: "goto", step: "implement" },
            does: { kind: "check", command: raw.check },
          },
        ];
  return {
    name: BUILT_IN,
    rounds: FILLED.pipeline.rounds,
    steps: [
      agent("plan", "planner"),
      agent("implement", "implementer"),
      ...check,
      agent("review", "reviewer"),
    ],
  };
}
