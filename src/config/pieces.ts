// The parsed file as typed pieces, each with the path it came from. A piece with mistakes is read again
// without the keys that hold them, so that one slip does not hide what is wrong elsewhere.

import type * as z from "zod";
import { complaintsOf } from "./issues.ts";
import type { Complaint } from "./problem.ts";
import {
  Agent,
  AgentsToml,
  Backend,
  Budget,
  Defaults,
  Job,
  Loop,
  Notify,
  Pipeline,
  type RawAgent,
  PriceTable,
  type RawBackend,
  type RawBudget,
  type RawDefaults,
  type RawJob,
  type RawLoop,
  type RawNotify,
  type RawPipeline,
  type RawPrice,
  type RawRoute,
  type RawService,
  type RawTasks,
  Route,
  Service,
  Tasks,
  Tmux,
  Watchdog,
} from "./schema.ts";
import { schemaTree } from "./tree.ts";
import type { Path } from "./where.ts";

export type Piece<T> = { readonly path: Path; readonly value: T };

export type Pieces = {
  readonly defaults: RawDefaults;
  readonly watchdog: z.output<typeof Watchdog>;
  readonly tmux: z.output<typeof Tmux>;
  readonly backends: readonly Piece<RawBackend>[];
  readonly agents: readonly Piece<RawAgent>[];
  readonly services: readonly Piece<RawService>[];
  readonly loops: readonly Piece<RawLoop>[];
  readonly notify: readonly Piece<RawNotify>[];
  /** One or none. */
  readonly tasks: readonly Piece<RawTasks>[];
  readonly pipelines: readonly Piece<RawPipeline>[];
  /** One or none. */
  readonly route: readonly Piece<RawRoute>[];
  /** One or none. */
  readonly budget: readonly Piece<RawBudget>[];
  readonly prices: readonly Piece<RawPrice>[];
  readonly jobs: readonly Piece<RawJob>[];
};

type Read = { readonly pieces: Pieces; readonly complaints: readonly Complaint[] };

export function piecesOf(parsed: unknown): Read {
  const file = { defaults: {}, ...tableOf(withoutNotes(parsed, "")) };
  const read = AgentsToml.safeParse(file);
  const complaints = read.success ? [] : complaintsOf(read.error.issues, file, schemaTree());
  return { pieces: pieces(file), complaints };
}

function pieces(file: Readonly<Record<string, unknown>>): Pieces {
  // Stands in for what is required and missing, so that the rest can be looked at.
  const stand = { session_prefix: "x", log_dir: "." };
  const loop = file["loop"];
  return {
    defaults: onlySound(Defaults, file["defaults"], stand) ?? stand,
    watchdog: onlySound(Watchdog, file["watchdog"]) ?? {},
    tmux: onlySound(Tmux, file["tmux"]) ?? {},
    backends: Object.entries(tableOf(file["backend"])).flatMap(([name, value]) =>
      piece(Backend, value, ["backend", name]),
    ),
    agents: list(Agent, file["agent"], "agent"),
    services: list(Service, file["service"], "service"),
    loops: Array.isArray(loop) ? list(Loop, loop, "loop") : piece(Loop, loop, ["loop"]),
    notify: list(Notify, file["notify"], "notify"),
    tasks: piece(Tasks, file["tasks"], ["tasks"]),
    pipelines: list(Pipeline, file["pipeline"], "pipeline"),
    route: piece(Route, file["route"], ["route"]),
    budget: piece(Budget, file["budget"], ["budget"]),
    prices: Object.entries(tableOf(file["price"])).flatMap(([model, value]) =>
      piece(PriceTable, value, ["price", model]),
    ),
    jobs: list(Job, file["job"], "job"),
  };
}

function list<S extends z.ZodObject>(
  schema: S,
  value: unknown,
  table: string,
): Piece<z.output<S>>[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => piece(schema, item, [table, index]));
}

function piece<S extends z.ZodObject>(schema: S, raw: unknown, path: Path): Piece<z.output<S>>[] {
  const value = onlySound(schema, raw);
  return value === null ? [] : [{ path, value }];
}

/** Null when the piece cannot be read even without its faulty keys. */
function onlySound<S extends z.ZodObject>(
  schema: S,
  raw: unknown,
  stand: Readonly<Record<string, unknown>> = {},
): z.output<S> | null {
  if (!isTable(raw)) return null;
  const read = schema.safeParse(raw);
  if (read.success) return read.data;
  const faulty = new Set(
    read.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0
        ? issue.keys
        : issue.path.slice(0, 1).map(String),
    ),
  );
  const sound = Object.entries(raw).filter(([name]) => !faulty.has(name));
  const again = schema.safeParse({ ...stand, ...Object.fromEntries(sound) });
  return again.success ? again.data : null;
}

/** Tables whose keys are the user's own names: there, `x-` begins a name like any other. */
const NAMED_BY_USER: readonly string[] = [
  "backend",
  "env",
  "models",
  "price",
  "agents",
  "accounts",
];

/** Keys that begin with `x-` are notes to people; they are taken out before anything else looks. */
function withoutNotes(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNotes(item, key));
  if (!isTable(value)) return value;
  const kept = Object.entries(value).filter(
    ([name]) => NAMED_BY_USER.includes(key) || !name.startsWith("x-"),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutNotes(inner, name)]));
}

function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return isTable(value) ? value : {};
}

/** A TOML date is an object too, but no table. */
function isTable(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
