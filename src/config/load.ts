// The text of agents.toml becomes a Config, or all that is wrong with it at once, each with its place.
// Pure: what exists on disk is asked through `look`. Loads zod, so others import it only when needed.

import { TomlError, parse } from "smol-toml";
import { type Around, agentOf, serviceOf } from "./agents.ts";
import { type Presets, backendOf, laidOver, presetsOf } from "./backends.ts";
import { budgetOf, pricesOf } from "./budgets.ts";
import type { Agent, Backend, Config, Service } from "./config.ts";
import { FILLED } from "./defaults.ts";
import type { Ground, Loaded, Source } from "./ground.ts";
import { valueAt } from "./issues.ts";
import { type Job, jobsOf } from "./jobs.ts";
import { loopsOf } from "./loops.ts";
import { heartbeatOf, sinksOf } from "./notify.ts";
import { anchor, directoryOf } from "./paths.ts";
import { type Pieces, piecesOf } from "./pieces.ts";
import { tasksOf } from "./pipelines.ts";
import { type Complaint, placed, problemAt } from "./problem.ts";
import { backendsIn } from "./routes.ts";
import type { Tasks } from "./tasks.ts";
import type { Path } from "./where.ts";

export type { Loaded, Source };

/** The supervisor's own name, wherever names are given. */
const RESERVED = "watchdog";

export function load(source: Source): Loaded {
  const parsed = parsedText(source);
  if (!parsed.ok) return parsed;
  const { pieces, complaints: misread } = piecesOf(parsed.value);
  const complaints: Complaint[] = [...misread];
  const warnings: Complaint[] = [];
  const faulty = new Set(misread.map(({ path }) => JSON.stringify(path)));
  const isFaulty = (path: Path): boolean => faulty.has(JSON.stringify(path));
  const ground: Ground = {
    source,
    defaults: pieces.defaults,
    ...directories(source, pieces),
    isFaulty,
    // What the schema has refused at this place already explains what follows from it.
    complain: (path, message) => {
      if (!isFaulty(path)) complaints.push({ path, message });
    },
    warn: (path, message) => void warnings.push({ path, message }),
  };
  const config = configOf(pieces, ground, namesIn(parsed.value));
  if (complaints.length > 0) return { ok: false, problems: placed(source, complaints) };
  return { ok: true, config, warnings: placed(source, warnings) };
}

type Parsed = { readonly ok: true; readonly value: unknown } | Extract<Loaded, { ok: false }>;

function parsedText(source: Source): Parsed {
  try {
    return { ok: true, value: parse(source.text) };
  } catch (error) {
    const place =
      error instanceof TomlError
        ? { line: error.line, column: error.column }
        : { line: 1, column: 1 };
    const words = error instanceof Error ? error.message : String(error);
    const first = words.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
    return { ok: false, problems: [problemAt(source, place, `this is not TOML: ${first}`)] };
  }
}

function directories(source: Source, { defaults }: Pieces): Pick<Ground, "projectDir" | "logDir"> {
  const here = directoryOf(source.path);
  const projectDir = anchor(here, defaults.project_dir ?? ".", source.home);
  return { projectDir, logDir: anchor(projectDir, defaults.log_dir, source.home) };
}

type Names = { readonly agents: readonly string[]; readonly services: readonly string[] };

/** Also of those that could not be read: a reference to them is not wrong as well. */
function namesIn(parsed: unknown): Names {
  const names = (table: string): string[] => {
    const rows = valueAt(parsed, [table]);
    const all = Array.isArray(rows) ? rows.map((_, index) => valueAt(rows, [index, "name"])) : [];
    return all.filter((name) => typeof name === "string");
  };
  return { agents: names("agent"), services: names("service") };
}

function configOf(pieces: Pieces, ground: Ground, names: Names): Config {
  const looping = [pieces.defaults, ...pieces.agents.map(({ value }) => value)].some(
    ({ kind }) => kind === "loop",
  );
  const around: Around = {
    ground,
    backends: backendsKnown(pieces, ground),
    loops: loopsOf(pieces.loops, ground, { names: names.agents, looping }),
    serviceNames: names.services,
  };
  const agents = pieces.agents.map((piece) => agentOf(piece, around));
  const services = pieces.services.map((piece) => serviceOf(piece, ground));
  const tmux = { ...FILLED.tmux, ...pieces.tmux };
  const times = { ...FILLED.watchdog, ...pieces.watchdog };
  const tasks = tasksOf(pieces, ground, around.backends);
  const jobs = jobsOf(pieces.jobs, ground, { agents, names: names.agents, tasks });
  checkNames(pieces, ground, { agents, services, jobs });
  const used = [
    ...pieces.backends.map(({ path }) => path[1]),
    ...agents.map((a) => a.backend),
    ...stepBackends(tasks),
  ];
  return {
    path: ground.source.path,
    projectDir: ground.projectDir,
    logDir: ground.logDir,
    stateDir: `${ground.logDir}/state`,
    prefix: ground.defaults.session_prefix,
    tmux: {
      socket: tmux.socket ?? null,
      width: tmux.width,
      height: tmux.height,
      historyLimit: tmux.history_limit,
    },
    watchdog: {
      signalMs: times.signal_interval,
      heavyMs: times.heavy_interval,
      stallGraceMs: times.stall_grace,
      limitProbeFallbackMs: times.limit_probe_fallback,
      limitResetSlackMs: times.limit_reset_slack,
    },
    heartbeat: heartbeatOf(pieces.watchdog, ground),
    backends: Object.fromEntries([...around.backends].filter(([name]) => used.includes(name))),
    agents,
    services,
    loops: around.loops,
    notify: sinksOf(pieces.notify, ground),
    tasks,
    budget: budgetOf(pieces, ground, { agents, backends: around.backends }),
    prices: pricesOf(pieces),
    jobs,
  };
}

/** Of steps, and of where their work may go. */
function stepBackends(tasks: Tasks | null): readonly string[] {
  const steps = tasks?.pipelines.flatMap((one) => one.steps) ?? [];
  const own = steps.flatMap(({ does }) => (does.kind === "agent" ? [does.backend] : []));
  return [...own, ...backendsIn(tasks?.route ?? null)];
}

/** The user's stanzas first; presets behind them, for agents that name one without a stanza. */
function backendsKnown(pieces: Pieces, ground: Ground): ReadonlyMap<string, Backend> {
  const presets: Presets = presetsOf(ground.source.presets);
  const { home } = ground.source;
  const known = new Map<string, Backend>();
  for (const { path, value } of pieces.backends) {
    const name = String(path[1]);
    const raw = laidOver(presets.get(name), value);
    if (!raw.bin) {
      ground.complain(
        [...path, "bin"],
        `backend "${name}": bin is required, for example bin = "${name}"`,
      );
    }
    known.set(name, backendOf(name, raw, home));
  }
  for (const [name, raw] of presets) {
    if (!known.has(name)) known.set(name, backendOf(name, raw, home));
  }
  return known;
}

/** Names and sessions are each given once: memory, logs and tmux are kept by them. */
function checkNames(
  pieces: Pieces,
  ground: Ground,
  members: {
    readonly agents: readonly Agent[];
    readonly services: readonly Service[];
    readonly jobs: readonly Job[];
  },
): void {
  const names = new Map([[RESERVED, "the watchdog"]]);
  const sessions = new Map([[ground.defaults.session_prefix + RESERVED, "the watchdog"]]);
  const check = (kind: string, path: Path, { name, session }: Agent | Service): void => {
    const who = `${kind} "${name}"`;
    const namesake = names.get(name);
    const neighbour = sessions.get(session);
    if (namesake !== undefined) {
      ground.complain(
        [...path, "name"],
        `${who}: this name belongs to ${namesake}; choose another one`,
      );
    } else if (neighbour !== undefined) {
      ground.complain(
        [...path, "session"],
        `${who}: its session "${session}" belongs to ${neighbour}; choose another one`,
      );
    }
    names.set(name, who);
    sessions.set(session, who);
  };
  for (const [index, agent] of members.agents.entries()) {
    check("agent", pieces.agents[index]?.path ?? [], agent);
  }
  for (const [index, service] of members.services.entries()) {
    check("service", pieces.services[index]?.path ?? [], service);
  }
  for (const [index, { name }] of members.jobs.entries()) {
    const namesake = names.get(name);
    if (namesake !== undefined)
      ground.complain(
        [...(pieces.jobs[index]?.path ?? []), "name"],
        `job "${name}": this name belongs to ${namesake}; choose another one`,
      );
    names.set(name, `job "${name}"`);
  }
}
